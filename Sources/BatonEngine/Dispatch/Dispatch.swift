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
    public internal(set) var agents: OrderedDictionary<String, AgentState> = [:]
    /// The dispatches that are out, by their leases.
    public internal(set) var outstanding: [Identifier: Outstanding] = [:]
    var queue = ReadyQueue()
    /// When an agent may be offered a task again that it declined, and for how long it then will not.
    var declined: [TaskKey: [String: (until: Timestamp, pause: Int64)]] = [:]
    /// The time at which the latest mark that came back was sent.
    var confirmed = Timestamp(milliseconds: 0)
    /// Counts the dispatches; also the uses of a seed's bits.
    private var lastNumber: UInt64 = 0

    public init(settings: DispatchSettings = DispatchSettings()) { self.settings = settings }

    public var waitingCount: Int { queue.count }

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

    /// The result of an attempt is in; a failure counts against the agent.
    public mutating func finished(_ lease: Identifier, isFailure: Bool, now: Timestamp) {
        guard let out = release(lease, now: now) else { return }
        declined[out.task.key] = nil
        guard isFailure else {
            agents[out.agent]?.failuresInRow = 0
            return
        }
        agents[out.agent]?.failuresInRow += 1
        if let agent = agents[out.agent], agent.failuresInRow >= settings.benchAfterFailures {
            agents[out.agent]?.isBenched = true
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

    /// The broker did not take the command, or nobody was subscribed to it: it goes to somebody else.
    public mutating func undelivered(_ lease: Identifier, message: String, now: Timestamp) -> [DispatchOutput] {
        guard let out = release(lease, now: now) else { return [] }
        agents[out.agent]?.isMuted = true
        return [.end(out.task.key, lease: lease, agent: out.agent, outcome: .withdrawn, message: message)]
    }

    /// A dispatch that the store says is out: what a restarted orchestrator begins with.
    public mutating func restore(_ task: ReadyTask, agent: String, role: String, lease: Identifier, now: Timestamp) {
        lastNumber += 1
        outstanding[lease] = Outstanding(
            number: lastNumber, task: task, agent: agent, role: role, lease: lease, status: .claimed, sentAt: now,
            claimedAt: now, renewedAt: now)
        agents[agent]?.held.insert(lease)
    }

    // MARK: Assignment

    /// Gives waiting tasks to agents that are free for them.
    public mutating func assign(now: Timestamp, seed: Seed) -> [DispatchOutput] {
        guard queue.count > 0 else { return [] }
        var outputs: [DispatchOutput] = []
        for roles in queue.roles {
            while let (task, choice) = next(of: roles, now: now) {
                lastNumber += 1
                let lease = Identifier(seed: seed, counter: lastNumber, now: now)
                outstanding[lease] = Outstanding(
                    number: lastNumber, task: task, agent: choice.agent, role: choice.role, lease: lease,
                    status: .sent, sentAt: now, renewedAt: now)
                agents[choice.agent]!.held.insert(lease)
                outputs.append(.assign(task, agent: choice.agent, role: choice.role, lease: lease))
            }
        }
        return outputs
    }

    private mutating func next(of roles: [String], now: Timestamp) -> (ReadyTask, (agent: String, role: String))? {
        let free = agents.values.filter { agent in agent.isAvailable && roles.contains { agent.roles.contains($0) } }
        guard !free.isEmpty else { return nil }
        let declined = declined
        return queue.takeNext(of: roles) { task in Self.choose(for: task, among: free, declined: declined, now: now) }
    }

    /// Least loaded, then longest idle; not the one whose attempt came to nothing, if there is another.
    private static func choose(
        for task: ReadyTask, among free: [AgentState], declined: [TaskKey: [String: (until: Timestamp, pause: Int64)]],
        now: Timestamp
    ) -> (agent: String, role: String)? {
        let refusals = declined[task.key]
        let willing = free.filter { agent in
            guard let refusal = refusals?[agent.id] else { return true }
            return refusal.until <= now
        }
        let others = willing.filter { $0.id != task.avoidedAgent }
        let best = (others.isEmpty ? willing : others).min { left, right in
            if left.held.count != right.held.count { return left.held.count < right.held.count }
            if left.idleSince != right.idleSince { return left.idleSince < right.idleSince }
            return left.id < right.id
        }
        guard let best, let role = task.roles.first(where: best.roles.contains) else { return nil }
        return (best.id, role)
    }

    /// The dispatches that are out, in the order in which they were sent: what is decided over them is always the same.
    var outstandingInOrder: [Outstanding] { outstanding.values.sorted { $0.number < $1.number } }

    /// Takes a lease out of the books; `now` is when its agent became idle, nil if that does not matter.
    @discardableResult
    mutating func release(_ lease: Identifier, now: Timestamp?) -> Outstanding? {
        guard let out = outstanding.removeValue(forKey: lease) else { return nil }
        agents[out.agent]?.held.remove(lease)
        if let now { agents[out.agent]?.idleSince = now }
        return out
    }
}
