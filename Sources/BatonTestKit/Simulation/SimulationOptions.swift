/// What can go wrong in a simulation.
public enum SimulatedFault: String, CaseIterable, Sendable {
    /// The orchestrator dies at a point of its loop.
    case crash
    /// It does nothing for up to a minute, as a suspended machine.
    case suspend
    /// A connection breaks, and each side notices when it does.
    case disconnect
    /// A connection carries nothing for a while.
    case stall
    /// The broker dies, and comes back with what it had on disk: an older memory, or none.
    case brokerKill = "broker-kill"
    /// The broker is restarted: all wills fire, its memory is kept.
    case brokerRestart = "broker-restart"
    /// The broker drops a message from a queue while the connection lives.
    case drop
    /// The broker delivers a message twice.
    case duplicate
    /// A commit fails: the disk is full.
    case diskFull = "disk-full"
    /// A commit fails because of what is in it.
    case commitFailure = "commit-failure"
    /// An agent dies, and comes back as a new self.
    case agentKill = "agent-kill"
    /// An agent's work never ends, or takes longer than its lease.
    case agentHang = "agent-hang"
    /// An agent answers twice, answers what it was not asked, or sends what nobody can read.
    case agentLies = "agent-lies"
    /// An agent's work fails, or is not what the command asks for.
    case agentFails = "agent-fails"
    /// A clock jumps, forward or back.
    case clockJump = "clock-jump"
}

/// What a simulation is made of; everything else follows from the seed.
public struct SimulationOptions: Sendable {
    public var seed: UInt64
    /// The kinds of faults that may happen.
    public var faults: Set<SimulatedFault> = Set(SimulatedFault.allCases)
    /// The most runs that are started.
    public var maxRuns = 3
    /// The most agents.
    public var maxAgents = 4
    /// For how long faults happen, in milliseconds of the simulation's time.
    public var faultyMilliseconds: Int64 = 240_000
    /// Keeps what happened, as text.
    public var isTraced = false
    /// A planted bug: acknowledgements leave before the commit.
    public var acknowledgesEarly = false

    /// Agents report what they use, and runs may use so much: in one history of seven, so that the seeds that found
    /// something before there were budgets stay what they are.
    var hasBudgets: Bool { seed % 7 == 5 }

    /// Whether runs wait for people to approve.
    var hasApprovals: Bool { seed % 5 == 3 }

    public init(seed: UInt64) { self.seed = seed }

    /// The command line that repeats it.
    public var arguments: String {
        var words = ["--seed \(seed)", "--max-runs \(maxRuns)", "--max-agents \(maxAgents)"]
        words.append("--faulty-ms \(faultyMilliseconds)")
        if faults.count < SimulatedFault.allCases.count {
            words.append("--faults \(faults.isEmpty ? "none" : faults.map(\.rawValue).sorted().joined(separator: ","))")
        }
        return words.joined(separator: " ")
    }
}
