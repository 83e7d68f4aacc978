import BatonMessages
import BatonTestKit
import Foundation

/// The contract as data: `docs/schemas` and `docs/asyncapi.yaml`, and the Swift types that stand for it.
enum Contract {
    static let docs = URL(filePath: #filePath).appending(path: "../../../../docs").standardizedFileURL

    /// A message of the contract.
    struct Message: Sendable {
        let schema: String
        /// Reads a payload and writes it again.
        let again: @Sendable ([UInt8]) throws(WireFault) -> [UInt8]

        init<Type: WireMessage>(_ schema: String, _ type: Type.Type) {
            self.schema = schema
            again = { payload throws(WireFault) in try Type.decode(payload).encode() }
        }

        /// What the decoder says against a payload; nil when it takes it.
        func fault(in payload: [UInt8]) -> WireFault? {
            do throws(WireFault) {
                _ = try again(payload)
                return nil
            } catch {
                return error
            }
        }
    }

    /// The type behind each schema.
    static let messages: [Message] =
        [
            Message("presence", Presence.self), Message("task-command", TaskCommand.self), Message("ack", Control.self),
            Message("cancel", Control.self), Message("beat", Beat.self), Message("decline", Decline.self),
            Message("artifact-get", ArtifactGet.self), Message("artifact-range", ArtifactRange.self),
            Message("artifact-put", ArtifactPut.self),
            Message("result", TaskResult.self), Message("handoff", Handoff.self),
            Message("orchestrator-state", OrchestratorState.self), Message("mark", Mark.self),
            Message("run-state", RunSnapshot.self), Message("log-event", LogEvent.self),
            Message("decision", DecisionEntry.self), Message("runs", RunIndex.self), Message("run-row", RunRow.self),
            Message("artifact-entry", ArtifactEntry.self),
        ] + requests.map { Message("request-\($0)", Request.self) } + replies.map { Message("reply-\($0)", Reply.self) }

    private static let requests = [
        "start", "list", "agents", "get", "decide", "cancel", "pause", "resume", "retry", "rework", "fork", "skip",
        "fail",
        "forget", "dead-letters", "dead-letter", "offer", "validate", "define",
    ]
    private static let replies = [
        "start", "list", "agents", "run", "artifacts", "artifact", "handoffs", "history", "workflows", "decisions",
        "decide", "definition", "steered", "forgotten", "dead-letters", "dead-letter", "offered", "error",
    ]

    /// The examples of each schema, by its name.
    static func examples() throws -> [String: [JSON]] {
        let files = try FileManager.default.contentsOfDirectory(
            at: docs.appending(path: "schemas"), includingPropertiesForKeys: nil)
        var examples: [String: [JSON]] = [:]
        for file in files where file.pathExtension == "json" {
            let schema = try JSON.parse([UInt8](Data(contentsOf: file)))
            examples[file.deletingPathExtension().lastPathComponent] = schema["examples"]?.array
        }
        return examples
    }

    /// What an independent validator says; see `Tests/Contract/check.py`.
    static func check(_ task: String, _ input: JSON) async throws -> JSON {
        try JSON.parse([UInt8](await PythonEnvironment.contract(task, Data(input.bytes))))
    }
}
