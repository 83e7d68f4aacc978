import BatonEngine
import BatonMessages
import BatonStore
import OrderedCollections

/// What people see of a run, made from its state.
extension RunSnapshot {
    /// Above this many steps, only those are listed that have begun and not ended.
    private static let maxListedSteps = 500

    /// - Parameter attempts: what came of a task so far; asked for those that wait for a person.
    init(_ run: RunState, by: By, attempts: (UInt32) -> [AttemptRecord]) {
        let standing = StepStandings(of: run)
        let isShort = run.plan.steps.count <= Self.maxListedSteps
        var made: [Int: OrderedSet<String>] = [:]
        if isShort {
            for version in run.artifacts {
                guard let task = run.task(version.task) else { continue }
                made[task.step, default: []].append(version.name.text)
            }
        }

        var entries: [StepEntry] = []
        if isShort { entries.reserveCapacity(run.plan.steps.count) }
        var counts: [StepStatus: Int] = [:]
        for (index, step) in run.plan.steps.enumerated() where !step.isImplied {
            let status = standing[index].status
            counts[status, default: 0] += 1
            guard isShort || (status != .pending && !status.isEnded) else { continue }
            var entry = StepEntry(step, index, standing[index], made: made[index] ?? [], of: run)
            if standing[index].status == .attention, let task = standing[index].latest.map({ run.tasks[$0] }),
                task.attempt > 0
            {
                entry.attempts = attempts(task.ordinal).map(StepEntry.Attempt.init)
            }
            entries.append(entry)
        }
        self.init(
            run: run.id, project: run.project, workflow: run.plan.workflow, title: run.plan.title,
            revision: run.plan.revision, status: run.status, reason: run.reason, phase: run.phase,
            milestones: run.plan.phases.map { Milestone(phase: $0, reachedAt: run.milestones[$0]) },
            steps: entries, counts: counts, percent: standing.percent, waitingFor: Self.waitingFor(run),
            decisions: run.decisions.lazy.filter { $0.status == .open }.prefix(WireLimits.decisionsPerSnapshot).map {
                DecisionEntry($0, of: run)
            }, sequence: run.sequence, startedAt: run.startedAt, updatedAt: run.updatedAt, endedAt: run.endedAt, by: by
        )
        usage = run.spending.usage
        wallMilliseconds = run.spending.wallMilliseconds(at: run.updatedAt)
        budget = run.options.budget.isEmpty ? nil : run.options.budget
    }

    private static func waitingFor(_ run: RunState) -> [WaitingFor] {
        // What is paused waits for nobody.
        if run.isHeld { return [] }
        var waiting: OrderedDictionary<String, Int> = [:]
        for task in run.tasks where task.status == .waiting && task.decision == 0 && task.retryAt == nil {
            waiting[run.roles(of: task).joined(separator: "/"), default: 0] += 1
        }
        return waiting.map { WaitingFor(role: $0.key, tasks: $0.value) }
    }
}

extension StepEntry {
    fileprivate init(
        _ step: Step, _ index: Int, _ standing: StepStanding, made: OrderedSet<String>, of run: RunState
    ) {
        let task = standing.latest.map { run.tasks[$0] }
        var path: [String] = []
        var parent = run.plan.parents[index]
        while let index = parent {
            if !run.plan.steps[index].isImplied { path.insert(run.plan.steps[index].id, at: 0) }
            parent = run.plan.parents[index]
        }
        self.init(
            id: step.id, title: step.title, phase: step.phase, kind: step.kind.entryKind, roles: step.kind.roles,
            state: standing.status, attempt: task.flatMap { $0.attempt > 0 ? $0.attempt : nil },
            agent: task?.dispatch?.agent,
            since: task.map { $0.endedAt ?? $0.dispatch?.sentAt ?? $0.createdAt },
            reason: task?.reason ?? (standing.status == .waiting ? run.whyHeld : nil),
            artifacts: Array(made.prefix(20)), path: path,
            tally: standing.total > 1 ? Tally(ended: standing.ended, total: standing.total) : nil,
            item: task.flatMap { $0.scope.isEmpty ? nil : $0.scope },
            round: task.flatMap { $0.round > 1 ? $0.round : nil })
        usage = standing.usage.isZero ? nil : standing.usage
    }
}

extension RunState {
    /// Why nothing of it is given out.
    fileprivate var whyHeld: String? {
        if pause != nil { return "the run is paused" }
        return spending.stop == nil ? nil : "the run's budget is used up"
    }
}

extension StepEntry.Attempt {
    fileprivate init(_ attempt: AttemptRecord) {
        self.init(
            attempt: attempt.attempt, agent: attempt.agent, outcome: attempt.outcome,
            message: String(attempt.message.prefix(WireLimits.attemptMessageCharacters)), at: attempt.endedAt)
    }
}

extension Step.Kind {
    fileprivate var roles: [String] {
        guard case .agent(let work) = self else { return [] }
        return work.roles
    }

    fileprivate var entryKind: StepEntry.Kind {
        switch self {
        case .agent: .agent
        case .guidance: .guidance
        case .block, .choice: .block
        case .forEach: .forEach
        case .loop: .loop
        case .review, .fixFlagged: .review
        case .routes: .routes
        case .childRun: .workflow
        }
    }
}

extension RunRow {
    init(_ run: RunState) {
        self.init(
            run: run.id, workflow: run.plan.workflow, title: run.plan.title, project: run.project,
            status: run.status, phase: run.phase, percent: StepStandings(of: run).percent, startedAt: run.startedAt,
            endedAt: run.endedAt, reason: run.reason, questions: run.decisions.count { $0.status == .open })
    }

    /// A run that ended so long ago that it is only in the database.
    init(_ listing: RunListing) {
        self.init(
            run: listing.id, workflow: listing.workflow, title: listing.title, project: listing.project,
            status: listing.status, phase: listing.phase, percent: listing.status == .completed ? 100 : 0,
            startedAt: listing.startedAt, endedAt: listing.endedAt, reason: listing.reason)
    }
}
