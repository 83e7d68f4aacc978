import BatonAgent
import BatonMessages
import Logging
import Synchronization

/// Tasks as an orchestrator would give them, and what is said about them.
enum Samples {
    static let run = Identifier(high: 0x0190_0000_0000_7000, low: 0x8000_0001_0000_0000)

    static func command(
        creates: [CommandProduct] = [CommandProduct(name: "brief.md")], updates: [CommandProduct] = [],
        reports: [Report] = [], validates: [String] = [], persona: JSON? = nil, timeoutMilliseconds: Int64? = nil
    ) -> TaskCommand {
        let handoff = Handoff(
            id: run.child(1), run: run, project: "p", fromAgent: "user", toAgent: "analyst", phase: .discovery,
            contextIDs: [], contextSummary: "pm: found the need", instructions: "Write about the lighthouse.",
            expectedOutputs: creates.map(\.name), acceptanceCriteria: ["names a keeper"],
            createdAt: Timestamp(milliseconds: 0))
        var command = TaskCommand(
            by: By(store: "store-a", epoch: 1), task: run.child(7), run: run, project: "p", workflow: "w",
            step: "analyst-brief", phase: .discovery, role: "analyst", attempt: 1,
            lease: Identifier(high: 0x0190_0000_0000_7AAA, low: 1 << 63), leaseMilliseconds: 30_000,
            timeoutMilliseconds: timeoutMilliseconds, handoff: handoff, creates: creates, updates: updates,
            validates: validates, reports: reports, inputs: ["idea": "a lighthouse"], notes: "Short.",
            idempotencyKey: run.child(9))
        command.persona = persona
        return command
    }

    /// A step that may fill two sections of a story, of which one has another in it.
    static let contributing: TaskCommand = {
        var command = Self.command(creates: [CommandProduct(name: "report.md")])
        let outline: JSON = [
            ["id": "plan", "title": "Plan", "required": false],
            [
                "id": "record", "title": "Record", "owner": "analyst-agent", "required": true,
                "sections": [["id": "files", "title": "Files", "type": "bullet-list", "required": true]],
            ],
            [
                "id": "log", "title": "Log",
                "sections": [["id": "status", "title": "Status", "choices": ["Open", "Done"]]],
            ],
        ]
        let template = CommandProduct.Template(name: "story", outline: outline)
        command.contributes = [
            CommandContribution(name: "epic-1/story.md", sections: ["record", "status"], template: template)
        ]
        return command
    }()

    static func context(
        _ command: TaskCommand, artifacts: [TaskArtifact] = [], logger: Logger = Logger(label: "test"),
        said: Said = Said()
    ) -> TaskContext {
        TaskContext(command: command, artifacts: artifacts, logger: logger) { percent, message in
            said.lines.withLock { $0.append(message ?? "\(percent ?? -1)") }
        }
    }

    static func document(_ name: String, _ text: String) -> TaskArtifact {
        TaskArtifact(id: run.child(3), name: name, version: 1, mediaType: "text/markdown", content: Array(text.utf8))
    }
}

/// What a handler said on its way.
final class Said: Sendable {
    let lines = Mutex<[String]>([])
    var all: String { lines.withLock { $0.joined(separator: "\n") } }
}
