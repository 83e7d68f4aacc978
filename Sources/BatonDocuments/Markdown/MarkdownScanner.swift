/// The block structure of a markdown text, as far as documents are taken apart by it: which lines are headings, which
/// are text, and which are code or HTML, where a `#` is no heading and a `](` no link.
///
/// Follows CommonMark 0.31.2: chapters 4 (leaf blocks) and 5 (container blocks); front matter (`---` … `---` at the
/// very start) is skipped. Time and memory are linear in the text: containers deeper than ``maxDepth`` are text.
struct MarkdownScanner {
    /// A heading that stands in no list or quotation.
    struct Heading {
        let level: Int
        /// Its lines, with their line ends.
        let range: Range<Int>
        /// What it says, with inline markup.
        let title: Range<Int>
        /// The `#`s before it, or the `=`s or `-`s below it.
        let marker: Range<Int>
        let isUnderlined: Bool
    }

    struct Fence: Equatable {
        let character: UInt8
        let length: Int
    }

    enum Leaf: Equatable {
        case none
        case paragraph(start: Int)
        case fence(Fence)
        case html(HTMLBlock, start: Int)

        var isParagraph: Bool { if case .paragraph = self { true } else { false } }
    }

    struct Container {
        let isQuote: Bool
        /// The indentation of an item's content, in columns.
        let width: Int
        /// Nothing has followed the marker yet.
        var isEmpty = false
    }

    static let maxDepth = 64

    let bytes: [UInt8]
    /// Whether HTML that a text must not bring into a document is taken as text: see ``HTMLBlock``.
    let isInert: Bool

    private(set) var headings: [Heading] = []
    /// Paragraphs and the titles of headings, at any depth: where links and code spans are.
    private(set) var texts: [Range<Int>] = []
    /// Blocks of HTML, at any depth.
    private(set) var html: [Range<Int>] = []
    /// The fence that is open at the end, outside of lists and quotations.
    private(set) var openFence: Fence?
    /// Where the text starts behind the front matter.
    private(set) var start = 0

    var containers: [Container] = []
    var leaf = Leaf.none
    private var paragraphEnd = 0
    let unclosed: UnclosedHTML

    init(_ bytes: [UInt8], isInert: Bool = false) {
        self.bytes = bytes
        self.isInert = isInert
        unclosed = isInert && bytes.contains(.less) ? UnclosedHTML(bytes) : .none
        if !isInert { start = frontMatterEnd() }
        var line = start
        while line < bytes.count {
            var end = line
            while end < bytes.count, !bytes[end].isLineEnd { end += 1 }
            var next = end
            if next < bytes.count {
                let isPair = bytes[next] == .carriageReturn && next + 1 < bytes.count && bytes[next + 1] == .newline
                next += isPair ? 2 : 1
            }
            scan(MarkdownLine(start: line, end: end, next: next))
            line = next
        }
        if case .fence(let fence) = leaf, containers.isEmpty { openFence = fence }
        close(at: bytes.count)
    }

    private func frontMatterEnd() -> Int {
        func isLine(_ index: Int, _ text: StaticString) -> Int? {
            guard bytes.has(text, at: index, before: bytes.count) else { return nil }
            var end = index + text.utf8CodeUnitCount
            while end < bytes.count, bytes[end].isBlank { end += 1 }
            guard end < bytes.count else { return end }
            guard bytes[end].isLineEnd else { return nil }
            return bytes.has("\r\n", at: end, before: bytes.count) ? end + 2 : end + 1
        }
        guard var line = isLine(0, "---") else { return 0 }
        // A mapping starts with a key; without one, the `---` is a thematic break.
        let first = bytes[line...].prefix { !$0.isLineEnd }
        guard first.contains(.colon) else { return 0 }
        while line < bytes.count {
            if let end = isLine(line, "---") ?? isLine(line, "...") { return end }
            while line < bytes.count, bytes[line] != .newline { line += 1 }
            line += 1
        }
        return 0
    }

    // MARK: Leaves

    /// Ends the open leaf before `index`, and the containers from `depth` on.
    mutating func close(at index: Int, keeping depth: Int? = nil) {
        switch leaf {
        case .paragraph(let start): texts.append(start..<paragraphEnd)
        case .html(_, let start): html.append(start..<index)
        default: break
        }
        leaf = .none
        if let depth { containers.removeLast(containers.count - depth) }
    }

    mutating func continueParagraph(_ line: MarkdownLine) {
        if !leaf.isParagraph { leaf = .paragraph(start: line.start) }
        paragraphEnd = line.next
    }

    mutating func add(_ heading: Heading) {
        texts.append(heading.title)
        if containers.isEmpty { headings.append(heading) }
    }

    /// Makes the open paragraph a heading.
    mutating func underline(_ line: MarkdownLine, from marker: Range<Int>, level: Int) {
        guard case .paragraph(let start) = leaf else { return }
        leaf = .none
        add(
            Heading(
                level: level, range: start..<line.next, title: bytes.trimmed(start..<paragraphEnd), marker: marker,
                isUnderlined: true))
    }
}

/// A line of a text: `start..<end`, and where the next one starts.
struct MarkdownLine {
    let start: Int
    let end: Int
    let next: Int
}
