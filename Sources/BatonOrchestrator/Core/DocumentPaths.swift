import BatonEngine
import BatonWorkflow

/// Where the documents of a run go in its project: where their templates say, where `core-config.yaml` says, and the
/// parts of a document that was split beside it, as BMAD lays them out (`docs/prd.md`, `docs/prd/…`).
struct DocumentPaths {
    private let run: RunState
    private let settings: ProjectSettings
    /// The products that have a template, so that a long plan is looked through once.
    private let products: [(name: ArtifactName, template: String)]
    /// What steps make that split documents.
    private let shardSets: [ArtifactName]
    /// By the key of the document's name.
    private var known: [String: String?] = [:]

    init(_ run: RunState) {
        self.run = run
        settings = ProjectSettings(run.plan)
        let works = run.plan.steps.compactMap { step -> AgentWork? in
            if case .agent(let work) = step.kind { work } else { nil }
        }
        products = works.flatMap { work in
            work.creates.compactMap { made in
                // The documents of a set would all have the same path.
                made.isSet ? nil : made.template.map { (name: made.name, template: $0) }
            }
        }
        shardSets = works.filter(\.splitsDocuments).flatMap { $0.creates.filter(\.isSet).map(\.name) }
    }

    /// Nil when nothing says it, or when what its path names is not known.
    mutating func path(of version: ArtifactVersion, _ outlines: inout OutlineCache) -> String? {
        if products.isEmpty, shardSets.isEmpty { return nil }
        if let path = known[version.name.key] { return path }
        let path = templatePath(of: version, &outlines) ?? shardPath(of: version, &outlines)
        known[version.name.key] = .some(path)
        return path
    }

    private func templatePath(of version: ArtifactVersion, _ outlines: inout OutlineCache) -> String? {
        let name = ArtifactName(
            version.scope.isEmpty ? version.name.text : String(version.name.text.dropFirst(version.scope.count + 1)))
        guard let product = products.first(where: { $0.name.matches(name) || $0.name.matches(version.name) }),
            let outline = outlines.outline(of: product.template, in: run.plan)
        else { return nil }
        let facts = run.facts(visibleFrom: version.scope)
        var values = run.knownValues(from: version.scope, facts: facts, now: version.createdAt)
        for (name, place) in settings.values { values[name] = .string(place) }
        return outline.path(values: values).map(settings.relocated)
    }

    /// `sharded_docs/prd/goals.md` is a part of `prd.md`.
    private mutating func shardPath(of version: ArtifactVersion, _ outlines: inout OutlineCache) -> String? {
        guard let set = shardSets.first(where: version.name.isInside) else { return nil }
        let rest = String(decoding: version.name.text.utf8.dropFirst(set.key.utf8.count + 1), as: UTF8.self)
        guard let slash = rest.firstIndex(of: "/") else { return nil }
        let source = ArtifactName(String(rest[..<slash]))
        let path = run.artifact(source).flatMap { self.path(of: $0, &outlines) } ?? "docs/\(source.key)"
        return settings.shards(of: path) + rest[slash...]
    }
}

extension AgentWork {
    /// Whether the step splits documents for development.
    var splitsDocuments: Bool { action.map { ArtifactName.key(of: $0) == "shard-documents" } ?? false }
}
