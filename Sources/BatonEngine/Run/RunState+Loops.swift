/// Loops: until an expression holds, or until a review is content.
extension RunState {
    mutating func advance(_ loop: Loop, _ index: Int, after child: TaskState, _ turn: inout Turn) {
        if child.status == .failed { return fail(tasks[index].ordinal, failure(of: child), &turn) }
        judge(loop, index, &turn)
    }

    /// After a round: whether it was the last.
    mutating func judge(_ loop: Loop, _ index: Int, _ turn: inout Turn) {
        let (ordinal, scope) = (tasks[index].ordinal, tasks[index].scope)
        let rounds = activations.children(of: ordinal).ordinals.count
        switch settled(truth(of: loop.until, from: scope)) {
        case .known(true, _): finish(ordinal, &turn)
        case .known(false, _) where rounds < loop.maxRounds:
            turn.log(.roundBegun(step: plan.steps[tasks[index].step].id, scope: scope, round: rounds + 1))
            turn.enter(loop.body, in: ordinal, scope: scope)
        case .known(false, _): askAtBound(index, "\(rounds) rounds, and until does not hold: another?", &turn)
        case .unknown(let question): ask(question, .fact, for: index, &turn)
        case .fault(let reason): needAttention(index, reason, &turn)
        }
    }

    // MARK: A review and what follows from it

    mutating func advance(_ loop: ReviewLoop, _ index: Int, after child: TaskState, _ turn: inout Turn) {
        let (ordinal, scope) = (tasks[index].ordinal, tasks[index].scope)
        if child.status == .failed { return fail(ordinal, failure(of: child), &turn) }
        if child.step == loop.review { return judge(loop, index, &turn) }
        // A fix that was not needed ends the loop; one that was done is reviewed.
        if child.status == .skipped { return finish(ordinal, &turn) }
        let reviews = activations.rounds(of: loop.review, in: scope)
        turn.log(.roundBegun(step: plan.steps[loop.review].id, scope: scope, round: reviews + 1))
        turn.enter(loop.review, in: ordinal, scope: scope)
    }

    /// After a review: whether anything is left to fix.
    mutating func judge(_ loop: ReviewLoop, _ index: Int, _ turn: inout Turn) {
        let (ordinal, scope) = (tasks[index].ordinal, tasks[index].scope)
        let children = activations.children(of: ordinal).ordinals.compactMap(task)
        let reviews = children.count { $0.step == loop.review }
        guard let review = children.last(where: { $0.step == loop.review }), review.status != .skipped else {
            return finish(ordinal, &turn)
        }
        // The fix evaluates its own guard when it is entered; here it only matters whether it may be.
        var silent = turn
        switch gate(plan.steps[loop.fix], scope: scope, &silent) {
        case .open where reviews >= loop.maxRounds:
            let found = fact(plan.verdictName(of: loop.review), from: scope)?.value.flaggedNames ?? []
            let what = found.isEmpty ? "" : " (\(found.prefix(5).joined(separator: ", ")))"
            askAtBound(index, "\(reviews) reviews, and the last one is not content\(what): another round?", &turn)
        case .unknown(let question): ask(question, .fact, for: index, &turn)
        case .fault(let reason): needAttention(index, reason, &turn)
        case .open, .closed: turn.enter(loop.fix, in: ordinal, scope: scope)
        }
    }

    // MARK: Fixing what was flagged

    mutating func begin(_ fix: FixFlagged, _ index: Int, _ turn: inout Turn) {
        let scope = tasks[index].scope
        let verdict = fact(plan.verdictName(of: fix.review), from: scope)?.value ?? .null
        guard case .agent(let work) = plan.steps[fix.task].kind else { return }
        var roles: [String] = []
        var flagged: [String: (artifacts: [String], reasons: [String])] = [:]
        for entry in verdict["flagged"]?.array ?? [] {
            guard let name = entry["artifact"]?.string else { continue }
            let versions = artifacts(named: ArtifactName(name), from: scope)
            let full = versions.count == 1 ? versions[0].name.text : name
            let owner: String
            if let role = work.roles.first ?? entry["role"]?.string ?? self.owner(of: versions) {
                owner = role
            } else if let role = fact("\(name)_owner", from: scope)?.value.string {
                owner = role
            } else {
                let question = Question(
                    name: "\(name)_owner", scope: scope, text: "Who fixes \(name)? Nobody in this run owns it.",
                    answers: .oneOf(plan.roles))
                return ask(question, .owner, for: index, &turn)
            }
            if flagged[owner] == nil { roles.append(owner) }
            let reason = entry["reason"]?.string ?? ""
            var list = flagged[owner] ?? (artifacts: [], reasons: [])
            for artifact in versions.count > 1 ? versions.map(\.name.text) : [full]
            where !list.artifacts.contains(artifact) {
                list.artifacts.append(artifact)
            }
            list.reasons.append(reason.isEmpty ? name : "\(name): \(reason)")
            flagged[owner] = list
        }
        let ordinal = tasks[index].ordinal
        if roles.isEmpty { return finish(ordinal, &turn) }
        for role in roles {
            let (artifacts, reasons) = flagged[role]!
            turn.enter(
                fix.task, in: ordinal, scope: scope,
                detail: .fix(FixAssignment(role: role, artifacts: artifacts, reasons: reasons)))
        }
    }

    /// The role that made version 1; what the start brought has no owner.
    private func owner(of versions: [ArtifactVersion]) -> String? {
        guard let key = versions.first?.name.key, let entry = documents.entries[key] else { return nil }
        let owner = artifacts[entry.first].role
        return owner == "user" ? nil : owner
    }

    mutating func advanceFix(_ ordinal: UInt32, after child: TaskState, _ turn: inout Turn) {
        let children = activations.children(of: ordinal)
        guard children.open == 0, !turn.isEntering(ordinal) else { return }
        if children.failed == 0 { return finish(ordinal, &turn) }
        let total = children.ordinals.count
        fail(ordinal, failures(of: children, needed: total, of: total), &turn)
    }
}

extension JSON {
    /// The artifacts that a verdict flags.
    var flaggedNames: [String] { (self["flagged"]?.array ?? []).compactMap { $0["artifact"]?.string } }
}
