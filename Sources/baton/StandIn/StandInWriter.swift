import BatonClient

/// Writes documents from what a task's command holds, and from nothing else.
///
/// They are real documents in the shape that the workflow asks for, and they show what reached the task: the inputs,
/// the handoff, the outline of the template, the documents it was given. Nothing in here knows a workflow, a role or a
/// document by name; and nothing that differs between two runs (an id, a time) gets in.
struct StandInWriter {
    /// The heading of the part that says how the document came about.
    static let colophon = "About this document"

    private static let abbreviations: Set = ["api", "prd", "qa", "ui", "ux"]

    let task: TaskCommand
    let sources: [StandInSource]
    /// What the run was started with, by name.
    private let inputs: [(name: String, words: String)]
    /// What it is all about: the longest text that the start brought.
    let subject: String

    init(_ task: TaskCommand) {
        self.task = task
        sources = task.requires.map { StandInSource($0) }
        inputs = (task.inputs.object ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value.words) }
        subject = inputs.map(\.words).max { $0.count < $1.count } ?? task.workflow
    }

    /// `docs/project-brief.md` → `Project brief`.
    static func title(of name: String) -> String {
        let file = name.split(separator: "/").last.map(String.init) ?? name
        let stem = file.split(separator: ".").first.map(String.init) ?? file
        let words = stem.split { $0 == "-" || $0 == "_" }.map { word in
            abbreviations.contains(word.lowercased()) ? word.uppercased() : String(word)
        }.joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// The documents that stand for a product: one, or for a set one for each of two or three parts.
    func documents(for product: CommandProduct) -> [StandInResult.Document] {
        let outline = StandInOutline.sections(product.template?.outline)
        guard product.isSet else {
            return [document(named: product.name, title: Self.title(of: product.name), outline: outline)]
        }
        let folder = ArtifactName(product.name).folder
        return parts.enumerated().map { index, part in
            let file = "\(folder)/\(index + 1)-\(Self.slug(part.title)).md"
            return document(named: file, title: part.title, outline: outline, opening: part.opening)
        }
    }

    /// A new version of each document that a product covers and whose content the task was given. Of one whose sections
    /// belong to roles, only the role's own change.
    func revisions(of product: CommandProduct) -> [StandInResult.Document] {
        let set = ArtifactName(product.name)
        let covered = task.requires.filter {
            $0.name == product.name || (product.isSet && ArtifactName($0.name).isInside(set))
        }
        let outline = StandInOutline.sections(product.template?.outline)
        let isShared = outline.contains(where: \.belongsToRoles)
        let own = StandInContribution(task: task, sources: sources, subject: subject)
        return covered.compactMap { artifact in
            guard let content = artifact.content else { return nil }
            if isShared {
                return own.document(artifact.name, outline)
                    ?? StandInResult.Document(name: artifact.name, content: content)
            }
            let lines =
                [
                    "", "## Revision of version \(artifact.version)", "",
                    "The role \(task.role) revised this document in the step `\(task.step)`.",
                    "A stand-in did it, so nothing above has changed.", "",
                ] + asked
            let revision = Self.comment(lines.joined(separator: "\n") + "\n", for: artifact.name)
            return StandInResult.Document(name: artifact.name, content: content + revision)
        }
    }

    // MARK: A document

    /// What is missing to the length that the input `minimum_bytes` asks for (`baton check-agent` has it).
    private func filler(behind lines: [String]) -> [String] {
        guard let asked = task.inputs["minimum_bytes"]?.int else { return [] }
        let line = "Nothing more to say: this line makes the document as long as `minimum_bytes` asks."
        let missing = Int(min(asked, 64 << 20)) - lines.reduce(0) { $0 + $1.utf8.count + 1 }
        return ["", "## Filler", ""] + Array(repeating: line, count: max(0, missing) / (line.utf8.count + 1) + 1)
    }

    private func document(
        named name: String, title: String, outline: [StandInOutline.Section], opening: String? = nil
    ) -> StandInResult.Document {
        var lines = [
            "# \(title)", "",
            opening
                ?? "\(title) for “\(StandInSource.shorten(subject, to: 300))”, by the role \(task.role) in the phase "
                + "\(task.phase).",
            "",
            "> **A stand-in wrote this.** No agent has thought about it: `baton stand-in` put it together from the",
            "> task's command, so that a workflow can be watched from one end to the other. For real work start an",
            "> agent of your own for this role: `baton agent --role \(task.role) --exec ./my-agent`", "",
        ]
        let outliner = StandInOutline(task: task, sources: sources, subject: subject, document: name)
        if let keys = outliner.lines(forKeys: outline) {
            let about = (lines + asked + made).map { $0.isEmpty ? "#" : "# \($0)" }
            return StandInResult.Document(name: name, content: (about + keys).joined(separator: "\n") + "\n")
        }
        lines += outline.isEmpty ? body : outliner.lines(for: outline)
        lines += ["## \(Self.colophon)", ""] + asked + made
        lines += filler(behind: lines)
        return StandInResult.Document(
            name: name, content: Self.comment(lines.joined(separator: "\n") + "\n", for: name))
    }

    /// For a document without a template: what each source says.
    private var body: [String] {
        guard !sources.isEmpty else { return ["## Starting point", "", subject, ""] }
        return sources.flatMap { source in
            ["## From \(source.title)", "", source.opening ?? "Its content did not come with the task.", ""]
        }
    }

    /// What the task was told.
    private var asked: [String] {
        var lines: [String] = []
        let handoff = task.handoff
        let instructions = handoff.instructions.isEmpty ? task.notes : handoff.instructions
        if !instructions.isEmpty {
            lines += ["It was asked for in the step `\(task.step)` with these words:", ""]
            lines += instructions.split(separator: "\n", omittingEmptySubsequences: false).map { "> \($0)" } + [""]
        }
        if !handoff.contextSummary.isEmpty { lines += ["Done before: \(handoff.contextSummary)", ""] }
        if !handoff.acceptanceCriteria.isEmpty {
            lines += ["To be accepted:", ""] + handoff.acceptanceCriteria.map { "- \($0)" } + [""]
        }
        return lines
    }

    /// What the document was made from.
    private var made: [String] {
        var lines: [String] = []
        if !inputs.isEmpty {
            lines += ["Inputs of the run:", ""] + inputs.map { "- **\($0.name)**: \($0.words)" } + [""]
        }
        if !sources.isEmpty {
            lines += ["Made from:", "", "| document | version | SHA-256 |", "|---|---|---|"]
            lines += sources.map { "| `\($0.name)` | \($0.version) | `\($0.digest)` |" } + [""]
        }
        if !task.uses.isEmpty {
            lines += ["At hand: " + task.uses.map { "`\($0.name)` (\($0.kind))" }.joined(separator: ", ") + ".", ""]
        }
        return lines.isEmpty ? lines : lines.dropLast()
    }

    // MARK: Sets

    /// Two or three parts: the sections of the first source that has some, else plain numbers.
    private var parts: [(title: String, opening: String?)] {
        let sections = sources.lazy.map(\.sections).first { $0.count > 1 } ?? []
        guard !sections.isEmpty else { return [("Part one", nil), ("Part two", nil)] }
        return sections.prefix(3).map { section in
            // What was itself made from parts has sections that say so.
            let title = section.title.replacing(/^(From )+/, with: "")
            return (title.isEmpty ? section.title : title, section.opening.isEmpty ? nil : section.opening)
        }
    }

    /// `Goals & scope` → `goals-scope`; letters and digits of ASCII only, since it becomes a file name.
    private static func slug(_ title: String) -> String {
        let words = title.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let slug = words.prefix(6).joined(separator: "-").prefix(60)
        return slug.isEmpty ? "part" : String(slug)
    }

    /// Files that are no documents take the text as a comment, so that they stay what their name says.
    private static func comment(_ text: String, for name: String) -> String {
        let marker =
            switch name.split(separator: ".").last.map(String.init) {
            case "yaml", "yml", "toml", "sh", "py", "rb", "conf", "ini": "#"
            case "swift", "js", "ts", "go", "rs", "c", "h", "java", "kt": "//"
            default: ""
            }
        guard !marker.isEmpty else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
            line.isEmpty ? "\(marker)\n" : "\(marker) \(line)\n"
        }.joined()
    }
}

extension JSON {
    /// As one would say it in a sentence.
    fileprivate var words: String {
        switch self {
        case .null: "nothing"
        case .bool(let flag): flag ? "yes" : "no"
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): text
        case .array(let list): list.map(\.words).joined(separator: ", ")
        case .object(let members):
            members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.words)" }.joined(separator: ", ")
        }
    }
}
