import ArgumentParser
import BatonClient

struct LineageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lineage",
        abstract: "Show which versions of a run's documents were made from which, and by whom.",
        discussion: """
            A version is stale when a newer one is there of a document that it was made from. With the name of a \
            document, its newest version and all that this came from, as a tree.

            In JSON each line is a version, as `baton artifacts --json` tells it, with `latest` and `stale_from`: the \
            names of the documents that have become newer since.

            Examples:
              baton lineage last
              baton lineage last architecture.md
              baton lineage last --json
              baton lineage last --format mermaid > lineage.mmd
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, mermaid, json }

    @OptionGroup var target: RunArgument

    @Argument(help: "A document's name; the extension may be left out.")
    var name: String?

    @Option(help: "text, which is the default, mermaid, or json.")
    var format: Format?

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws { _ = try form }

    private var form: Format {
        get throws { try output.format(format, json: .json, text: .text) }
    }

    func run() async throws {
        let (run, entries) = try await connection.withClient { client in
            let run = try await target.resolve(client)
            return (run, try await client.artifacts(of: run))
        }
        let lineage = Lineage(entries)
        var places = Array(lineage.nodes.indices)
        var root: Int?
        if let name {
            guard let newest = lineage.places(of: name).last(where: { lineage.nodes[$0].isLatest }) else {
                throw ClientError(
                    .notFound,
                    "the run has no document \(TerminalText.line(name)); `baton artifacts \(run)` lists what it has")
            }
            root = newest
            places = lineage.family(of: newest)
        }
        switch try form {
        case .text:
            let text = root.map { lineage.tree(of: $0) } ?? lineage.text
            let width = Terminal.isTerminal ? Terminal.size.columns : .max
            for line in text.split(separator: "\n") {
                for part in TextWrap.hanging(String(line), width: width) { Terminal.output(part) }
            }
        case .mermaid: Terminal.output(lineage.mermaid(places))
        case .json: for place in places { Terminal.output(lineage.json(place)) }
        }
    }
}
