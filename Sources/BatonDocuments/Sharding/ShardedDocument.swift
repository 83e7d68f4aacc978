/// A document that was split into pieces.
public struct ShardedDocument: Sendable, Equatable {
    public struct Piece: Sendable, Equatable {
        /// The file's name in the folder, such as `goals-and-background-context.md`.
        public let name: String
        /// What the heading says, without markup.
        public let title: String
        /// The level that the heading has in the document: 2, or 1 for a document of several parts.
        public let level: Int
        public let text: String

        public init(name: String, title: String, level: Int = 2, text: String) {
            self.name = name
            self.title = title
            self.level = level
            self.text = text
        }
    }

    public static let indexName = "index.md"

    /// What stands before the first piece: front matter, the title, an introduction. Its links lead from the folder.
    public let preamble: String
    /// In the order of the document.
    public let pieces: [Piece]
    /// Whether definitions of links were added to texts that lack them.
    let mayHaveAdditions: Bool

    public init(preamble: String, pieces: [Piece]) {
        self.init(preamble: preamble, pieces: pieces, mayHaveAdditions: true)
    }

    init(preamble: String, pieces: [Piece], mayHaveAdditions: Bool) {
        self.preamble = preamble
        self.pieces = pieces
        self.mayHaveAdditions = mayHaveAdditions
    }

    /// The text of `index.md`: the preamble, and links to the pieces.
    public var index: String {
        guard !pieces.isEmpty else { return preamble }
        let end = preamble.utf8.contains(.carriageReturn) ? "\r\n" : "\n"
        var text = preamble
        if !text.isEmpty {
            if text.utf8.last?.isLineEnd == false { text += end }
            let isParted = text.hasSuffix(end + end)
            if !isParted { text += end }
        }
        text += "## Sections" + end + end
        for piece in pieces { text += "- [\(Self.escaped(piece.title))](./\(piece.name))" + end }
        return text
    }

    private static func escaped(_ title: String) -> String {
        let words = title.isEmpty ? "Section" : title
        return String(words.flatMap { "[]\\`*_<".contains($0) ? ["\\", $0] : [$0] })
    }

    /// The document that the pieces make: byte for byte the one that was split, if they are as they were.
    public func joined() -> String {
        // A document without sections stayed as it was.
        guard !pieces.isEmpty else { return preamble }
        var texts = [preamble] + pieces.map(\.text)
        if mayHaveAdditions { texts = texts.map(ShardReferences.removed) }
        let scanners = texts.map { MarkdownScanner(Array($0.utf8)) }
        var titles: [String] = []
        var files: [Int] = []
        for (file, scanner) in scanners.enumerated() {
            titles += scanner.headings.map { scanner.bytes.text($0.title) }
            files += Array(repeating: file, count: scanner.headings.count)
        }
        let links = ShardLinks(names: [Self.indexName] + pieces.map(\.name), titles: titles, files: files)
        var bytes: [UInt8] = []
        for (file, scanner) in scanners.enumerated() {
            var edits = Edits(scanner.bytes)
            if file > 0, pieces[file - 1].level == 2 {
                for heading in scanner.headings { heading.lower(scanner.bytes, &edits) }
            }
            for text in scanner.texts {
                for destination in InlineScanner(scanner.bytes, in: text).destinations {
                    guard let link = links.joined(scanner.bytes.text(destination), in: file) else { continue }
                    edits.replace(destination, with: Array(link.utf8))
                }
            }
            edits.sort()
            bytes += edits.applied(in: 0..<scanner.bytes.count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
