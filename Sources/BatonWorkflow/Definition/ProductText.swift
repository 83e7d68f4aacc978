import BatonEngine

/// What a `creates` entry says: `prd.md`, `v0_prompt (optional)`, `brownfield-architecture.md (or multiple documents)`,
/// `prototype-stories/`, `report one.md`, `multiple documents per the document-project template`.
struct ProductText: Equatable {
    let name: String
    let isOptional: Bool
    let isSet: Bool

    init(_ text: String) {
        let (text, remarks) = text.withoutRemarks
        let isFree = text.contains(where: \.isWhitespace) && !Self.isFile(text)
        name = isFree ? Self.name(ofFreeText: text) : text
        isOptional = remarks.contains { $0 == "optional" || $0 == "if needed" || $0 == "if any" }
        isSet = isFree || !Self.hasExtension(name) || remarks.contains { $0.contains("multiple") }
    }

    /// An extension as names are compared: what ``ArtifactName`` takes off.
    static func hasExtension(_ name: String) -> Bool {
        !name.hasSuffix("/") && ArtifactName.key(of: name).utf8.count < name.utf8.count
    }

    /// Whether a text with spaces is the name of one file.
    static func isFile(_ text: String) -> Bool {
        guard hasExtension(text), !text.contains(",") else { return false }
        let words = text.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
        return words.first != "multiple" && !words.contains("per")
    }

    /// `multiple documents per the document-project template` are the documents of `document-project`.
    private static func name(ofFreeText text: String) -> String {
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        if let per = words.firstIndex(where: { $0.lowercased() == "per" }), per < words.count - 1 {
            words.removeSubrange(...per)
            if words.count > 1, ["a", "an", "the"].contains(words[0].lowercased()) { words.removeFirst() }
            if words.count > 1, ["template", "task", "checklist"].contains(words.last!.lowercased()) {
                words.removeLast()
            }
        }
        let name = words.joined(separator: " ").slug
        return name.isEmpty ? "documents" : name
    }
}

extension StringProtocol {
    /// The text without what stands in parentheses at its end, and that; a name of nothing but remarks is kept.
    var withoutRemarks: (text: String, remarks: [String]) {
        var text = trimmed
        var remarks: [String] = []
        // Nobody writes more, and each costs another pass over the text.
        while remarks.count < 4, text.hasSuffix(")"), let open = text.lastIndex(of: "("), open > text.startIndex {
            remarks.append(text[text.index(after: open)...].dropLast().lowercased())
            text = text[..<open].trimmed
        }
        return (text, remarks)
    }

    /// Without white space at either end.
    var trimmed: String {
        guard let start = firstIndex(where: { !$0.isWhitespace }) else { return "" }
        let end = lastIndex(where: { !$0.isWhitespace })!
        return String(self[start...end])
    }

    /// Letters, digits, `_`, `.` and `-` as they are, anything between as one `-`; at most 64 bytes.
    var slug: String {
        var bytes: [UInt8] = []
        for byte in utf8 {
            guard bytes.count < 64 else { break }
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                bytes.append(byte)
            default:
                if let last = bytes.last, last != UInt8(ascii: "-") { bytes.append(UInt8(ascii: "-")) }
            }
        }
        while bytes.last == UInt8(ascii: "-") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
