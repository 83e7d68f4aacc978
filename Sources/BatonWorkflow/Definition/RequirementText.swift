import BatonEngine

/// What a `requires` entry says: `prd.md`, `all_artifacts_in_project`, `sharded_docs_or_brownfield_docs`.
struct RequirementText {
    let text: String

    /// - Parameter text: an entry; a remark in parentheses at its end says nothing that is not already so.
    init(_ text: String) {
        let (name, _) = text.withoutRemarks
        self.text = name
    }

    var meansAllArtifacts: Bool {
        let key = ArtifactName.key(of: text)
        return key.hasPrefix("all-artifacts") || (key.hasPrefix("all-") && key.hasSuffix("-documents"))
    }

    /// Either side of `_or_`; the text alone without one.
    var alternatives: [String] {
        var parts = [text[...]]
        for word in ["_or_", "-or-", " or "] { parts = parts.flatMap { $0.split(separator: word) } }
        return parts.map(\.trimmed).filter { !$0.isEmpty }
    }
}
