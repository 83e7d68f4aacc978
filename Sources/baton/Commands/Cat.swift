import ArgumentParser
import BatonClient
import Foundation

struct Cat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a document of a run to standard output.",
        discussion: """
            Into a file or a pipe the document goes as it is; on a terminal, control characters and escape sequences \
            are left out.

            Examples:
              baton cat last prd
              baton cat last prd.md --version 1 > prd-1.md
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
            let versions = try await client.versions(of: name, in: run)
            let artifact = try version.map { try versions.version($0) } ?? versions.latest
            guard Terminal.isTerminal else {
                try await client.read(artifact, of: run) { Terminal.write($0, STDOUT_FILENO) }
                return
            }
            // An escape sequence may lie across two pieces.
            let content = try await client.content(of: artifact, in: run)
            Terminal.output(TerminalText.lines(String(decoding: content, as: UTF8.self)))
        }
    }
}
