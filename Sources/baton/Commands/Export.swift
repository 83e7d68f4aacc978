import ArgumentParser
import BatonClient

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the documents of a run into a folder.",
        discussion: """
            The latest version of each, checked against its hash, and a manifest.json with paths, versions, hashes, \
            what each version was made from, and the handoffs. Files of these names are replaced; nothing is written \
            outside of the folder. `baton verify` checks a folder against its manifest.

            Documents lie as in a BMAD project: where their templates say (output.filename, such as docs/prd.md or \
            docs/stories/1.2.login.md), where the core-config.yaml of the library says, split documents in folders \
            beside their whole (docs/prd/…); what nobody says anything about goes into docs/ under its own name. With \
            --layout names every document has its name in the run.

            A document whose name no file may have on some system (CON.md, a?.md), or differs from another's in its \
            case alone, is left out; then the exit code is 1. Runs of today have none.

            With --live the folder is kept as the run is until it has ended; then the exit code is that of `baton \
            watch`.

            Examples:
              baton export last --to .
              baton export last --to papers --live
            """)

    @OptionGroup var target: RunArgument

    @Option(
        name: .customLong("to"), help: ArgumentHelp("The folder; it is made if it does not exist.", valueName: "dir"))
    var folder: String

    @Option(help: "project: as in a BMAD project; names: under the documents' names.")
    var layout = ExportLayout.project

    @Flag(help: "Keep the folder up to date until the run has ended.")
    var live = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let (report, status) = try await connection.withClient { client in
            let run = try await target.resolve(client)
            func say(_ entry: ArtifactEntry, _ path: String) { Terminal.output(TerminalText.line(path)) }
            if live { return try await client.exportLive(run, to: folder, layout: layout, progress: say) }
            return (try await client.export(run, to: folder, layout: layout, progress: say), RunStatus.completed)
        }
        let count = report.files.count
        Terminal.error(
            "\(count) document\(count == 1 ? "" : "s") and \(report.manifest) in \(TerminalText.line(folder))")
        for sentence in report.leftOut { Terminal.error("left out: \(sentence)") }
        if !report.leftOut.isEmpty { throw ExitCode(1) }
        if Failure.code(for: status) != 0 { throw ExitCode(Failure.code(for: status)) }
    }
}

extension ExportLayout: ExpressibleByArgument {}
