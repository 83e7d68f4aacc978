import OrderedCollections

/// The state of one run: a pure state machine over ``RunInput``.
///
/// | status | input | becomes | what follows |
/// |---|---|---|---|
/// | – | `started` | running | the first elements of the plan are entered |
/// | running | `dispatched` | running | the task is running |
/// | running | `completed` | running, completed, attention | artifacts and facts are kept, what waited is entered |
/// | running | `attemptEnded` | running, attention, failed | another attempt, or the step's `on_failure` |
/// | running | `retryDue` | running | the task is ready again |
/// | running | `timeDue` | attention | the run's time is used up: nothing is given out until it is raised |
/// | any but completed, cancelled | `budgeted` | running, attention | limits are set, and what they held goes on |
/// | running, attention | `decided` | running, completed, failed, cancelled | what asked goes on with the answer |
/// | running | `answerDue` | running, failed, attention | nobody approved in time: as the step's `on_timeout` says |
/// | running | `childEnded` | running, completed, failed | the step that stood for the run ends like it |
/// | running, attention | `paused` | paused | nothing is given out; all else goes on as in the rows above |
/// | paused | `resumed` | running, attention | what waits is given out |
/// | attention, failed | `retried` | running | a fresh set of attempts; see `RunState+Reviving.swift` |
/// | any but failed, cancelled | `reworked` | running | what is stale is made again (`RunState+Reworking.swift`) |
/// | any but completed, cancelled | `skipped`, `failed` | running, completed, failed | the step counts as ended so |
/// | any but the final ones | `cancelled` | cancelled | open tasks are withdrawn |
///
/// A run is a tree of activations (``TaskState``), each of an element of the plan, each in the scope of an item. An
/// input changes one of them; what follows from that is worked off as a queue of signals (``Turn``) until nothing is
/// left to do. With `attention`, one branch waits for a person, and the others go on.
///
/// Replaying a run's history over the state that ``init(id:plan:)`` gives yields the state that is stored. The machine
/// has no clock, no randomness and no I/O: time and random bits come with the inputs.
public struct RunState: Sendable {
    public let id: Identifier
    public let plan: Plan

    public internal(set) var project = ""
    /// The client that started the run.
    public internal(set) var client = ""
    /// The task of another run that this one stands for.
    public internal(set) var parent: Identifier?
    /// An object.
    public internal(set) var inputs: JSON = [:]
    public internal(set) var options = RunOptions()
    public internal(set) var status = RunStatus.running
    /// Why the run needs a person, is paused, failed or was cancelled.
    public internal(set) var reason: String?
    /// Nothing of the run is given out.
    public internal(set) var pause: Pause?
    /// What it has used, and whether that holds it.
    public internal(set) var spending = Spending()
    /// The furthest phase that the run has entered; nil before its first step.
    public internal(set) var phase: Phase?
    /// The phases that are finished, with the time.
    public internal(set) var milestones: OrderedDictionary<Phase, Timestamp> = [:]
    public internal(set) var startedAt = Timestamp(milliseconds: 0)
    public internal(set) var updatedAt = Timestamp(milliseconds: 0)
    public internal(set) var endedAt: Timestamp?

    /// The number of inputs so far: the `seq` of the last history row.
    public internal(set) var sequence = 0
    /// The last number given to a task, artifact version, handoff, decision or key.
    public internal(set) var lastOrdinal: UInt32 = 0

    /// All activations, in the order of their ordinals.
    public internal(set) var tasks: [TaskState] = []
    /// All versions, in the order of their ordinals.
    public internal(set) var artifacts: [ArtifactVersion] = []
    public internal(set) var facts = FactIndex()
    /// All questions, in the order of their ordinals.
    public internal(set) var decisions: [Decision] = []
    /// The handoffs of open tasks, by the task's ordinal.
    public internal(set) var handoffs: [UInt32: Handoff] = [:]

    /// What is looked up in `tasks`; follows from them.
    var activations = ActivationIndex()
    /// What is looked up in `artifacts`; follows from them.
    var documents = ArtifactIndex()

    public init(id: Identifier, plan: Plan) {
        self.id = id
        self.plan = plan
        tasks.reserveCapacity(min(plan.steps.count, Self.expectedTasks))
    }

    /// Room is made at once for so many activations at most: a run may end long before its last step.
    private static let expectedTasks = 64

    /// Takes one input; a precondition is that the shell has checked that it fits the state (``accepts(_:)``).
    public mutating func apply(_ input: RunInput) -> RunOutput {
        precondition(accepts(input.event), "an input that does not fit the run's state: \(input.event)")
        var turn = Turn(now: input.now, seed: input.seed)
        let due = timeDueAt
        sequence += 1
        updatedAt = input.now
        switch input.event {
        case .started(let start): begin(start, &turn)
        case .dispatched(let task, let agent, let role, let lease):
            dispatch(task, .init(agent: agent, role: role, lease: lease, sentAt: input.now), &turn)
        case .completed(let report): complete(report, &turn)
        case .attemptEnded(let task, let lease, let outcome, let message, let mayRetry, let usage):
            endAttempt(task, lease, outcome, message, mayRetry: mayRetry, usage: usage, &turn)
        case .retryDue(let task): retry(task, &turn)
        case .cancelled(let by, let reason): cancel(by: by, reason: reason, &turn)
        case .decided(let decision, let value, let by, let words): decide(decision, value, by: by, words, &turn)
        case .answerDue(let decision): answerDue(decision, &turn)
        case .childEnded(let report): endChild(report, &turn)
        case .paused(let by, let reason): pause(by: by, reason: reason, &turn)
        case .resumed: resume(&turn)
        case .retried(let tasks, _): retry(tasks, &turn)
        case .reworked(let artifact, _): rework(artifact, &turn)
        case .skipped(let task, let by, let reason): skip(task, by: by, reason: reason, &turn)
        case .failed(let task, let by, let reason): fail(task, by: by, reason: reason, &turn)
        case .budgeted(let budget, _): raise(budget, &turn)
        // The time itself is what is looked at.
        case .timeDue: break
        case .forked(let origin): fork(origin, &turn)
        }
        settle(&turn)
        if !activations.amendments.isEmpty { withdrawAmendments(&turn) }
        keepToBudget(before: due, &turn)
        return turn.output
    }

