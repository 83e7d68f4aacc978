import ArgumentParser
import BatonClient

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the documents of a run into a folder.",
        discussion: """
            The latest version of each, checked against its hash, and a manifest.json with names, paths, versions and \
            hashes. Files of these names are replaced; nothing is written outside of the folder.

            With --layout project each document goes where its template says (output.filename, such as docs/prd.md or \
            docs/stories/1.2.login.md), and into docs/ under its own name where no template says it, or where what \
            the path names is not known.
            """)

    @OptionGroup var target: RunArgument

    @Option(
        name: .customLong("to"), help: ArgumentHelp("The folder; it is made if it does not exist.", valueName: "dir"))
    var folder: String

    @Option(help: "names: under the documents' names; project: where their templates want them.")
    var layout = ExportLayout.names

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let report = try await connection.withClient { client in
            try await client.export(try await target.resolve(client), to: folder, layout: layout) { _, path in
                Terminal.output(TerminalText.line(path))
            }
        }
        let count = report.files.count
        Terminal.error(
            "\(count) document\(count == 1 ? "" : "s") and \(report.manifest) in \(TerminalText.line(folder))")
    }
}

extension ExportLayout: ExpressibleByArgument {}
