import ArgumentParser
import BatonClient
import Foundation

struct Cat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a document of a run to standard output.",
        discussion: """
            Into a file or a pipe the document goes as it is; on a terminal, control characters and escape sequences \
            are left out.
            """)

    @OptionGroup var target: RunArgument

    @Argument(help: "The document's name; the extension may be left out.")
    var name: String

    @Option(help: "Which version (default: the latest).")
    var version: Int?

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            let run = try await target.resolve(client)
            let artifacts = try await client.artifacts(of: run)
            let wanted = ArtifactName(name)
            let versions = artifacts.filter { ArtifactName($0.name) == wanted }
            guard !versions.isEmpty else {
                throw ClientError(
                    .notFound,
                    "the run has no document \(TerminalText.line(name)); `baton artifacts \(run)` lists what it has")
            }
            let latest = versions.map(\.version).max() ?? 0
            guard let artifact = versions.first(where: { $0.version == version ?? latest }) else {
                throw ClientError(
                    .notFound, "\(TerminalText.line(name)) has no version \(version ?? latest); the latest is \(latest)"
                )
            }
            guard Terminal.isTerminal else {
                try await client.read(artifact, of: run) { Terminal.write($0, STDOUT_FILENO) }
                return
            }
            // An escape sequence may lie across two pieces.
            var content: [UInt8] = []
            try await client.read(artifact, of: run) { content += $0 }
            Terminal.output(TerminalText.lines(String(decoding: content, as: UTF8.self)))
        }
    }
}
