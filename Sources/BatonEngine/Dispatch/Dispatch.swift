import OrderedCollections

/// Who does what: agents, their slots, and the leases that are out, over all runs.
///
/// | a dispatch that is | becomes | when |
/// |---|---|---|
/// | – | sent | a ready task meets an agent that serves its role and has a free slot |
/// | sent | claimed | the agent's first beat lists its lease |
/// | sent | withdrawn | nobody claimed it in time: no attempt is counted, the agent is not used until it publishes |
/// | sent, claimed | doubtful | its lease lapsed, or the agent's will came and it did not come back, or restarted |
/// | doubtful | claimed | a beat lists its lease |
/// | doubtful | lost | another agent is free for the task |
/// | any | timed out | the step's timeout is over |
/// | any | ended | its result is in, or it was declined or cancelled |
///
/// The machine has no clock: nothing lapses before a *mark*, a message that the orchestrator sent itself after the due
/// time, has come back. So an orchestrator that was suspended, or sits behind a slow broker, does not blame its agents.
public struct Dispatch: Sendable {
    public let settings: DispatchSettings
    var roster = Roster()
    /// The dispatches that are out.
    public internal(set) var outstanding = OutstandingTasks()
    var queue = ReadyQueue()
    /// When an agent may be offered a task again that it declined, and for how long it then will not.
    var declined: [TaskKey: [String: (until: Timestamp, pause: Int64)]] = [:]
    /// Runs of which nothing is given out.
    var paused: Set<Identifier> = []
    /// The time at which the latest mark that came back was sent.
    var confirmed = Timestamp(milliseconds: 0)
    /// Before this time no lease, timeout or claim ends: nothing has to be looked at.
    var nextLapse = Timestamp(milliseconds: 0)
    /// Counts the dispatches; also the uses of a seed's bits.
    private var lastNumber: UInt64 = 0

    public init(settings: DispatchSettings = DispatchSettings()) { self.settings = settings }

    public var agents: OrderedDictionary<String, AgentState> { roster.agents }
    public var waitingCount: Int { queue.count }
    /// Since when the task waits that waits longest; nil: none does.
    public var waitingSince: Timestamp? { queue.oldest }

    // MARK: Tasks

    /// A task waits for an agent.
    public mutating func ready(_ task: ReadyTask) { queue.append(task) }

    /// A task is given up, whether it waits or is out.
    public mutating func withdraw(_ key: TaskKey, lease: Identifier?, reason: String) -> [DispatchOutput] {
        declined[key] = nil
        guard let lease, let out = release(lease, now: nil) else {
            queue.remove(key)
            return []
        }
        return [.cancel(key, lease: lease, agent: out.agent, reason: reason)]
    }

    /// Nothing of the run is given out, and nothing of it that is out is given to another agent.
    public mutating func pause(_ run: Identifier) {
        paused.insert(run)
        queue.hold(run)
    }

    public mutating func resume(_ run: Identifier) {
        guard paused.remove(run) != nil else { return }
        settleTurn(of: run)
    }

    /// The result of an attempt is in; a failure counts against the agent.
    public mutating func finished(_ lease: Identifier, isFailure: Bool, now: Timestamp) {
        guard let out = release(lease, now: now) else { return }
        declined[out.task.key] = nil
        let limit = settings.benchAfterFailures
        roster.change(out.agent) { agent in
            agent.failuresInRow = isFailure ? agent.failuresInRow + 1 : 0
            if agent.failuresInRow >= limit { agent.isBenched = true }
        }
    }

    /// An agent says that it does not take a task.
    public mutating func declined(_ lease: Identifier, message: String, now: Timestamp) -> [DispatchOutput] {
        guard let out = release(lease, now: now) else { return [] }
        let before = declined[out.task.key]?[out.agent]?.pause
        let pause = min(
            before.map { $0 * 2 } ?? settings.declineMilliseconds.lowerBound,
            settings.declineMilliseconds.upperBound)
        declined[out.task.key, default: [:]][out.agent] = (now + pause, pause)
        return [.end(out.task.key, lease: lease, agent: out.agent, outcome: .declined, message: message)]
    }