    /// Whether the event can happen now: what the shell asks before it applies one.
    public func accepts(_ event: RunEvent) -> Bool {
        switch event {
        case .started: return sequence == 0
        case .dispatched(let task, _, _, _):
            guard !status.isFinal, !isHeld, let task = self.task(task), case .agent = plan.steps[task.step].kind
            else {
                return false
            }
            return task.status == .waiting && task.retryAt == nil && task.decision == 0
        case .completed(let report): return isOut(report.task, lease: report.lease)
        case .attemptEnded(let task, let lease, _, _, _, _): return isOut(task, lease: lease)
        case .retryDue(let task): return !status.isFinal && self.task(task)?.retryAt != nil
        case .cancelled: return sequence > 0 && !status.isFinal
        case .decided(let decision, let value, let by, let words):
            guard !status.isFinal, let decision = self.decision(decision), decision.status == .open else {
                return false
            }
            return fault(inAnswer: value, to: decision, by: by, words) == nil
        case .answerDue(let decision): return isDue(decision)
        case .childEnded(let report):
            guard !status.isFinal, let task = self.task(report.task), report.status.isFinal else { return false }
            return task.status == .running && task.detail == .childRun(report.run)
        case .paused: return sequence > 0 && !status.isFinal && pause == nil
        case .resumed: return pause != nil
        case .budgeted: return sequence > 0 && status != .completed && status != .cancelled
        case .timeDue: return timeDueAt != nil
        case .forked: return sequence > 0 && !status.isFinal
        case .retried(let tasks, _): return accepts(retrying: tasks)
        case .reworked(let artifact, _): return accepts(reworking: artifact)
        case .skipped(let task, _, _): return self.task(task).map(canSkip) ?? false
        case .failed(let task, _, _):
            guard sequence > 0, !status.isFinal else { return false }
            return task.map { self.task($0)?.status.isEnded == false } ?? true
        }
    }

    /// Whether nothing of the run is given out: somebody paused it, or its budget is used up.
    public var isHeld: Bool { pause != nil || spending.stop != nil }

    /// Whether the task is out under this lease: nothing else fences a result.
    public func isOut(_ task: UInt32, lease: Identifier) -> Bool {
        guard !status.isFinal, let task = self.task(task) else { return false }
        return task.status == .running && task.dispatch?.lease == lease
    }
}

extension RunState {
    public func task(_ ordinal: UInt32) -> TaskState? { index(ofTask: ordinal).map { tasks[$0] } }

    /// The step of a task, without a copy of the task.
    public func step(ofTask ordinal: UInt32) -> Int? { index(ofTask: ordinal).map { tasks[$0].step } }

    func index(ofTask ordinal: UInt32) -> Int? {
        Ordinals.index(of: ordinal, count: tasks.count) { tasks[$0].ordinal }
    }

    /// The artifact version of that number.
    public func artifactVersion(_ ordinal: UInt32) -> ArtifactVersion? {
        Ordinals.index(of: ordinal, count: artifacts.count) { artifacts[$0].ordinal }.map { artifacts[$0] }
    }

    public func decision(_ ordinal: UInt32) -> Decision? { index(ofDecision: ordinal).map { decisions[$0] } }

    func index(ofDecision ordinal: UInt32) -> Int? {
        Ordinals.index(of: ordinal, count: decisions.count) { decisions[$0].ordinal }
    }

    mutating func nextOrdinal() -> UInt32 {
        lastOrdinal += 1
        return lastOrdinal
    }
}

extension RunState: Equatable {
    /// Equal in everything but the plan, which is compared by its revision.
    public static func == (left: RunState, right: RunState) -> Bool {
        left.id == right.id && left.plan.revision == right.plan.revision && left.project == right.project
            && left.client == right.client && left.parent == right.parent && left.inputs == right.inputs
            && left.options == right.options
            && left.status == right.status && left.reason == right.reason && left.pause == right.pause
            && left.spending == right.spending
            && left.phase == right.phase
            && left.milestones == right.milestones && left.startedAt == right.startedAt
            && left.updatedAt == right.updatedAt && left.endedAt == right.endedAt
            && left.sequence == right.sequence && left.lastOrdinal == right.lastOrdinal && left.tasks == right.tasks
            && left.artifacts == right.artifacts && left.facts == right.facts && left.decisions == right.decisions
            && left.handoffs == right.handoffs
    }
}

extension RunState {
    /// Grows when the same inputs lead to another state than before: history rows carry it.
    public static let engineVersion = 6
}

private enum Ordinals {
    /// A binary search.
    static func index(of ordinal: UInt32, count: Int, at ordinalAt: (Int) -> UInt32) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if ordinalAt(middle) < ordinal { low = middle + 1 } else { high = middle }
        }
        return low < count && ordinalAt(low) == ordinal ? low : nil
    }
}
