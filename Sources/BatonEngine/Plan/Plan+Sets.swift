extension Plan {
    /// The name under which a document of one of the plan's sets is kept (`prd.md/goals.md` of the set `prd.md` as
    /// `prd/goals.md`); any other name as it is.
    public func kept(_ name: ArtifactName) -> ArtifactName {
        guard let slash = name.text.lastIndex(of: "/"), name.text[..<slash].contains(".") else { return name }
        for step in steps {
            guard case .agent(let work) = step.kind else { continue }
            if let set = work.creates.first(where: { $0.isSet && name.isInside($0.name) }) { return set.kept(name) }
        }
        return name
    }
}
