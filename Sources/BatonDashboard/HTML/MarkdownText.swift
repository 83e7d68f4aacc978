/// What stands in a line: emphasis, code, links.
struct MarkdownText {
    /// A longer paragraph is text.
    private static let maxBytes = 32 << 10
    /// How far the end of a construct is looked for, so that a text made of openings costs no more than it is long.
    private static let maxSpan = 1024
    private static let maxDepth = 4

    private let bytes: ArraySlice<UInt8>
    private let depth: Int
    private var result = HTML()

    static func render(_ text: Substring) -> HTML {
        let bytes = Array(text.utf8)
        guard bytes.count <= maxBytes else { return HTML(text: String(text)) }
        return render(bytes[...], depth: 0)
    }

    private static func render(_ bytes: ArraySlice<UInt8>, depth: Int) -> HTML {
        guard depth < maxDepth else { return text(bytes) }
        var renderer = MarkdownText(bytes: bytes, depth: depth)
        renderer.run()
        return renderer.result
    }

    private init(bytes: ArraySlice<UInt8>, depth: Int) {
        self.bytes = bytes
        self.depth = depth
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> HTML { HTML(text: String(decoding: bytes, as: UTF8.self)) }

    private mutating func run() {
        var plain = bytes.startIndex
        var place = bytes.startIndex
        while place < bytes.endIndex {
            guard let (html, end) = construct(at: place) else {
                place += 1
                continue
            }
            result += Self.text(bytes[plain..<place])
            result += html
            place = end
            plain = end
        }
        result += Self.text(bytes[plain...])
    }

    /// What begins at a place, and where it ends; nil when that is text.
    private func construct(at place: Int) -> (HTML, Int)? {
        switch bytes[place] {
        case UInt8(ascii: "\\"): escaped(place)
        case UInt8(ascii: "`"): code(place)
        case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"): emphasis(place)
        case UInt8(ascii: "["): link(place)
        case UInt8(ascii: "!") where byte(place + 1) == UInt8(ascii: "["): image(place)
        case UInt8(ascii: "<"): autolink(place)
        case UInt8(ascii: "h"): bareLink(place)
        default: nil
        }
    }

    private func byte(_ place: Int) -> UInt8? { bytes.indices.contains(place) ? bytes[place] : nil }

    private func find(_ byte: UInt8, from place: Int) -> Int? {
        guard place < bytes.endIndex else { return nil }
        return bytes[place..<min(bytes.endIndex, place + Self.maxSpan)].firstIndex(of: byte)
    }

    private func escaped(_ place: Int) -> (HTML, Int)? {
        guard let next = byte(place + 1), next.isPunctuation else { return nil }
        return (Self.text([next]), place + 2)
    }

    private func code(_ place: Int) -> (HTML, Int)? {
        let count = bytes[place...].prefix { $0 == UInt8(ascii: "`") }.count
        var next = place + count
        while let start = find(UInt8(ascii: "`"), from: next), start < place + Self.maxSpan {
            let run = bytes[start...].prefix { $0 == UInt8(ascii: "`") }.count
            if run == count { return ("<code>\(Self.text(bytes[(place + count)..<start]))</code>", start + run) }
            next = start + run
        }
        // None of the marks opens anything.
        return (Self.text(bytes[place..<(place + count)]), place + count)
    }

    private func emphasis(_ place: Int) -> (HTML, Int)? {
        let mark = bytes[place]
        let count = min(2, bytes[place...].prefix(3).prefix { $0 == mark }.count)
        if mark == UInt8(ascii: "~"), count < 2 { return nil }
        if mark == UInt8(ascii: "_"), let before = byte(place - 1), before.isWord { return nil }
        let start = place + count
        guard let first = byte(start), !first.isSpace, first != mark else { return nil }
        var next = start
        while let end = find(mark, from: next), end < place + Self.maxSpan {
            let run = bytes[end...].prefix { $0 == mark }.count
            let closes = run >= count && !bytes[end - 1].isSpace && bytes[end - 1] != UInt8(ascii: "\\")
            let inWord = mark == UInt8(ascii: "_") && (byte(end + run)?.isWord ?? false)
            if closes, !inWord, run == count || run == 3 {
                let inner = Self.render(bytes[start..<end], depth: depth + 1)
                return (Self.emphasized(inner, mark, count), end + count)
            }
            next = end + run
        }
        return nil
    }

    private static func emphasized(_ inner: HTML, _ mark: UInt8, _ count: Int) -> HTML {
        if mark == UInt8(ascii: "~") { return "<s>\(inner)</s>" }
        return count == 2 ? "<strong>\(inner)</strong>" : "<em>\(inner)</em>"
    }

    /// The parts of `[text](address)` from the bracket on.
    private func linkParts(_ place: Int) -> (text: ArraySlice<UInt8>, address: ArraySlice<UInt8>, end: Int)? {
        guard let close = find(UInt8(ascii: "]"), from: place + 1), byte(close + 1) == UInt8(ascii: "("),
            let end = find(UInt8(ascii: ")"), from: close + 2)
        else { return nil }
        // A title behind the address is not shown.
        let address = bytes[(close + 2)..<end].prefix { !$0.isSpace }
        return (bytes[(place + 1)..<close], address, end + 1)
    }

    private func link(_ place: Int) -> (HTML, Int)? {
        guard let (text, address, end) = linkParts(place) else { return nil }
        return (Self.anchor(Self.render(text, depth: depth + 1), to: String(decoding: address, as: UTF8.self)), end)
    }

    /// Nothing is loaded from elsewhere: an image is a link to it.
    private func image(_ place: Int) -> (HTML, Int)? {
        guard let (text, address, end) = linkParts(place + 1) else { return nil }
        let name: HTML = "image: \(Self.text(text))"
        return (Self.anchor(name, to: String(decoding: address, as: UTF8.self)), end)
    }

    private func autolink(_ place: Int) -> (HTML, Int)? {
        guard let end = find(UInt8(ascii: ">"), from: place) else { return nil }
        let address = String(decoding: bytes[(place + 1)..<end], as: UTF8.self)
        guard Self.isSafe(address) else { return nil }
        return (Self.anchor(HTML(text: address), to: address), end + 1)
    }

    private func bareLink(_ place: Int) -> (HTML, Int)? {
        let rest = bytes[place...]
        guard rest.starts(with: "https://".utf8) || rest.starts(with: "http://".utf8),
            byte(place - 1).map({ !$0.isWord }) ?? true
        else { return nil }
        var address = rest.prefix(Self.maxSpan).prefix { !$0.isSpace && !"<>\"'`)]|".utf8.contains($0) }
        while let last = address.last, ".,;:!?*_".utf8.contains(last) { address = address.dropLast() }
        let text = String(decoding: address, as: UTF8.self)
        guard Self.isSafe(text) else { return nil }
        return (Self.anchor(HTML(text: text), to: text), address.endIndex)
    }

    private static func anchor(_ text: HTML, to address: String) -> HTML {
        guard isSafe(address) else { return "<span class=\"dead\" title=\"\(address)\">\(text)</span>" }
        return "<a href=\"\(address)\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">\(text)</a>"
    }

    /// Whether a link may be followed: to `http`, `https` and `mailto`, written out and without blanks.
    static func isSafe(_ address: String) -> Bool {
        let lower = address.lowercased()
        guard let scheme = ["https://", "http://", "mailto:"].first(where: lower.hasPrefix) else { return false }
        return address.utf8.count > scheme.utf8.count && address.utf8.count <= 2048
            && address.unicodeScalars.allSatisfy { $0.value > 0x20 && !(0x7F...0xA0).contains($0.value) }
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A }

    fileprivate var isWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            true
        default: false
        }
    }

    fileprivate var isPunctuation: Bool { (0x21..<0x7F).contains(self) && !isWord }
}
