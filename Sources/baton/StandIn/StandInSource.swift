import BatonClient

/// Something that a stand-in can draw on: a document that it was given.
struct StandInSource {
    let name: String
    let version: Int
    let digest: Digest
    /// The document's own title, else its name.
    let title: String
    /// The beginning of its first paragraph; nil if the content did not come along.
    let opening: String?
    /// Its sections, with the first paragraph of each.
    let sections: [(title: String, opening: String)]

    init(_ artifact: CommandArtifact) {
        name = artifact.name
        version = artifact.version
        digest = artifact.digest
        var title: String?
        var openings: [(title: String, opening: String)] = []
        var current: (title: String, opening: String) = ("", "")
        for line in Self.prose(of: artifact.content ?? "") {
            let level = line.prefix { $0 == "#" }.count
            guard (1...6).contains(level), line.dropFirst(level).hasPrefix(" ") else {
                if current.opening.isEmpty { current.opening = Self.shorten(line, to: 160) }
                continue
            }
            let heading = String(line.dropFirst(level + 1))
            if level == 1, title == nil {
                title = heading
            } else if level == 2 {
                openings.append(current)
                current = (heading, "")
            }
        }
        openings.append(current)
        self.title = title ?? StandInWriter.title(of: artifact.name)
        opening = openings.map(\.opening).first { !$0.isEmpty }
        sections = openings.filter { !$0.title.isEmpty && $0.title != StandInWriter.colophon }
    }

    /// Where it comes from, for a sentence: `Project brief (project-brief.md, version 1)`.
    var citation: String { "\(title) (`\(name)`, version \(version))" }

    /// The lines that are headings or paragraphs: no quotes, tables, lists, rules or code.
    private static func prose(of text: String) -> [Substring] {
        var isCode = false
        return text.split(separator: "\n").filter { line in
            if line.hasPrefix("```") {
                isCode.toggle()
                return false
            }
            return !isCode && line.first.map { !">|-*`{}[]<".contains($0) || line.hasPrefix("**") } == true
        }
    }

    /// The text on one line, cut between words.
    static func shorten(_ text: some StringProtocol, to limit: Int) -> String {
        var result = ""
        for word in String(text).split(whereSeparator: \.isWhitespace) {
            guard result.count + word.count < limit else {
                return result.isEmpty ? "\(word.prefix(limit))…" : result + " …"
            }
            result += result.isEmpty ? word : " \(word)"
        }
        return result
    }
}
