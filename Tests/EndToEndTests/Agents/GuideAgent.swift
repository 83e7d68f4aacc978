// The example of docs/agents/README.md, word by word; see AgentFilesTests.
import BatonAgent

/// An agent that writes one document for each task, until it is told to stop.
func guideAgent(_ broker: BrokerAddress) async throws {
    let configuration = AgentConfiguration(id: "ann", roles: ["analyst"], broker: broker)
    let agent = try Agent(configuration) { context in
        await context.report(percent: 10, message: "thinking")
        let text = "# \(context.command.step)\n\n\(context.command.handoff.instructions)\n"
        let documents = context.command.creates.map {
            ArtifactDocument(name: ArtifactName($0.name), body: .text(text))
        }
        return .completed(summary: "wrote \(documents.count) documents", artifacts: documents)
    }
    try await agent.run()
}
