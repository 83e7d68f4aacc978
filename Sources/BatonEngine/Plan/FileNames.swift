/// The names of a run's documents, as files of an export have them.
struct FileNames {
    /// By what a file system that knows no cases makes of them.
    private var known: [String: ArtifactName] = [:]

    /// - Parameters:
    ///   - plan: what its steps create is known, also before it is there.
    ///   - scope: the item in which it is created.
    init(_ plan: Plan, scope: String = "") {
        for step in plan.steps {
            guard case .agent(let work) = step.kind else { continue }
            for product in work.creates where !product.isSet {
                add(product.name)
                if !scope.isEmpty { add(ArtifactName(Scope.inside(scope, product.name.text))) }
            }
        }
    }

    mutating func add(_ name: ArtifactName) { known[ArtifactName.folded(name.text)] = name }

    /// Takes the name of another document; why it can't be a file beside the others, if it can't.
    mutating func fault(taking name: ArtifactName) -> String? {
        if let fault = ArtifactName.fileFault(in: name.text) { return fault }
        guard let other = known.updateValue(name, forKey: ArtifactName.folded(name.text)), other != name else {
            return nil
        }
        return "differs from \"\(other)\" in its case alone"
    }
}

extension Plan {
    /// Why documents that a start brings could not be files beside each other and what the steps create; one reason a
    /// document.
    public func fileFaults(inNames names: [ArtifactName]) -> [String] {
        var files = FileNames(self)
        return names.compactMap { name in files.fault(taking: name).map { "the artifact name \"\(name)\" \($0)" } }
    }
}
