import OrderedCollections

/// The state of one run: a pure state machine over ``RunInput``.
///
/// | status | input | becomes | what follows |
/// |---|---|---|---|
/// | – | `started` | running | the first steps are entered |
/// | running | `dispatched` | running | the task is running |
/// | running | `completed` | running, completed, attention | artifacts and facts are kept, the next steps are entered |
/// | running | `attemptEnded` | running, attention, failed | another attempt, or the step's `on_failure` |
/// | running | `retryDue` | running | the task is ready again |
/// | any but the final ones | `cancelled` | cancelled | open tasks are withdrawn |
///
/// Replaying a run's history over the state that ``init(id:plan:)`` gives yields the state that is stored. The machine
/// has no clock, no randomness and no I/O: time and random bits come with the inputs.
public struct RunState: Sendable {
    public let id: Identifier
    public let plan: Plan

    public internal(set) var project = ""
    /// The client that started the run.
    public internal(set) var client = ""
    /// An object.
    public internal(set) var inputs: JSON = [:]
    public internal(set) var options = RunOptions()
    public internal(set) var status = RunStatus.running
    /// Why the run needs a person, failed or was cancelled.
    public internal(set) var reason: String?
    /// The phase that the run is in; nil before its first step.
    public internal(set) var phase: Phase?
    /// The phases that are finished, with the time.
    public internal(set) var milestones: OrderedDictionary<Phase, Timestamp> = [:]
    public internal(set) var startedAt = Timestamp(milliseconds: 0)
    public internal(set) var updatedAt = Timestamp(milliseconds: 0)
    public internal(set) var endedAt: Timestamp?

    /// The number of inputs so far: the `seq` of the last history row.
    public internal(set) var sequence = 0
    /// The last number given to a task, artifact version, handoff or key.
    public internal(set) var lastOrdinal: UInt32 = 0

    /// In the order of their ordinals.
    public internal(set) var tasks: [TaskState] = []
    /// All versions, in the order of their ordinals.
    public internal(set) var artifacts: [ArtifactVersion] = []
    /// The version in force of each artifact, by the name's key: an index into `artifacts`.
    var latest: OrderedDictionary<String, Int> = [:]
    /// By the name's key.
    public internal(set) var facts: [String: Fact] = [:]
    /// The handoffs of open tasks, by the task's ordinal.
    public internal(set) var handoffs: [UInt32: Handoff] = [:]

    public init(id: Identifier, plan: Plan) {
        self.id = id
        self.plan = plan
    }

    /// Takes one input; a precondition is that the shell has checked that it fits the state (``accepts(_:)``).
    public mutating func apply(_ input: RunInput) -> RunOutput {
        precondition(accepts(input.event), "an input that does not fit the run's state: \(input.event)")
        var output = RunOutput()
        sequence += 1
        updatedAt = input.now
        switch input.event {
        case .started(let start): begin(start, now: input.now, &output)
        case .dispatched(let task, let agent, let role, let lease):
            dispatch(task, .init(agent: agent, role: role, lease: lease, sentAt: input.now), &output)
        case .completed(let report): complete(report, now: input.now, &output)
        case .attemptEnded(let task, let lease, let outcome, let message, let mayRetry):
            endAttempt(task, lease, outcome, message, mayRetry: mayRetry, input, &output)
        case .retryDue(let task): retry(task, &output)
        case .cancelled(let by, let reason): cancel(by: by, reason: reason, now: input.now, &output)
        }
        return output
    }

    /// Whether the event can happen now: what the shell asks before it applies one.
    public func accepts(_ event: RunEvent) -> Bool {
        switch event {
        case .started: return sequence == 0
        case .dispatched(let task, _, _, _):
            return !status.isFinal && self.task(task)?.status == .waiting && self.task(task)?.retryAt == nil
        case .completed(let report): return isOut(report.task, lease: report.lease)
        case .attemptEnded(let task, let lease, _, _, _): return isOut(task, lease: lease)
        case .retryDue(let task): return !status.isFinal && self.task(task)?.retryAt != nil
        case .cancelled: return sequence > 0 && !status.isFinal
        }
    }

    /// Whether the task is out under this lease: nothing else fences a result.
    public func isOut(_ task: UInt32, lease: Identifier) -> Bool {
        guard !status.isFinal, let task = self.task(task) else { return false }
        return task.status == .running && task.dispatch?.lease == lease
    }
}

extension RunState {
    public func task(_ ordinal: UInt32) -> TaskState? { index(ofTask: ordinal).map { tasks[$0] } }

    func index(ofTask ordinal: UInt32) -> Int? {
        Ordinals.index(of: ordinal, count: tasks.count) { tasks[$0].ordinal }
    }

    /// The artifact version of that number.
    public func artifactVersion(_ ordinal: UInt32) -> ArtifactVersion? {
        Ordinals.index(of: ordinal, count: artifacts.count) { artifacts[$0].ordinal }.map { artifacts[$0] }
    }

    /// The version in force of an artifact.
    public func artifact(_ name: ArtifactName) -> ArtifactVersion? { latest[name.key].map { artifacts[$0] } }

    /// The versions in force, in the order in which the artifacts were made.
    public var currentArtifacts: [ArtifactVersion] { latest.values.map { artifacts[$0] } }

    /// The artifact of that name, or the documents of the set of that name.
    public func artifacts(named name: ArtifactName) -> [ArtifactVersion] {
        if let one = artifact(name) { return [one] }
        let folder = name.key + "/"
        return latest.compactMap { $0.key.hasPrefix(folder) ? artifacts[$0.value] : nil }
    }

    /// The value of a fact, or of a start input of that name.
    public func fact(_ name: String) -> Fact? {
        let key = ArtifactName.key(of: name)
        if let fact = facts[key] { return fact }
        guard let input = inputs.object?.first(where: { ArtifactName.key(of: $0.key) == key }) else { return nil }
        return Fact(name: name, value: input.value, origin: "start", task: 0)
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
            && left.client == right.client && left.inputs == right.inputs && left.options == right.options
            && left.status == right.status && left.reason == right.reason && left.phase == right.phase
            && left.milestones == right.milestones && left.startedAt == right.startedAt
            && left.updatedAt == right.updatedAt && left.endedAt == right.endedAt
            && left.sequence == right.sequence && left.lastOrdinal == right.lastOrdinal && left.tasks == right.tasks
            && left.artifacts == right.artifacts && left.latest == right.latest && left.facts == right.facts
            && left.handoffs == right.handoffs
    }
}

extension RunState {
    /// Grows when the same inputs lead to another state than before: history rows carry it.
    public static let engineVersion = 1
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
