import BatonEngine
import BatonMessages
import BatonStore
import OrderedCollections

/// What people see of a run, made from its state.
extension RunSnapshot {
    /// Above this many steps, only those are listed that have begun and not ended.
    private static let maxListedSteps = 500

    init(_ run: RunState, dispatch: Dispatch, by: By) {
        var latest: [Int: TaskState] = [:]
        for task in run.tasks { latest[task.step] = task }
        let isShort = run.plan.steps.count <= Self.maxListedSteps
        var made: [UInt32: [String]] = [:]
        if isShort { for version in run.artifacts { made[version.task, default: []].append(version.name.text) } }

        var entries: [StepEntry] = []
        var counts: [StepStatus: Int] = [:]
        var waiting: OrderedDictionary<String, Int> = [:]
        for (index, step) in run.plan.steps.enumerated() {
            let task = latest[index]
            let status = task?.status ?? .pending
            counts[status, default: 0] += 1
            if status == .waiting, task?.retryAt == nil { waiting[step.roles.joined(separator: "/"), default: 0] += 1 }
            guard isShort || (status != .pending && !status.isEnded) else { continue }
            entries.append(StepEntry(step, task, made: task.flatMap { made[$0.ordinal] } ?? [], dispatch))
        }
        let planned = Set(run.plan.steps.map(\.phase))
        self.init(
            run: run.id, project: run.project, workflow: run.plan.workflow, title: run.plan.title,
            revision: run.plan.revision, status: run.status, reason: run.reason, phase: run.phase,
            milestones: Phase.allCases.filter(planned.contains).map {
                Milestone(phase: $0, reachedAt: run.milestones[$0])
            }, steps: entries, counts: counts, percent: run.percent,
            waitingFor: waiting.map { WaitingFor(role: $0.key, tasks: $0.value) }, sequence: run.sequence,
            startedAt: run.startedAt, updatedAt: run.updatedAt, endedAt: run.endedAt, by: by)
    }
}

extension StepEntry {
    fileprivate init(_ step: Step, _ task: TaskState?, made: [String], _ dispatch: Dispatch) {
        self.init(
            id: step.id, title: step.title, phase: step.phase, kind: step.entryKind, roles: step.roles,
            state: task?.status ?? .pending, attempt: task.flatMap { $0.attempt > 0 ? $0.attempt : nil },
            agent: task?.dispatch?.agent,
            since: task.map { $0.endedAt ?? $0.dispatch?.sentAt ?? $0.createdAt }, reason: task?.reason,
            artifacts: made)
    }
}

extension Step {
    fileprivate var roles: [String] {
        guard case .agent(let work) = kind else { return [] }
        return work.roles
    }

    fileprivate var entryKind: StepEntry.Kind {
        switch kind {
        case .agent: .agent
        case .guidance: .guidance
        case .unsupported: .unsupported
        }
    }
}

extension RunState {
    /// How much of the plan is done, from 0 to 100.
    var percent: Int {
        if status == .completed { return 100 }
        guard !plan.steps.isEmpty else { return 0 }
        return tasks.count(where: \.status.isEnded) * 100 / plan.steps.count
    }
}

extension RunRow {
    init(_ run: RunState) {
        self.init(
            run: run.id, workflow: run.plan.workflow, title: run.plan.title, project: run.project,
            status: run.status, phase: run.phase, percent: run.percent, startedAt: run.startedAt,
            endedAt: run.endedAt, reason: run.reason)
    }

    /// A run that ended so long ago that it is only in the database.
    init(_ listing: RunListing) {
        self.init(
            run: listing.id, workflow: listing.workflow, title: listing.title, project: listing.project,
            status: listing.status, phase: listing.phase, percent: listing.status == .completed ? 100 : 0,
            startedAt: listing.startedAt, endedAt: listing.endedAt, reason: listing.reason)
    }
}
