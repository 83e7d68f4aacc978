import BatonEngine
import BatonMQTT
import Foundation
import Synchronization

/// An agent that does the least that works: it answers each command once, and never sends a result again. What such an
/// agent sends is lost for good if the orchestrator acknowledges it before it is on disk.
final class BareAgent: Sendable {
    struct Command: Sendable {
        let json: JSON
        var step: String { json["step"]?.string ?? "" }
        var attempt: Int { Int(json["attempt"]?.int ?? 0) }

        /// The message that gives it back.
        func decline(_ reason: String) -> [UInt8] {
            let message: JSON = [
                "task": json["task"] ?? .null, "lease": json["lease"] ?? .null, "reason": .string(reason),
            ]
            return message.bytes
        }
    }

    private let connection: Connection
    private let reader: Mutex<Task<Void, Never>?> = Mutex(nil)
    private let commands: Mutex<[Command]> = Mutex([])
    private let controls: Mutex<[JSON]> = Mutex([])
    private let parts: Mutex<[JSON]> = Mutex([])
    private let id: String
    private let root = "baton/v1/default/"
    private let perform: (@Sendable (Command) -> Answer)?

    /// What a performing agent brings beyond the documents that the command asks for.
    struct Answer: Sendable {
        var facts: JSON = [:]
        var verdict: JSON?
    }

    /// - Parameters:
    ///   - answers: whether it answers commands by itself.
    ///   - delay: how long it takes for each.
    ///   - beats: whether it says that it beats, which it never does: then it claims nothing but by its results.
    ///   - perform: what it says beyond its documents.
    init(
        _ workspace: Workspace, id: String, roles: [String], slots: Int = 1, answers: Bool = true,
        delay: Duration = .zero, beats: Bool = false, perform: (@Sendable (Command) -> Answer)? = nil
    ) throws {
        self.id = id
        self.perform = perform
        let root = root
        var session = Session.Configuration(
            host: "127.0.0.1", port: workspace.broker.port, clientID: id, cleanStart: true)
        session.keepAliveSeconds = 60
        connection = try Connection(
            Connection.Configuration(
                session,
                subscriptions: ["task", "control", "artifact"].map { .init("\(root)agent/\(id)/in/\($0)") }))
        try connection.start()
        let presence: JSON = [
            "state": "online", "roles": .array(roles.map { .string($0) }), "slots": .int(Int64(slots)), "epoch": 1,
            "beats": .bool(beats), "schema": 1,
        ]
        reader.withLock { reader in
            reader = Task { [connection, weak self] in
                for await event in connection.events {
                    switch event {
                    case .connected:
                        try? connection.send("\(root)agent/\(id)/state", presence.bytes, qos: 1, retain: true)
                    case .message(let message):
                        guard let json = try? JSON.parse(message.payload) else { continue }
                        if message.topic.hasSuffix("/in/task"), delay > .zero { try? await Task.sleep(for: delay) }
                        self?.take(message.topic, json, answers: answers)
                    default: break
                    }
                }
            }
        }
    }

    deinit {
        reader.withLock { $0?.cancel() }
        let connection = connection
        Task { await connection.stop(within: .zero) }
    }

    private func take(_ topic: String, _ json: JSON, answers: Bool) {
        if topic.hasSuffix("/in/control") {
            controls.withLock { $0.append(json) }
            return
        }
        if topic.hasSuffix("/in/artifact") {
            parts.withLock { $0.append(json) }
            return
        }
        let isNew = commands.withLock { commands in
            defer { commands.append(Command(json: json)) }
            return !commands.contains { $0.json["lease"] == json["lease"] }
        }
        guard answers && isNew else { return }
        guard let perform else { return answer(Command(json: json)) }
        let answer = perform(Command(json: json))
        var extra: JSON = ["facts": answer.facts]
        if let verdict = answer.verdict { extra = ["facts": answer.facts, "verdict": verdict] }
        self.answer(Command(json: json), artifacts: documents(for: json), extra: extra)
    }

    /// Every command that came, repeated ones among them.
    var received: [Command] { commands.withLock { $0 } }

    var answersToUs: [JSON] { controls.withLock { $0 } }

    /// What came on `in/artifact`.
    var ranges: [JSON] { parts.withLock { $0 } }

    /// One document for each that is to be created, and a changed one for each that is to be updated.
    private func documents(for command: JSON) -> [JSON] {
        let lease = command["lease"]?.string ?? ""
        let created = (command["creates"]?.array ?? []).flatMap { product -> [String] in
            let name = (product["name"]?.string ?? "").trimmingSuffix("/")
            guard product["many"]?.bool == true else { return [name] }
            let folder = ArtifactName(name).folder
            // In both folders that a set with an extension may be in.
            return ["\(name)/one.md"] + (folder == name ? [] : ["\(folder)/two.md"])
        }
        let updated = (command["updates"]?.array ?? []).compactMap { $0["name"]?.string }
        return (created + updated).map { name in
            ["name": .string(name), "content": .string("# \(name)\n\nwritten under \(lease)\n")]
        }
    }

    /// Sends a right result for the command.
    func answer(_ command: Command, artifacts: [JSON]? = nil, extra: JSON = [:]) {
        let artifacts =
            artifacts
            ?? (command.json["creates"]?.array ?? []).map { product in
                let name = (product["name"]?.string ?? "").trimmingSuffix("/")
                let isMany = product["many"]?.bool == true
                return [
                    "name": .string(isMany ? "\(name)/one.md" : name),
                    "content": .string("# \(name)\n\nmade by \(id) for \(command.json["run"]?.string ?? "")\n"),
                ]
            }
        var result: JSON = [
            "task": command.json["task"] ?? .null, "lease": command.json["lease"] ?? .null, "status": "completed",
            "artifacts": .array(artifacts), "summary": "done",
        ]
        if case .object(var members) = result, let more = extra.object {
            members.merge(more) { $1 }
            result = .object(members)
        }
        send(result.bytes)
    }

    func send(_ result: [UInt8], to topic: String = "result") {
        try? connection.send("\(root)agent/\(id)/out/\(topic)", result, qos: 1)
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: Character) -> String {
        last == suffix ? String(dropLast()) : self
    }
}
