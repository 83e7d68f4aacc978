/// `workflow.<path>_sequence`, several in one file, of which a start picks one. Recognised; not run yet.
enum PathsDialect {
    static let suffix = "_sequence"

    static func paths(_ header: YAMLNode) -> [YAMLEntry] {
        header.mapping?.filter { $0.key.hasSuffix(suffix) && $0.key.count > suffix.count && $0.value.sequence != nil }
            ?? []
    }

    static func steps(_ header: YAMLNode, findings: Findings) -> [StepDefinition] {
        let paths = paths(header)
        guard let first = paths.first else { return [] }
        let names = paths.map(\.key).joined(separator: ", ").clipped
        return Dialect.unsupported("several paths (\(names))", name: "paths", at: first)
    }
}
