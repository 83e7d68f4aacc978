import ArgumentParser
import BatonClient

struct Handoffs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show who handed what to whom in a run.",
        discussion: """
            A block for each, as wide as the terminal, or 80 columns in a pipe: the roles, and their agents where they \
            are known; the steps that it follows from; the documents that go along; what is asked for, and how.

            Examples:
              baton handoffs last
              baton handoffs last --json
            """)

    @OptionGroup var target: RunArgument

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let (handoffs, artifacts) = try await connection.withClient { client in
            let run = try await target.resolve(client)
            let handoffs = try await client.handoffs(of: run)
            return (handoffs, output.json ? [] : try await client.artifacts(of: run))
        }
        if output.json { return handoffs.forEach { printJSON($0) } }
        let documents = Dictionary(artifacts.map { ($0.id, "\($0.name) \($0.version)") }) { $1 }
        let blocks = handoffs.map { HandoffText.lines($0, documents: documents, width: Terminal.size.columns) }
        for line in blocks.joined(separator: [""]) { Terminal.output(line) }
    }
}
