import ArgumentParser
import BatonClient
import BatonDocuments

struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what changed between two versions of a document.",
        discussion: """
            Unified text, as diff -u writes it. Ends with 0 when the versions are the same, and with 1 when they \
            differ.

            Examples:
              baton diff last prd.md        the latest version against the one before
              baton diff last prd.md 1      the latest version against version 1
              baton diff last prd.md 1 2
            """)

    @OptionGroup var target: RunArgument

    @Argument(help: "The document's name; the extension may be left out.")
    var name: String

    @Argument(help: "The old version (default: the one before the new one).")
    var old: Int?

    @Argument(help: "The new version (default: the latest).")
    var new: Int?

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let (before, after) = try await connection.withClient { client in
            let run = try await target.resolve(client)
            let versions = try await client.versions(of: name, in: run)
            let newer = try new.map { try versions.version($0) } ?? versions.latest
            let older = try versions.version(old ?? versions.before(newer))
            // Line by line is for what somebody reads.
            guard older.digest != newer.digest, max(older.size, newer.size) <= Self.maxBytes else {
                return (Side(entry: older, bytes: nil), Side(entry: newer, bytes: nil))
            }
            return (
                Side(entry: older, bytes: try await client.content(of: older, in: run)),
                Side(entry: newer, bytes: try await client.content(of: newer, in: run))
            )
        }
        guard before.entry.digest != after.entry.digest else { return }
        if let left = before.text, let right = after.text {
            let diff = LineDiff(from: left, to: right).unified(old: before.label, new: after.label)
            Terminal.write(Terminal.isTerminal ? TerminalText.lines(diff) : diff, 1)
        } else if max(before.entry.size, after.entry.size) > Self.maxBytes {
            Terminal.output(
                "\(before.label) (\(before.entry.size) bytes) and \(after.label) (\(after.entry.size) bytes) differ, "
                    + "and are too large to be compared by lines: `baton cat` writes each of them")
        } else {
            Terminal.output("\(before.label) and \(after.label) differ, and are not both text")
        }
        throw ExitCode(Failure.general)
    }

    /// Of a document that is compared by lines.
    private static let maxBytes = 8 << 20

    private struct Side {
        let entry: ArtifactEntry
        /// Nil: not fetched.
        let bytes: [UInt8]?

        var text: String? {
            bytes.flatMap { $0.contains(0) ? nil : String(validating: $0, as: UTF8.self) }
        }
        var label: String { "\(TerminalText.line(entry.name)) version \(entry.version)" }
    }
}
