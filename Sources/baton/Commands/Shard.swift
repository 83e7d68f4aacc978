import ArgumentParser
import BatonClient
import BatonDocuments
import Foundation

struct Shard: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Split a markdown document by its level-2 headings into a folder.",
        discussion: """
            Needs no broker and no orchestrator. Each section becomes a document of its own, with an index.md that \
            links to them; links between sections and to other files are kept right, code is left alone. Files of \
            these names are replaced; nothing is written outside of the folder.

            Examples:
              baton shard docs/prd.md
              baton shard docs/prd.md --to docs/shards/prd
              baton start dev --fact epics:="$(baton shard docs/prd.md --epics)"
            """)

    /// More is no document that people read.
    private static let maxBytes = 64 << 20

    @Argument(help: ArgumentHelp("The document.", valueName: "file"))
    var file: String

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp("The folder (default: beside the file, under its name without extension).", valueName: "dir")
    )
    var folder: String?

    @Flag(help: "Write nothing; print the document's epics and stories as JSON: [{id, title, stories: [{id, title}]}].")
    var epics = false

    func run() throws {
        let text = try text()
        if epics { return Terminal.output(JSON.array(Epics.find(in: text).map(\.json)).text) }
        let sharded = Sharding.split(text)
        guard !sharded.pieces.isEmpty else {
            throw ClientError(.invalidArgument, "\(TerminalText.line(file)) has no level-2 headings to split it by")
        }
        let path = folder ?? Self.folder(for: file)
        let target = try ExportFolder(path)
        try write(sharded.index, ShardedDocument.indexName, to: target)
        for piece in sharded.pieces { try write(piece.text, piece.name, to: target) }
        let count = sharded.pieces.count
        Terminal.error("\(count) section\(count == 1 ? "" : "s") and an index in \(TerminalText.line(path))")
    }

    private func write(_ text: String, _ name: String, to folder: ExportFolder) throws {
        let file = try folder.create(name)
        try file.write(Array(text.utf8))
        try file.commit()
        Terminal.output(name)
    }

    private func text() throws -> String {
        let name = TerminalText.line(file)
        guard let handle = FileHandle(forReadingAtPath: file),
            let data = try? handle.read(upToCount: Self.maxBytes + 1) ?? Data()
        else { throw ClientError(.file, "the file \(name) can't be read") }
        guard data.count <= Self.maxBytes else {
            throw ClientError(.file, "\(name) is larger than \(Self.maxBytes >> 20) MiB")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ClientError(.file, "\(name) is not UTF-8 text")
        }
        return text
    }

    /// `docs/prd.md` → `docs/prd`; a name without an extension gets an ending, since the file itself is there.
    private static func folder(for file: String) -> String {
        let url = URL(filePath: file)
        return url.pathExtension.isEmpty ? file + "-shards" : url.deletingPathExtension().relativePath
    }
}
