import ArgumentParser
import BatonClient

struct Handoffs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show who handed what to whom in a run.")

    @OptionGroup var target: RunArgument

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let handoffs = try await connection.withClient { client in
            try await client.handoffs(of: try await target.resolve(client))
        }
        if output.json { return handoffs.forEach { printJSON($0) } }
        var table = TextTable("FROM", "TO", "PHASE", "DOCUMENTS", "ASKS FOR", "INSTRUCTIONS")
        for handoff in handoffs {
            table.add(
                handoff.fromAgent, handoff.toAgent, handoff.phase.rawValue, "\(handoff.contextIDs.count)",
                handoff.expectedOutputs.joined(separator: ", "), handoff.instructions)
        }
        Terminal.print(table)
    }
}
