import BatonClient

/// Fills the outline of a template with sentences that are drawn from the task.
struct StandInOutline {
    struct Section {
        let id: String
        let title: String?
        let instruction: String
        let type: String?
        let hasCondition: Bool
        let hasTemplate: Bool
        /// The value of a key, in a document in YAML.
        let template: JSON?
        /// What may be chosen.
        let choices: [String]
        /// The header of a table.
        let columns: [String]
        let owner: String?
        /// The roles that may write it; empty: any.
        let writers: [String]
        let sections: [Section]

        /// Whether it, or one in it, is given to roles by name.
        var belongsToRoles: Bool { !writers.isEmpty || sections.contains(where: \.belongsToRoles) }
    }

    let task: TaskCommand
    let sources: [StandInSource]
    let subject: String
    /// The name of the document that is written.
    let document: String

    /// Reads an outline as it stands in a command.
    static func sections(_ outline: JSON?) -> [Section] {
        (outline?.array ?? []).map { section in
            let owner = section["owner"]?.string
            return Section(
                id: section["id"]?.string ?? "", title: section["title"]?.string,
                instruction: section["instruction"]?.string ?? "",
                type: section["type"]?.string, hasCondition: section["condition"]?.isNull == false,
                hasTemplate: section["template"] != nil || section["item_template"] != nil,
                template: section["template"], choices: (section["choices"]?.array ?? []).compactMap(\.string),
                columns: (section["columns"]?.array ?? []).compactMap(\.string), owner: owner,
                writers: (owner.map { [$0] } ?? []) + (section["editors"]?.array ?? []).compactMap(\.string),
                sections: sections(section["sections"]))
        }
    }

    /// Headings by depth, and below each what the template wants there and what the task holds for it.
    func lines(for sections: [Section]) -> [String] {
        var count = 0
        return lines(for: sections, level: 2, count: &count)
    }

    private func lines(for sections: [Section], level: Int, count: inout Int) -> [String] {
        var lines: [String] = []
        for section in sections where isMine(section) {
            let title = section.title.map(Self.filled)
            if let title { lines += ["\(String(repeating: "#", count: min(level, 6))) \(title)", ""] }
            // A section that only groups others says nothing itself.
            if !section.instruction.isEmpty || section.sections.isEmpty {
                lines += text(of: section, number: count) + [""]
            }
            count += 1
            lines += self.lines(for: section.sections, level: title == nil ? level : level + 1, count: &count)
        }
        return lines
    }

    /// A section with a condition is left out, which says no; so is one that belongs to another role.
    private func isMine(_ section: Section) -> Bool {
        guard !section.hasCondition else { return false }
        return section.writers.isEmpty || section.writers.contains { Self.role($0) == Self.role(task.role) }
    }

    /// The names of roles in templates differ from those in workflows: `dev-agent` is `dev`, `scrum-master` is `sm`.
    static func role(_ name: String) -> String {
        var words = name.lowercased().split(separator: "-").map(String.init)
        if words.count > 1, words.last == "agent" { words.removeLast() }
        if words.count > 1, words.first == "game" { words.removeFirst() }
        let initials = ["scrum master", "product owner", "product manager"]
        return initials.contains(words.joined(separator: " "))
            ? words.compactMap(\.first).map(String.init).joined() : words.joined(separator: "-")
    }

    /// The template's own words in italics, then sentences in the form that the section asks for.
    func text(of section: Section, number: Int) -> [String] {
        let wanted = StandInSource.shorten(
            Self.firstSentence(of: Self.withoutMarkers(section.instruction)), to: 240)
        return (wanted.isEmpty ? [] : ["*\(wanted)*", ""]) + form(section, number: number)
    }

    private var about: String { "For “\(StandInSource.shorten(subject, to: 80))”" }

    /// What a list says.
    func items(number: Int) -> [String] {
        ["\(about)."] + basis(number).map { ["Drawn from \($0)."] }.orEmpty
    }

    private func form(_ section: Section, number: Int) -> [String] {
        let basis = basis(number)
        switch section.type {
        case "choice" where !section.choices.isEmpty: return [section.choices[0]]
        case "bullet-list": return items(number: number).map { "- \($0)" }
        case "numbered-list": return items(number: number).enumerated().map { "\($0 + 1). \($1)" }
        case "checklist": return items(number: number).map { "- [ ] \($0)" }
        case "table": return table(section.columns.map(Self.filled))
        case "mermaid":
            let names = sources.isEmpty ? ["the inputs"] : sources.map(\.name)
            return ["```mermaid", "graph LR"]
                + names.enumerated().map { "    s\($0)[\"\($1)\"] --> d[\"\(document)\"]" } + ["```"]
        case "code": return ["```text", StandInSource.shorten(subject, to: 100), "```"]
        default: return [basis.map { "\(about), drawn from \($0)." } ?? "\(about)."]
        }
    }

    /// A row for each source.
    private func table(_ columns: [String]) -> [String] {
        let header = columns.isEmpty ? ["source", "version", "begins"] : columns
        var rows = sources.map { [$0.title, "\($0.version)", $0.opening ?? ""] }
        if rows.isEmpty { rows = [["the inputs", "", about]] }
        let cells = rows.map { row in header.indices.map { $0 < row.count ? Self.cell(row[$0]) : "" } }
        return ([header.map(Self.cell), header.map { _ in "---" }] + cells).map { "| \($0.joined(separator: " | ")) |" }
    }

    /// The lines of a document in YAML: each key with the template's value; nil when the outline is of sections.
    func lines(forKeys keys: [Section]) -> [String]? {
        guard !keys.isEmpty, keys.allSatisfy({ $0.type == "yaml" }) else { return nil }
        return keys.map { "\($0.id): \(Self.filled(($0.template ?? .null).text))" }
    }

    /// What it can be said from: the sections of all sources in turn.
    private func basis(_ number: Int) -> String? {
        guard !sources.isEmpty else { return nil }
        let source = sources[number % sources.count]
        guard !source.sections.isEmpty else { return source.citation }
        let section = source.sections[number / sources.count % source.sections.count]
        return "*\(section.title)* in \(source.citation)"
    }

    // MARK: Text

    private static func firstSentence(of text: String) -> Substring {
        let line = text.split(separator: "\n").first ?? ""
        guard let end = line.firstRange(of: ". ") else { return line }
        return line[...end.lowerBound]
    }

    /// Without `[[LLM: …]]`, which speaks to a model about the template itself.
    private static func withoutMarkers(_ text: String) -> String {
        text.replacing(/\[\[[^\]]*\]\]/, with: "")
    }

    /// A title without its variables: a number is 1, a choice its first, anything else its own words.
    static func filled(_ title: String) -> String {
        title.replacing(/\{\{([^}]*)\}\}/) { match in
            let choice = String(match.1.split(separator: "|").first ?? "")
            if choice.contains("number") || choice.hasSuffix("_num") { return "1" }
            return choice.replacing("_", with: " ")
        }
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}

extension [String]? {
    fileprivate var orEmpty: [String] { self ?? [] }
}
