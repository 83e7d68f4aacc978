import BatonEngine

/// Where the documents of a run go in its project, as their templates say.
struct DocumentPaths {
    private let run: RunState
    /// The products that have a template, so that a long plan is looked through once.
    private let products: [(name: ArtifactName, template: String)]
    /// By the key of the document's name.
    private var known: [String: String?] = [:]

    init(_ run: RunState) {
        self.run = run
        products = run.plan.steps.flatMap { step -> [(name: ArtifactName, template: String)] in
            guard case .agent(let work) = step.kind else { return [] }
            return work.creates.compactMap { made in
                // The documents of a set would all have the same path.
                made.isSet ? nil : made.template.map { (name: made.name, template: $0) }
            }
        }
    }

    /// Nil when no template says it, or when what its path names is not known.
    mutating func path(of version: ArtifactVersion, _ outlines: inout OutlineCache) -> String? {
        if let path = known[version.name.key] { return path }
        let name = ArtifactName(
            version.scope.isEmpty ? version.name.text : String(version.name.text.dropFirst(version.scope.count + 1)))
        var path: String?
        if let product = products.first(where: { $0.name.matches(name) || $0.name.matches(version.name) }),
            let outline = outlines.outline(of: product.template, in: run.plan)
        {
            let facts = run.facts(visibleFrom: version.scope)
            path = outline.path(
                values: run.knownValues(from: version.scope, facts: facts, now: version.createdAt))
        }
        known[version.name.key] = .some(path)
        return path
    }
}
