import BatonClient

/// A list of made-up items: `{id, title}`, and to which group each belongs.
struct SampleItems {
    struct Groups {
        let noun: String
        let titles: [String]
    }

    let noun: String
    let count: Int

    /// - Parameter name: of the list (`stories`).
    init(_ name: String, count: Int) {
        noun = Self.noun(of: name)
        self.count = count
    }

    /// `stories` → `story`, `book_chapters` → `chapter`.
    static func noun(of name: String) -> String {
        let word = ArtifactName.key(of: name).split(separator: "-").last.map(String.init) ?? name
        if word.hasSuffix("ies") { return word.dropLast(3) + "y" }
        return word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
    }

    func title(_ number: Int) -> String { "\(noun.prefix(1).uppercased())\(noun.dropFirst()) \(number)" }

    /// The items, in equal parts of the groups, one group after the other.
    func values(of groups: Groups? = nil) -> [JSON] {
        (0..<count).map { index in
            var value: [(String, JSON)] = [("id", .string("\(index + 1)")), ("title", .string(title(index + 1)))]
            if let groups, !groups.titles.isEmpty {
                value.append((groups.noun, .string(groups.titles[index * groups.titles.count / count])))
            }
            return .object(.init(value, uniquingKeysWith: { $1 }))
        }
    }
}
