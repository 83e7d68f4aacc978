import BatonClient
import Foundation

/// The tasks that the agent is given.
extension AgentCheck {
    /// A small task that any agent can do.
    func command(role: String? = nil, document: [UInt8]? = nil, notes: String? = nil, by: By? = nil)
        -> TaskCommand
    {
        let role = role ?? presence.roles.first ?? ""
        let run = Identifier.random.child(0)
        let requires = document.map { [Self.document($0, of: run)] } ?? []
        let product = CommandProduct(name: "check.md")
        let handoff = Handoff(
            id: run.child(3), run: run, project: "check-agent", fromAgent: "user", toAgent: role, phase: .discovery,
            contextIDs: requires.map(\.id), contextSummary: "", instructions: settings.instructions,
            expectedOutputs: [product.name],
            createdAt: Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970) * 1000))
        return TaskCommand(
            by: by ?? self.by, task: run.child(1), run: run, project: "check-agent", workflow: "check-agent",
            step: "check", phase: .discovery, role: role, attempt: 1, lease: .random, leaseMilliseconds: 6000,
            timeoutMilliseconds: Int64(settings.taskLimit / .milliseconds(1)), handoff: handoff, requires: requires,
            creates: [product], inputs: ["idea": "A shop for tea"], notes: notes ?? settings.instructions,
            idempotencyKey: run.child(2))
    }

    /// A document that does not come along.
    private static func document(_ content: [UInt8], of run: Identifier) -> CommandArtifact {
        CommandArtifact(
            id: run.child(4), name: "large.md", version: 1, digest: ContentHash.of(content), size: content.count,
            mediaType: "text/markdown", content: nil)
    }

    /// What is wrong with a result by itself; nil when the orchestrator would take it.
    func fault(in result: TaskResult, for command: TaskCommand) -> String? {
        if result.task != command.task { return "its task is \(result.task), and the command's is \(command.task)" }
        if let error = result.error { return "the task failed: \(error.code): \(error.message.prefix(200))" }
        for product in command.creates
        where !result.artifacts.contains(where: { $0.name == ArtifactName(product.name) }) {
            return "it does not bring \(product.name), only \(result.artifacts.map(\.name.text))"
        }
        return nil
    }
}

extension Identifier {
    static var random: Identifier {
        Identifier(high: .random(in: .min ... .max), low: .random(in: .min ... .max))
    }
}
