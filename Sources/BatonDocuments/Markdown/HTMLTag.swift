/// Names of tags, and how far a tag goes.
enum HTMLTag {
    static let raw: Set<String> = ["pre", "script", "style", "textarea"]

    /// What a text does not bring into a document: what GitHub's markdown disallows (GFM 6.11), and `pre`, which goes
    /// on to the end tag of any of them.
    static let disallowed: Set<String> = [
        "title", "textarea", "style", "xmp", "iframe", "noembed", "noframes", "script", "plaintext", "pre",
    ]

    /// The names of CommonMark 4.6, condition 6.
    static let blocks: Set<String> = [
        "address", "article", "aside", "base", "basefont", "blockquote", "body", "caption", "center", "col", "colgroup",
        "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
        "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "iframe", "legend",
        "li", "link", "main", "menu", "menuitem", "nav", "noframes", "ol", "optgroup", "option", "p", "param",
        "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "track", "ul",
    ]

    /// The name of the tag that starts at `start`, in lower case; empty when none does.
    static func name(in bytes: [UInt8], at start: Int, before end: Int) -> String {
        guard start < end, bytes[start] == .less else { return "" }
        let first = bytes.has("</", at: start, before: end) ? start + 2 : start + 1
        guard first < end, bytes[first].isLetter else { return "" }
        var last = first
        // Longer names mean nothing here, and are not worth a copy.
        while last < end, last - first < 32, bytes[last].isLetter || bytes[last].isDigit || bytes[last] == .hyphen {
            last += 1
        }
        return String(decoding: bytes[first..<last].map(\.lowercased), as: UTF8.self)
    }

    /// Where the tag at the start of `range` ends, behind its `>`; nil when it is not complete on the line.
    static func end(in bytes: [UInt8], _ range: Range<Int>) -> Int? {
        var index = range.lowerBound + 1
        var quote: UInt8?
        while index < range.upperBound {
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == .greater {
                return index + 1
            } else if byte == .less || byte == .backtick {
                return nil
            }
            index += 1
        }
        return nil
    }
}
