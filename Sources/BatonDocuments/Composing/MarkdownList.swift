/// A list in markdown.
struct MarkdownList {
    struct Item: Equatable {
        /// Markdown, of any number of lines.
        var text: String
        /// Whether the box of a checklist is ticked; nil for other lists.
        var isChecked: Bool?

        init(text: String, isChecked: Bool? = nil) {
            self.text = text
            self.isChecked = isChecked
        }
    }

    enum Marker {
        case bullet
        /// 1., 2., 3.
        case number
        /// `FR1:`, `FR2:`.
        case prefix(String)
    }

    let items: [Item]
    var marker = Marker.bullet

    var text: String {
        var number = 0
        return items.map { item in
            number += 1
            switch marker {
            case .bullet: return Self.line("- ", box(item) + item.text)
            case .number: return Self.line("\(number). ", box(item) + item.text)
            case .prefix(let prefix):
                // An item that bears its number keeps it, since other texts may name it.
                guard let own = Self.number(of: item.text, prefix: prefix) else {
                    return Self.line("- ", "\(prefix)\(number): \(item.text)")
                }
                number = own
                return Self.line("- ", item.text)
            }
        }.joined(separator: "\n")
    }

    private func box(_ item: Item) -> String { item.isChecked.map { $0 ? "[x] " : "[ ] " } ?? "" }

    private static func line(_ marker: String, _ text: String) -> String {
        let containment = Containment(level: 6)
        var words = containment.contain(guarded(text))
        // What a heading leaves behind can be another block.
        let again = guarded(words)
        if again != words { words = containment.contain(again) }
        let inner = Filler.indented(words, by: String(repeating: " ", count: marker.count))
        return Substring(marker + inner).trimmedEnd
    }

    /// The text without what would be another block at the start of an item.
    private static func guarded(_ text: String) -> String {
        let text = String(Substring(text.withoutBlankEnds).drop { $0 == " " || $0 == "\t" })
        let first = text.utf8.contains(.newline) ? text.prefix { $0 != "\n" } : Substring(text)
        if ListMarker(first)?.number != nil {
            let digits = first.prefix { ("0"..."9").contains($0) }
            return digits + "\\" + text.dropFirst(digits.count)
        }
        // `- ---` is a thematic break, and `- ===` may underline what is before it.
        let isRule = !first.isEmpty && first.allSatisfy { "-*_= ".contains($0) }
        return isRule || first.hasPrefix("#") ? "\\" + text : text
    }

    /// 7 for `FR7: …`.
    private static func number(of text: String, prefix: String) -> Int? {
        let bare = text.drop { $0 == "*" }
        guard bare.hasPrefix(prefix) else { return nil }
        let digits = bare.dropFirst(prefix.count).prefix { ("0"..."9").contains($0) }
        guard (1...6).contains(digits.count), let next = bare.dropFirst(prefix.count + digits.count).first,
            !next.isLetter
        else { return nil }
        return Int(digits)
    }
}

extension Substring {
    var trimmedEnd: String {
        var text = self
        while text.last == " " || text.last == "\n" { text.removeLast() }
        return String(text)
    }
}
