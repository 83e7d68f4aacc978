/// Sections that a role writes in a document that its step was not asked for, such as the Dev Agent Record of a story.
extension RunState {
    /// Whether the version only has other sections of the role that made it than the one before.
    ///
    /// What was made from the version before is not stale by it.
    public func isContribution(_ version: ArtifactVersion) -> Bool {
        guard !version.isExtra, version.version > 1, version.role != "user", let task = task(version.task),
            case .agent(let stated) = plan.steps[task.step].kind
        else { return false }
        // Mostly the plan says enough, and a run may have very many versions.
        let plain = version.scope.isEmpty ? version.name : ArtifactName(plainName(of: version))
        if (stated.creates + stated.updates).contains(where: { $0.covers(plain) }) { return false }
        guard let work = work(of: task) else { return false }
        return resolve(version.name, work, scope: task.scope).product == nil
    }

    /// The version that the newest one says the same as, but for contributions.
    func origin(of newest: ArtifactVersion) -> ArtifactVersion {
        guard isContribution(newest) else { return newest }
        let before = artifacts.last { version in
            version.name.key == newest.name.key && version.ordinal < newest.ordinal && !version.isExtra
                && !isContribution(version)
        }
        return before ?? newest
    }
}
