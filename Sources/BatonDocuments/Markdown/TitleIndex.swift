/// Finds the section of an outline that a heading belongs to, by its title.
struct TitleIndex {
    private var fixed: [String: [OutlineSection]] = [:]
    /// By their words alone: authors write `and` for `&`, and leave `(IA)` and the choice of a title out.
    private var loose: [String: OutlineSection] = [:]
    /// Titles that end in a choice, by the words before it.
    private var leads: [(words: String, section: OutlineSection)] = []
    private var variable: [(pattern: TitlePattern, section: OutlineSection)] = []

    /// - Parameter sections: in the order of the outline; those inside of them are looked at too.
    init(_ sections: [OutlineSection], isDeep: Bool = true) {
        for section in sections { add(section, isDeep: isDeep) }
        // What says more comes first: `Epic {{n}}` before `{{name}}`.
        variable.sort { $0.pattern.weight > $1.pattern.weight }
    }

    private mutating func add(_ section: OutlineSection, isDeep: Bool) {
        if let title = section.title {
            let text = TemplateText(title: title)
            for words in text.looseTitles where loose[words] == nil { loose[words] = section }
            if text.hasVariables {
                leads += text.looseTitles.map { ($0 + " ", section) }
                variable.append((TitlePattern(text), section))
            } else {
                fixed[HeadingText.key(title), default: []].append(section)
            }
        }
        // Sections without a heading have theirs beside them.
        if isDeep || section.title == nil {
            for inner in section.sections { add(inner, isDeep: isDeep) }
        }
    }

    /// The section with that title; a title of variables alone fits any heading, and is asked last.
    func section(for heading: String, allowsAny: Bool) -> OutlineSection? {
        let key = HeadingText.key(heading)
        if let section = fixed[key]?.first ?? fixed[TitlePattern.withoutNumber(key)]?.first { return section }
        let words = HeadingText.words(heading)
        let bare = TitlePattern.withoutNumbers(words)
        if let section = loose[words] ?? loose[bare] { return section }
        if let lead = leads.first(where: { bare.hasPrefix($0.words) }) { return lead.section }
        return variable.first { ($0.pattern.weight > 0 || allowsAny) && $0.pattern.matches(key) }?.section
    }

    /// Whether the heading could be taken for one of the outline's.
    func contains(_ heading: String) -> Bool { section(for: heading, allowsAny: false) != nil }
}

/// A title with variables, as headings are compared with it.
struct TitlePattern {
    /// The words between the variables, as ``HeadingText/key(_:)`` gives them; empty ones stand for a variable.
    private let parts: [String]
    /// How many letters stand still.
    let weight: Int

    init(_ title: TemplateText) {
        var parts: [String] = []
        for piece in title.pieces {
            if case .text(let text) = piece {
                parts.append(HeadingText.plain(text).lowercased())
            } else {
                // Two variables in a row are one.
                if parts.last?.isEmpty == true { continue }
                parts.append("")
            }
        }
        // Blanks and colons at the end are not compared.
        if let last = parts.last, !last.isEmpty {
            parts[parts.count - 1] = String(last.reversed().drop { $0 == " " || $0 == ":" }.reversed())
        }
        self.parts = parts
        weight = parts.joined().count { $0.isLetter || $0.isNumber }
    }

    /// Whether the key of a heading is this title with something for each variable.
    func matches(_ key: String) -> Bool {
        var rest = Substring(key)
        var isOpen = false
        for (index, part) in parts.enumerated() {
            if part.isEmpty {
                isOpen = true
                continue
            }
            let words = Self.words(part)
            guard !words.isEmpty else { continue }
            if !isOpen {
                guard rest.hasPrefix(words) else { return false }
                rest = rest.dropFirst(words.count)
            } else if index == parts.count - 1 {
                return rest.hasSuffix(words) && rest.count > words.count
            } else {
                guard let found = rest.dropFirst().firstRange(of: words) else { return false }
                rest = rest[found.upperBound...]
            }
            isOpen = false
        }
        return isOpen || rest.isEmpty
    }

    /// Punctuation between variables may differ: `Epic 1: Login`, `Epic 1 - Login`.
    private static func words(_ part: String) -> Substring { Substring(part).trimmed }

    /// The key without a number in front: `1. goals`, `2.3 goals`.
    static func withoutNumber(_ key: String) -> String {
        let rest = key.drop { $0.isNumber || $0 == "." || $0 == ")" }
        guard rest.count < key.count, rest.first == " " else { return key }
        return String(rest.trimmed)
    }

    /// Words without the numbers in front: `2 3 goals`.
    static func withoutNumbers(_ words: String) -> String {
        words.split(separator: " ").drop { $0.allSatisfy(\.isNumber) }.joined(separator: " ")
    }
}

extension TemplateText {
    /// The words of a title that stands still, or whose end is a choice; with what is in parentheses at its end, and
    /// without.
    fileprivate var looseTitles: [String] {
        guard isFixedOrChoice else { return [] }
        var titles = [label]
        if label.last == ")", let open = label.lastIndex(of: "(") { titles.append(String(label[..<open])) }
        return titles.map(HeadingText.words).filter { !$0.isEmpty }
    }

    /// Whether every author writes the same title, but for a choice at its end.
    var isFixedOrChoice: Bool {
        for (index, piece) in pieces.enumerated() {
            switch piece {
            case .text: continue
            case .variable: return false
            case .choice: guard index > 0, index == pieces.count - 1 else { return false }
            }
        }
        return !pieces.isEmpty
    }
}
