import ArgumentParser
import BatonClient

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the documents of a run into a folder.",
        discussion: """
            The latest version of each, checked against its hash, and a manifest.json with names, versions and hashes. \
            Files of these names are replaced; nothing is written outside of the folder.
            """)

    @OptionGroup var target: RunArgument

    @Option(
        name: .customLong("to"), help: ArgumentHelp("The folder; it is made if it does not exist.", valueName: "dir"))
    var folder: String

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let report = try await connection.withClient { client in
            try await client.export(try await target.resolve(client), to: folder) { artifact in
                Terminal.output(TerminalText.line(artifact.name))
            }
        }
        let count = report.files.count
        Terminal.error(
            "\(count) document\(count == 1 ? "" : "s") and \(report.manifest) in \(TerminalText.line(folder))")
    }
}
