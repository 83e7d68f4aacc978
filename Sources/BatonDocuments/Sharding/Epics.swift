import BatonEngine

/// An epic, and the stories that it is made of.
public struct Epic: Sendable, Equatable {
    public struct Story: Sendable, Equatable {
        /// Such as `1.2`.
        public let id: String
        public let title: String

        public init(id: String, title: String) {
            self.id = id
            self.title = title
        }
    }

    /// Such as `1`.
    public let id: String
    public var title: String
    public var stories: [Story]

    public init(id: String, title: String, stories: [Story] = []) {
        self.id = id
        self.title = title
        self.stories = stories
    }

    /// `{id, title, stories: [{id, title}]}`.
    public var json: JSON {
        [
            "id": .string(id), "title": .string(title),
            "stories": .array(stories.map { ["id": .string($0.id), "title": .string($0.title)] }),
        ]
    }
}

/// Finds the epics and stories of a product requirements document.
///
/// An epic is a heading of any level that starts with `Epic` and a number: `## Epic 1 Foundation`, `### Epic 2: Data`,
/// `## Epic 3 - Reports`, `# **Epic 4** – More`. A story is a heading that starts with `Story` and a number: `Story 1.2
/// Login` belongs to epic 1 wherever it stands; `Story 2: Login` to the epic that it stands under, as 1.2 does.
/// Without a number, epics and stories are counted. An epic that is named more than once (in a list, then in detail) is
/// one. Only where no heading names an epic, items of lists and bold lines that start with `Epic` and a number count;
/// of these, what follows the second colon is a goal, and no part of the title.
public enum Epics {
    public static func find(in markdown: String) -> [Epic] {
        let scanner = MarkdownScanner(Array(markdown.utf8))
        var finder = EpicFinder()
        for heading in scanner.headings {
            finder.add(InertText.line(HeadingText.plain(scanner.bytes.text(heading.title))), level: heading.level)
        }
        if finder.epics.isEmpty {
            for text in scanner.texts {
                for line in scanner.bytes.text(text).split(whereSeparator: \.isNewline) { finder.addListed(line) }
            }
        }
        return finder.epics
    }
}

private struct EpicFinder {
    private(set) var epics: [Epic] = []
    private var places: [String: Int] = [:]
    private var storyIDs: Set<String> = []
    /// The epic that stories stand under, and the level of its heading.
    private var current: (place: Int, level: Int)?

    mutating func add(_ heading: String, level: Int) {
        if let epic = Numbered(heading, after: "epic") {
            // `Epic List` and `Epic Details` are about epics, and are none.
            guard epic.number != nil || epic.hasSeparator else { return leave(level) }
            let id = epic.number.map { $0.prefix { $0 != "." } }.map(String.init) ?? nextID()
            let place = place(of: id)
            if epics[place].title.isEmpty { epics[place].title = epic.title }
            current = (place, level)
        } else if let story = Numbered(heading, after: "story") {
            guard story.number != nil || story.hasSeparator else { return leave(level) }
            add(story)
        } else {
            leave(level)
        }
    }

    mutating func addListed(_ line: Substring) {
        let words = ListMarker.stripped(line.trimmed)
        guard ListMarker(line.trimmed) != nil || words.hasPrefix("**"),
            let epic = Numbered(InertText.line(HeadingText.plain(String(words))), after: "epic"),
            let number = epic.number
        else { return }
        let place = place(of: String(number.prefix { $0 != "." }))
        if epics[place].title.isEmpty {
            epics[place].title = epic.title.split(separator: ":").first.map { String($0.trimmed) } ?? ""
        }
    }

    /// Another heading of the same rank ends an epic.
    private mutating func leave(_ level: Int) {
        if let open = current, level <= open.level { current = nil }
    }

    private mutating func add(_ story: Numbered) {
        let parts = story.number?.split(separator: ".").map(String.init) ?? []
        let place: Int
        if parts.count > 1 {
            place = self.place(of: parts[0])
        } else if let open = current {
            place = open.place
        } else {
            place = self.place(of: "1")
        }
        let epic = epics[place]
        let own = parts.count > 1 ? parts.dropFirst().joined(separator: ".") : parts.first
        let id = "\(epic.id).\(own ?? String(epic.stories.count + 1))"
        guard storyIDs.insert(id).inserted else { return }
        epics[place].stories.append(Epic.Story(id: id, title: story.title))
    }

    private mutating func place(of id: String) -> Int {
        if let place = places[id] { return place }
        epics.append(Epic(id: id, title: ""))
        places[id] = epics.count - 1
        return epics.count - 1
    }

    private func nextID() -> String {
        var number = epics.count + 1
        while places[String(number)] != nil { number += 1 }
        return String(number)
    }
}

/// `Epic 1.2: Title`, taken apart.
private struct Numbered {
    /// Digits with dots between; nil when there is none.
    let number: String?
    let title: String
    /// Whether a colon or dash stands before the title.
    let hasSeparator: Bool

    /// Nil when the text does not start with the word.
    init?(_ text: String, after word: String) {
        var rest = Substring(text)
        // `2.1 Epic 1: …` in a document whose headings are numbered.
        if rest.first?.isNumber == true { rest = rest.drop { $0.isNumber || $0 == "." || $0 == ")" }.trimmed }
        guard rest.prefix(word.count).lowercased() == word else { return nil }
        rest = rest.dropFirst(word.count)
        guard let next = rest.first, !next.isLetter else { return nil }
        rest = rest.drop { " #-–—".contains($0) && rest.dropFirst().contains { $0.isNumber } || $0 == " " || $0 == "#" }
        let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
        let trimmed = digits.split(separator: ".").prefix(4).map { Self.withoutZeros($0) }
        let isNumber = !trimmed.isEmpty && trimmed.allSatisfy { $0.count <= 6 }
        number = isNumber ? trimmed.joined(separator: ".") : nil
        if isNumber { rest = rest.dropFirst(digits.count) }
        let title = rest.drop { $0.isWhitespace || ":-–—.)".contains($0) }
        hasSeparator = rest.trimmed.first.map { ":-–—".contains($0) } ?? false
        self.title = String(title.trimmed)
    }

    private static func withoutZeros(_ digits: Substring) -> Substring {
        let rest = digits.drop { $0 == "0" }
        return rest.isEmpty ? digits.suffix(1) : rest
    }
}
