import BatonEngine

/// How one element of a plan stands, over all of its activations.
struct StepStanding {
    var status = StepStatus.pending
    /// The activation that says most about it, by its place in the run's tasks: one that is open, else the last.
    var latest: Int?
    var ended = 0
    /// Of those that ended: that failed, or were cancelled.
    var lost = 0
    /// What agents reported of all of them.
    var usage = Usage()
    /// Those that were activated, and those that are known to come.
    var total = 0
}

/// How every element of a run's plan stands.
struct StepStandings {
    private var standings: [StepStanding]
    /// How much of the plan is done, from 0 to 100.
    let percent: Int

    subscript(step: Int) -> StepStanding { standings[step] }

    init(of run: RunState) {
        let plan = run.plan
        var standings = [StepStanding](repeating: StepStanding(), count: plan.steps.count)
        // The items of each for-each, over all of its activations.
        var items: [Int: Int] = [:]
        for place in run.tasks.indices {
            let step = run.tasks[place].step
            standings[step].add(run.tasks[place], at: place)
            if case .items(let known) = run.tasks[place].detail { items[step, default: 0] += known.count }
        }
        for index in plan.steps.indices {
            let parent = plan.parents[index]
            if standings[index].latest == nil { standings[index].status = Self.unreached(parent, standings, run) }
            guard let holder = Self.nearestForEach(around: index, in: plan), let known = items[holder] else { continue }
            standings[index].total = max(standings[index].total, known)
        }
        self.standings = standings
        let isLost = run.status == .failed || run.status == .cancelled
        percent = run.status == .completed ? 100 : Self.percent(standings, plan, isLost: isLost)
    }

    /// What was never reached, and never will be, counts as skipped or cancelled.
    private static func unreached(_ parent: Int?, _ standings: [StepStanding], _ run: RunState) -> StepStatus {
        let status = parent.map { standings[$0].status }
        switch status {
        case .skipped, .provided, .completed: return .skipped
        case .cancelled, .failed: return .cancelled
        default: break
        }
        switch run.status {
        case .completed: return .skipped
        case .failed, .cancelled: return .cancelled
        case .running, .paused, .attention: return .pending
        }
    }

    private static func nearestForEach(around step: Int, in plan: Plan) -> Int? {
        var next = plan.parents[step]
        while let index = next {
            if case .forEach = plan.steps[index].kind { return index }
            next = plan.parents[index]
        }
        return nil
    }

    /// - Parameter isLost: the run did not come to its end; then only what was done counts.
    private static func percent(_ standings: [StepStanding], _ plan: Plan, isLost: Bool) -> Int {
        var done = 0.0
        var leaves = 0
        for (index, step) in plan.steps.enumerated() where step.kind.elements.isEmpty {
            leaves += 1
            let standing = standings[index]
            if standing.total > 0 {
                done += Double(standing.ended - (isLost ? standing.lost : 0)) / Double(standing.total)
            } else if standing.status.isEnded, !isLost || !standing.status.isLost {
                done += 1
            }
        }
        return leaves == 0 ? 0 : min(99, Int(done * 100 / Double(leaves)))
    }
}

extension StepStanding {
    /// Takes an activation in; those of a run come in its order.
    fileprivate mutating func add(_ task: borrowing TaskState, at place: Int) {
        total += 1
        if task.status.isEnded { ended += 1 }
        if task.status.isLost { lost += 1 }
        usage += task.usage
        if latest != nil, status.urgency > task.status.urgency { return }
        latest = place
        status = task.status
    }
}

extension StepStatus {
    fileprivate var isLost: Bool { self == .failed || self == .cancelled }

    /// What of several activations is told: what waits for people first, what is over last.
    fileprivate var urgency: Int {
        switch self {
        case .attention: 3
        case .running: 2
        case .waiting, .pending: 1
        case .completed, .provided, .skipped, .failed, .cancelled: 0
        }
    }
}
