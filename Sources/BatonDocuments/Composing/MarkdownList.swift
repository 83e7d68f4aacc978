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
            case .bullet: return line("- " + box(item), item.text)
            case .number: return line("\(number). " + box(item), item.text)
            case .prefix(let prefix):
                // An item that bears its number keeps it, since other texts may name it.
                guard let own = Self.number(of: item.text, prefix: prefix) else {
                    return line("- ", "\(prefix)\(number): \(item.text)")
                }
                number = own
                return line("- ", item.text)
            }
        }.joined(separator: "\n")
    }

    private func box(_ item: Item) -> String { item.isChecked.map { $0 ? "[x] " : "[ ] " } ?? "" }

    private func line(_ marker: String, _ text: String) -> String {
        // Boxes are text, and do not indent what follows.
        let width = marker.prefix { $0 != "[" }.count
        let contained = Containment(level: 6).contain(text.withoutBlankEnds)
        let inner = Filler.indented(
            Self.guarded(contained, isText: marker.count > width), by: String(repeating: " ", count: width))
        return Substring(marker + inner).trimmedEnd
    }

    /// What would be another block at the start of an item is text.
    private static func guarded(_ text: String, isText: Bool) -> String {
        let text = String(Substring(text).drop { $0 == " " || $0 == "\t" })
        guard !isText else { return text }
        let first = text.prefix { $0 != "\n" }
        if let marker = ListMarker(first), let number = marker.number {
            let digits = String(number).count
            let zeros = first.prefix { $0.isNumber }.count - digits
            let rest = first.dropFirst(digits + zeros)
            return first.prefix(digits + zeros) + "\\" + rest + text.dropFirst(first.count)
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
