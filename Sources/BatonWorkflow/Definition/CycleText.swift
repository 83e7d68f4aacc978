import BatonEngine

/// What `repeats`, `repeat` or `repeat_for` says: over what a step, or the cycle that it opens, runs.
struct CycleText: Located {
    enum Items: Equatable {
        /// `for_each_epic_or_enhancement`, `per-chapter`: the singular nouns.
        case each([String])
        case count(Int)
        case list([JSON])
        /// The name of a document or a fact.
        case named(String)
    }

    let items: Items
    let line: Int
    let column: Int

    /// Nil for a value that says nothing.
    init?(_ entry: YAMLEntry) {
        line = entry.line
        column = entry.column
        if let values = entry.value.sequence {
            items = .list(values.map(\.json))
            return
        }
        guard let text = entry.value.scalar?.text.trimmed, !text.isEmpty, !entry.value.isNull else { return nil }
        if let count = entry.value.scalar?.value.int {
            guard count >= 0 else { return nil }
            items = .count(Int(clamping: count))
            return
        }
        let key = ArtifactName.key(of: text.lowercased())
        for prefix in ["for-each-", "per-", "each-"] where key.hasPrefix(prefix) {
            let nouns = key.dropFirst(prefix.count).split(separator: "-or-").map { Self.singular(String($0)) }
            items = .each(nouns.filter { !$0.isEmpty })
            return
        }
        items = .named(RequirementText(text).text)
    }

    /// One of the things that a plural or the name of a list means: `stories` are of `story`, `scene_list` of `scene`.
    static func singular(_ plural: String) -> String {
        let key = ArtifactName.key(of: plural.lowercased())
        if key.hasSuffix("-list") { return singular(String(key.dropLast(5))) }
        if key.hasSuffix("ies"), key.count > 4 { return key.dropLast(3) + "y" }
        if ["ses", "xes", "ches", "shes"].contains(where: key.hasSuffix) { return String(key.dropLast(2)) }
        if key.hasSuffix("s"), !key.hasSuffix("ss"), key.count > 2 { return String(key.dropLast()) }
        return key
    }

    /// More than one of them: the name of the fact that lists them.
    static func plural(_ noun: String) -> String {
        let vowels: Set<Character> = ["a", "e", "i", "o", "u"]
        if noun.hasSuffix("y"), let before = noun.dropLast().last, !vowels.contains(before) {
            return noun.dropLast() + "ies"
        }
        if ["s", "x", "ch", "sh"].contains(where: noun.hasSuffix) { return noun + "es" }
        return noun + "s"
    }

    /// For a step that closes a cycle, what one round is for: `continue_for_all_stories` closes one per story;
    /// `repeat_development_cycle` closes it and says no more.
    static func closing(_ step: StepDefinition) -> (closes: Bool, noun: String?) {
        guard step.isGuidance else { return (false, nil) }
        var closes = false
        for name in [step.action, step.name, step.id?.value].compactMap(\.self) {
            let key = ArtifactName.key(of: name.lowercased())
            if key.hasPrefix("continue-for-all-") { return (true, singular(String(key.dropFirst(17)))) }
            if key == "repeat-development-cycle" || key.hasPrefix("repeat-") && key.hasSuffix("-cycle") {
                closes = true
            }
        }
        return (closes, nil)
    }
}