    /// An agent refuses what it was handed; it is as good as before, and may get the task again.
    public mutating func refused(_ lease: Identifier, message: String, now: Timestamp) -> [DispatchOutput] {
        guard let out = release(lease, now: now) else { return [] }
        declined[out.task.key] = nil
        return [.end(out.task.key, lease: lease, agent: out.agent, outcome: .refused, message: message)]
    }

    /// The broker did not take the command, or nobody was subscribed to it: it goes to somebody else.
    public mutating func undelivered(_ lease: Identifier, message: String, now: Timestamp) -> [DispatchOutput] {
        guard let out = release(lease, now: now) else { return [] }
        mute(out.agent, now: now)
        return [.end(out.task.key, lease: lease, agent: out.agent, outcome: .withdrawn, message: message)]
    }

    /// The command has not left, and is not to: its task waits again.
    public mutating func unsent(_ lease: Identifier, message: String) -> [DispatchOutput] {
        guard let out = release(lease, now: nil) else { return [] }
        return [.end(out.task.key, lease: lease, agent: out.agent, outcome: .withdrawn, message: message)]
    }

    /// A dispatch that the store says is out: what a restarted orchestrator begins with.
    public mutating func restore(_ task: ReadyTask, agent: String, role: String, lease: Identifier, now: Timestamp) {
        lastNumber += 1
        add(
            Outstanding(
                number: lastNumber, task: task, agent: agent, role: role, lease: lease, status: .claimed, sentAt: now,
                claimedAt: now, renewedAt: now))
    }

    // MARK: Assignment

    /// Gives waiting tasks to agents that are free for them.
    public mutating func assign(now: Timestamp, seed: Seed) -> [DispatchOutput] {
        guard queue.count > 0 else { return [] }
        var outputs: [DispatchOutput] = []
        while outstanding.count < settings.maxOut, let (task, choice) = next(now: now) {
            lastNumber += 1
            let lease = Identifier(seed: seed, counter: lastNumber, now: now)
            add(
                Outstanding(
                    number: lastNumber, task: task, agent: choice.agent, role: choice.role, lease: lease,
                    status: .sent, sentAt: now, renewedAt: now))
            outputs.append(.assign(task, agent: choice.agent, role: choice.role, lease: lease))
        }
        return outputs
    }

    private mutating func next(now: Timestamp) -> (task: ReadyTask, choice: (agent: String, role: String))? {
        let (roster, declined) = (roster, declined)
        let roles = queue.roles.filter(roster.hasFree)
        guard !roles.isEmpty else { return nil }
        return queue.takeNext(of: roles) { task in
            let refusals = declined[task.key]
            func isWilling(_ agent: String) -> Bool { refusals?[agent].map { $0.until <= now } ?? true }
            // Not the one whose attempt came to nothing, if there is another.
            return roster.best(for: task.roles) { $0 != task.avoidedAgent && isWilling($0) }
                ?? roster.best(for: task.roles, where: isWilling)
        }
    }

    // MARK: The books

    private mutating func add(_ out: Outstanding) {
        outstanding.insert(out)
        nextLapse = min(nextLapse, earliestEnd(of: out))
        roster.change(out.agent) { _ = $0.held.insert(out.lease) }
        settleTurn(of: out.task.key.run)
    }

    /// Takes a lease out of the books; `now` is when its agent became idle, nil if that does not matter.
    @discardableResult
    mutating func release(_ lease: Identifier, now: Timestamp?) -> Outstanding? {
        guard let out = outstanding.remove(lease) else { return nil }
        roster.change(out.agent) { agent in
            agent.held.remove(lease)
            if let now { agent.idleSince = now }
        }
        settleTurn(of: out.task.key.run)
        return out
    }

    /// A run that is paused, or has as much out as it may, is passed over.
    private mutating func settleTurn(of run: Identifier) {
        if paused.contains(run) || outstanding.count(of: run) >= settings.maxOutPerRun {
            queue.hold(run)
        } else {
            queue.release(run)
        }
    }
}
