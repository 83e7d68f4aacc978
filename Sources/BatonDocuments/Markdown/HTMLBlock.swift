/// A block of HTML: CommonMark 4.6, by the seven ways in which one starts and ends.
enum HTMLBlock: Equatable {
    /// `<pre>`, `<script>`, `<style>`, `<textarea>`: to the end tag of any of them.
    case raw
    case comment
    case instruction
    case declaration
    case characterData
    /// Any other tag: to the next blank line.
    case element

    var endsBeforeBlankLine: Bool { self == .element }

    /// Recognizes the start of a block.
    ///
    /// - Parameter inert: when given, what a text must not bring into a document is no HTML: the tags that GitHub's
    ///   markdown disallows (GFM 6.11), and what has no end.
    init?(in bytes: [UInt8], _ line: Range<Int>, interrupting: Bool, inert: UnclosedHTML?) {
        let start = line.lowerBound
        let end = line.upperBound
        guard let block = Self.start(in: bytes, line, interrupting: interrupting) else { return nil }
        if let inert {
            if inert.isUnclosed(block, at: start) { return nil }
            if HTMLTag.disallowed.contains(HTMLTag.name(in: bytes, at: start, before: end)) { return nil }
        }
        self = block
    }

    private static func start(in bytes: [UInt8], _ line: Range<Int>, interrupting: Bool) -> HTMLBlock? {
        let start = line.lowerBound
        let end = line.upperBound
        if bytes.has("<!--", at: start, before: end) { return .comment }
        if bytes.has("<?", at: start, before: end) { return .instruction }
        if bytes.has("<![CDATA[", at: start, before: end) { return .characterData }
        if bytes.has("<!", at: start, before: end), start + 2 < end, bytes[start + 2].isLetter { return .declaration }
        let name = HTMLTag.name(in: bytes, at: start, before: end)
        guard !name.isEmpty else { return nil }
        let isEndTag = start + 1 < end && bytes[start + 1] == .slash
        let after = start + (isEndTag ? 2 : 1) + name.utf8.count
        let isTag =
            after == end || bytes[after].isBlank || bytes[after] == .greater
            || bytes.has("/>", at: after, before: end)
        guard isTag else { return nil }
        if HTMLTag.raw.contains(name), !isEndTag { return bytes.has("/", at: after, before: end) ? nil : .raw }
        if HTMLTag.blocks.contains(name) { return .element }
        guard !interrupting, !HTMLTag.raw.contains(name), let close = HTMLTag.end(in: bytes, line) else { return nil }
        return bytes[close..<end].allSatisfy(\.isBlank) ? .element : nil
    }

    /// Whether the block ends on a line.
    func ends(in bytes: [UInt8], _ line: Range<Int>) -> Bool {
        switch self {
        case .comment: bytes.first("-->", in: line) != nil
        case .instruction: bytes.first("?>", in: line) != nil
        case .declaration: bytes[line].contains(.greater)
        case .characterData: bytes.first("]]>", in: line) != nil
        case .element: false
        case .raw:
            line.contains { index in
                bytes.has("</", at: index, before: line.upperBound)
                    && HTMLTag.raw.contains(HTMLTag.name(in: bytes, at: index, before: line.upperBound))
            }
        }
    }
}

/// Which kinds of HTML have no end behind a place, so that they would swallow the rest of a document.
struct UnclosedHTML {
    static let none = UnclosedHTML([])

    private let lastComment: Int
    private let lastInstruction: Int
    private let lastDeclaration: Int
    private let lastCharacterData: Int
    private let lastRaw: Int

    init(_ bytes: [UInt8]) {
        lastComment = bytes.last("-->") ?? -1
        lastInstruction = bytes.last("?>") ?? -1
        lastDeclaration = bytes.lastIndex(of: .greater) ?? -1
        lastCharacterData = bytes.last("]]>") ?? -1
        lastRaw =
            bytes.indices.last {
                bytes.has("</", at: $0, before: bytes.count)
                    && HTMLTag.raw.contains(HTMLTag.name(in: bytes, at: $0, before: bytes.count))
            } ?? -1
    }

    func isUnclosed(_ block: HTMLBlock, at start: Int) -> Bool {
        switch block {
        case .comment: lastComment <= start
        case .instruction: lastInstruction <= start
        case .declaration: lastDeclaration <= start
        case .characterData: lastCharacterData <= start
        case .raw: lastRaw <= start
        case .element: false
        }
    }
}
