import BatonClient

/// Puts an agent through everything that it promises, one point after the other.
///
/// Each part leaves the agent idle: a result that came is acknowledged.
struct AgentCheck {
    struct Settings: Sendable {
        /// How long the agent may take for a task.
        var taskLimit: Duration = .seconds(60)
        /// How long to listen for what must not come.
        var silence: Duration = .seconds(2)
        /// Whether to wait for what takes half a minute.
        var isPatient = false
        /// What the task asks for.
        var instructions = "Write one line about tea."
    }

    static let store = "check-agent"

    let orchestrator: PretendOrchestrator
    let agent: CheckedAgent?
    let settings: Settings
    let report: (AgentFinding) -> Void
    var id = ""
    var presence = Presence(state: .offline, roles: [], slots: 0, epoch: 0)
    var epoch: Int64 = 1
    private(set) var isKeptByAll = true

    init(
        _ orchestrator: PretendOrchestrator, agent: CheckedAgent?, settings: Settings,
        report: @escaping (AgentFinding) -> Void
    ) {
        self.orchestrator = orchestrator
        self.agent = agent
        self.settings = settings
        self.report = report
    }

    /// Whether every promise that was tried is kept, or left out where it may be.
    mutating func run() async throws -> Bool {
        try sayState()
        try agent?.start()
        guard try await checkPresence() else { return false }
        guard try await checkFirstTask() else { return false }
        try await checkHeldResult()
        try await checkOutcomes()
        try await checkCancel()
        try await checkPast()
        try await checkHostile()
        try await checkOptional()
        try await checkPatience()
        try await checkStopping()
        checkMessages()
        return isKeptByAll
    }

    // MARK: Findings

    mutating func found(_ promise: AgentPromise, _ outcome: AgentFinding.Outcome) {
        if case .broken = outcome { isKeptByAll = false }
        report(AgentFinding(promise: promise, outcome: outcome))
    }

    /// Kept when there is nothing against it.
    mutating func found(_ promise: AgentPromise, unless fault: String?) {
        found(promise, fault.map { .broken($0) } ?? .kept(nil))
    }

    // MARK: What the orchestrator says

    var by: By { By(store: Self.store, epoch: epoch) }

    func sayState() throws {
        let state = OrchestratorState(state: .online, store: Self.store, epoch: epoch, version: "check-agent")
        try orchestrator.say(orchestrator.topics.orchestratorState, state.encode(), retain: true)
    }

    /// An orchestrator that has connected again.
    mutating func raiseEpoch() throws {
        epoch += 1
        try sayState()
    }

    /// What the agent does about leases that are over when the orchestrator has a new epoch; nil when it keeps still.
    mutating func stirAtNewEpoch(about leases: [Identifier]) async throws -> String? {
        epoch += 1
        return try await stir(about: leases) { try sayState() }
    }

    func give(_ command: TaskCommand) throws {
        try orchestrator.say(orchestrator.topics.task(id), command.encode())
    }

    func acknowledge(_ command: TaskCommand, _ outcome: AckNotice.Outcome = .accepted, by: By? = nil) throws {
        let reasons = outcome == .rejected ? ["this is a check of what you do about it"] : []
        let ack = AckNotice(
            task: command.task, lease: command.lease, outcome: outcome, reasons: reasons, by: by ?? self.by)
        try orchestrator.say(orchestrator.topics.control(id), Control.ack(ack).encode())
    }

    func cancel(_ command: TaskCommand) throws {
        let notice = CancelNotice(task: command.task, lease: command.lease, reason: "check-agent", by: by)
        try orchestrator.say(orchestrator.topics.control(id), Control.cancel(notice).encode())
    }

    // MARK: What the agent says

    func presence(in heard: PretendOrchestrator.Heard) -> Presence? {
        guard case .agentState(let name) = heard.address, id.isEmpty || name == id else { return nil }
        return try? Presence.decode(heard.payload)
    }

    func result(of lease: Identifier, in heard: PretendOrchestrator.Heard) -> TaskResult? {
        guard heard.address == .result(id), let result = try? TaskResult.decode(heard.payload) else { return nil }
        return result.lease == lease ? result : nil
    }

    func isBeat(for lease: Identifier, _ heard: PretendOrchestrator.Heard) -> Bool {
        guard heard.address == .beat(id), let beat = try? Beat.decode(heard.payload) else { return false }
        return beat.held.contains { $0.lease == lease }
    }

    func decline(of lease: Identifier, in heard: PretendOrchestrator.Heard) -> Decline? {
        guard heard.address == .decline(id), let decline = try? Decline.decode(heard.payload) else { return nil }
        return decline.lease == lease ? decline : nil
    }

    func hearResult(_ lease: Identifier, since mark: Int, within limit: Duration? = nil) async throws -> TaskResult? {
        try await orchestrator.hear(since: mark, within: limit ?? settings.taskLimit) { result(of: lease, in: $0) }
    }

    /// What the agent does about leases that are none of its business any more; nil when it keeps still.
    ///
    /// What was on its way before `provoke` says something does not count.
    func stir(about leases: [Identifier], after provoke: () throws -> Void) async throws -> String? {
        try await Task.sleep(for: .seconds(1))
        let mark = orchestrator.mark
        try provoke()
        return try await orchestrator.hear(since: mark, within: settings.silence) { heard in
            for lease in leases {
                if result(of: lease, in: heard) != nil { return "it sent a result under the lease \(lease)" }
                if isBeat(for: lease, heard) { return "a beat still lists the lease \(lease)" }
            }
            return nil
        }
    }
}
