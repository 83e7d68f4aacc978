import BatonEngine
import OrderedCollections

extension Outline {
    /// Where the finished document goes in its project: `output.filename` with its `{{variables}}` filled.
    ///
    /// A value becomes part of a file's name as a slug, so that it can lead nowhere else.
    ///
    /// - Returns: a relative path; nil when the template names none, when a variable has no value, or when the path
    ///   begins with a setting of `core-config.yaml` (`qa.qaLocation/…`) that is not among the values.
    public func path(values: OrderedDictionary<String, JSON>) -> String? {
        guard let filename else { return nil }
        let known = OrderedDictionary(
            values.map { (NameKey.of($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
        var path = ""
        for piece in TemplateText(filename).pieces {
            switch piece {
            case .text(let text): path += text
            case .choice: return nil
            case .variable(let name):
                let slug = known[NameKey.of(name)].flatMap(TemplateReader.scalar).map(HeadingText.slug) ?? ""
                if slug.isEmpty { return nil }
                path += slug
            }
        }
        var parts = path.split(separator: "/").map(String.init)
        if parts.count > 1, Self.isSetting(parts[0]) {
            guard let place = known[NameKey.of(parts[0])]?.string else { return nil }
            parts[0] = place
        }
        path = parts.joined(separator: "/")
        return ArtifactName.fault(in: path) == nil ? path : nil
    }

    /// `qa.qaLocation`: a word, a dot and another word, and no hidden folder.
    private static func isSetting(_ part: String) -> Bool {
        let words = part.split(separator: ".", omittingEmptySubsequences: false)
        return words.count == 2 && words.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isLetter) }
    }
}
