/// Where links lead when a document is split, and when it is joined again.
struct ShardLinks {
    private struct Place: Hashable {
        let file: Int
        let anchor: String
    }

    /// The names of the files; the first is the index.
    private let names: [String]
    private let files: [String: Int]
    /// Where an anchor of the document is now, and back.
    private var places: [String: Place] = [:]
    private var anchors: [Place: String] = [:]

    /// - Parameters:
    ///   - titles: of all headings, in the order of the document.
    ///   - files: which file each heading is in, by the place of its name.
    init(names: [String], titles: [String], files: [Int]) {
        self.names = names
        self.files = Dictionary(
            names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        var whole = AnchorCounter()
        var parts = AnchorCounter()
        var file = 0
        for (index, title) in titles.enumerated() {
            if files[index] != file {
                parts = AnchorCounter()
                file = files[index]
            }
            let base = HeadingText.anchor(title)
            let anchor = whole.next(base)
            let place = Place(file: file, anchor: parts.next(base))
            places[anchor] = place
            anchors[place] = anchor
        }
    }

    /// The destination as it is in file number `file`; nil when it stays.
    func sharded(_ link: String, in file: Int) -> String? {
        if link.hasPrefix("#") {
            guard let place = places[String(link.dropFirst())] else { return nil }
            return (place.file == file ? "" : names[place.file]) + "#" + place.anchor
        }
        guard Self.isRelative(link) else { return nil }
        return link.hasPrefix("./") ? "./../" + link.dropFirst(2) : "../" + link
    }

    /// The destination as it was in the document; nil when it stays.
    func joined(_ link: String, in file: Int) -> String? {
        if link.hasPrefix("./../") { return "./" + link.dropFirst(5) }
        if link.hasPrefix("../") { return String(link.dropFirst(3)) }
        guard let hash = link.firstIndex(of: "#") else { return nil }
        let name = String(link[..<hash])
        guard let target = name.isEmpty ? file : files[name] else { return nil }
        return anchors[Place(file: target, anchor: String(link[link.index(after: hash)...]))].map { "#" + $0 }
    }

    /// Whether the link starts from the folder that the document is in.
    private static func isRelative(_ link: String) -> Bool {
        guard let first = link.utf8.first, first != .slash, first != .question, first != .backslash else {
            return false
        }
        // A scheme (RFC 3986, 3.1).
        for byte in link.utf8 {
            if byte == .colon { return false }
            guard byte.isLetter || byte.isDigit || [UInt8(ascii: "+"), .hyphen, UInt8(ascii: ".")].contains(byte) else {
                return true
            }
        }
        return true
    }
}

/// Numbers the anchors of headings that say the same, as GitHub does: `notes`, `notes-1`, `notes-2`.
struct AnchorCounter {
    private var counts: [String: Int] = [:]

    mutating func next(_ base: String) -> String {
        var anchor = base
        while counts[anchor] != nil {
            let count = counts[base, default: 0] + 1
            counts[base] = count
            anchor = "\(base)-\(count)"
        }
        counts[anchor] = 0
        return anchor
    }
}
