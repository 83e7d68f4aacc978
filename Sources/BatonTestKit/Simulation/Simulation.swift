import BatonEngine
import BatonMessages
import BatonStore
import BatonWorkflow
import Logging

/// A whole world in one thread: the orchestrator as it ships, agents, a broker and a person, with time, network and
/// disk that a seed determines. One seed is one history.
public final class Simulation {
    /// What became of it.
    public struct Outcome: Sendable {
        public let options: SimulationOptions
        /// What must never be, and was; nil if all went well.
        public let violation: String?
        public let runs: Int
        public let commits: Int
        public let crashes: Int
        public let turns: Int
        /// How much time passed in it, in milliseconds.
        public let milliseconds: Int64
        /// What happened, when it was asked for.
        public let trace: [String]
    }

    /// So long after the last fault everything has to come to its end, in milliseconds.
    static let patience: Int64 = 24 * 3_600_000
    static let maxEvents = 3_000_000

    let options: SimulationOptions
    let topics = Topics(namespace: "default")
    var random: SeededRandom
    private(set) var now: Int64 = 1_800_000_000_000
    private let began: Int64 = 1_800_000_000_000
    private var agenda = Agenda()
    private(set) var broker: SimulatedBroker!
    private(set) var auditor: SimulationAuditor!
    private(set) var orchestrator: SimulatedOrchestrator!
    private var person: SimulatedPerson!
    private var agents: [SimulatedAgent] = []
    var connections: [SimulatedConnection] = []
    /// Leases that agents have answered under.
    var answered: [(task: Identifier, lease: Identifier)] = []
    private(set) var violation: String?
    private var trace: [String] = []
    private(set) var logger: Logger

    /// Lives one history from its beginning to its end.
    public static func run(_ options: SimulationOptions) -> Outcome {
        let world = Simulation(options)
        defer { world.release() }
        do { try world.live() } catch { world.violate("\(error)") }
        return Outcome(
            options: options, violation: world.violation, runs: world.auditor.committed.count,
            commits: world.auditor.commits, crashes: world.orchestrator?.crashes ?? 0,
            turns: world.orchestrator?.turns ?? 0, milliseconds: world.now - world.began, trace: world.trace)
    }

    private init(_ options: SimulationOptions) {
        self.options = options
        random = SeededRandom(seed: options.seed)
        logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        if options.isTraced {
            let handler = TraceLog { [unowned self] in note("  \($0)") }
            logger = Logger(label: "simulation") { _ in handler }
        }
        broker = SimulatedBroker(in: self)
        auditor = SimulationAuditor(in: self)
    }

    private func live() throws {
        let texts = (0..<(1 + random.below(2))).map { WorkflowMaker.make(id: "w\($0)", &random) }
        let workflows = try texts.map(compile)
        orchestrator = try SimulatedOrchestrator(in: self, workflows: workflows)
        orchestrator.start()
        person = SimulatedPerson(in: self)
        hire()
        for _ in 0..<(1 + random.below(options.maxRuns)) {
            let workflow = random.pick(workflows).plan.workflow
            schedule(after: random.within(0...60_000)) { [self] in person.start(workflow) }
        }
        if !options.faults.isEmpty { strike() }
        saveBroker()
        schedule(at: began + options.faultyMilliseconds + 60_000) { [self] in lookForRest() }

        var events = 0
        while violation == nil, !isOver, let next = agenda.next() {
            now = max(now, next.at)
            next.action()
            events += 1
            if events > Self.maxEvents { violate("it never comes to rest: \(Self.maxEvents) events") }
        }
        if violation == nil { try auditor.finish() }
    }

    private func compile(_ text: String) throws -> LoadedWorkflow {
        note(text)
        let result = WorkflowCompiler.compile(source: Array(text.utf8), file: "simulated.yaml") {
            ContentHash.of($0).description
        }
        guard let plan = result.plan else { throw BadWorkflow(description: "\(result.diagnostics)\n\(text)") }
        return LoadedWorkflow(
            plan: plan, source: text, file: "simulated.yaml", triggers: [], diagnostics: [])
    }

    private struct BadWorkflow: Error, CustomStringConvertible { let description: String }

    /// Agents such that every role is served by one at least.
    private func hire() {
        let count = 1 + random.below(options.maxAgents)
        for number in 0..<count {
            let roles = WorkflowMaker.roles.filter { _ in number == 0 || random.chance(0.6) }
            agents.append(
                SimulatedAgent(
                    id: "agent-\(number)", roles: roles.isEmpty ? [WorkflowMaker.roles[0]] : roles,
                    slots: 1 + random.below(3), in: self))
        }
    }

    /// Lets go of everything that refers to each other.
    private func release() {
        agenda = Agenda()
        agents = []
        connections = []
    }

    // MARK: Time

    func schedule(at time: Int64, _ action: @escaping () -> Void) { agenda.add(at: max(time, now), action) }
    func schedule(after milliseconds: Int64, _ action: @escaping () -> Void) {
        agenda.add(at: now + max(0, milliseconds), action)
    }

    /// How long a packet is on its way.
    func latency() -> Int64 {
        let draw = random.below(1000)
        return draw < 950 ? 1 + Int64(draw % 4) : draw < 998 ? random.within(5...200) : random.within(200...3000)
    }

    // MARK: Faults

    private var isFaulty: Bool { now < began + options.faultyMilliseconds }

    /// Whether a fault of that kind happens now.
    func happens(_ fault: SimulatedFault, _ probability: Double) -> Bool {
        // The draw does not depend on what is enabled, so that leaving out a kind changes as little as it can.
        let isDrawn = random.chance(probability)
        return isDrawn && isFaulty && options.faults.contains(fault)
    }

    func commitFault() -> StoreError? {
        if happens(.diskFull, 0.002) { return StoreError(.full, "no space is left") }
        if happens(.commitFailure, 0.001) { return StoreError(.failed, "a constraint failed") }
        return nil
    }

    /// The next of those faults that come from outside.
    private func strike() {
        schedule(after: random.within(500...30_000)) { [self] in
            guard isFaulty else { return }
            let kinds: [SimulatedFault] = [
                .suspend, .disconnect, .disconnect, .stall, .brokerKill, .brokerRestart, .agentKill, .agentKill,
                .clockJump,
            ]
            let kind = random.pick(kinds)
            if options.faults.contains(kind) { strike(kind) }
            strike()
        }
    }

    private func strike(_ fault: SimulatedFault) {
        switch fault {
        case .suspend: orchestrator.suspend(for: random.within(500...60_000))
        case .disconnect:
            guard !connections.isEmpty else { return }
            let connection = random.pick(connections)
            note("the connection of \(connection.clientID) breaks")
            connection.breakDown(
                clientDelay: random.within(0...5000),
                brokerDelay: random.chance(0.8) ? random.within(0...1000) : random.within(1000...60_000))
        case .stall:
            guard !connections.isEmpty else { return }
            let connection = random.pick(connections)
            note("the connection of \(connection.clientID) stalls")
            connection.stall(for: random.within(100...30_000))
        case .brokerKill: broker.kill(losesDisk: random.chance(0.3), for: random.within(100...20_000))
        case .brokerRestart: broker.restart(for: random.within(100...20_000))
        case .agentKill: random.pick(agents).kill(for: random.within(100...60_000))
        case .clockJump:
            orchestrator.jumpClock(
                by: random.chance(0.5) ? random.within(1000...600_000) : -random.within(1000...600_000))
        case .crash, .drop, .duplicate, .diskFull, .commitFailure, .agentHang, .agentLies, .agentFails: break
        }
    }

    private func saveBroker() {
        schedule(after: random.within(1000...30_000)) { [self] in
            broker.save()
            if isFaulty { saveBroker() }
        }
    }

    // MARK: The end

    private var isOver = false

    /// Once no fault happens any more, every run has to end, and everything to come to rest.
    private func lookForRest() {
        let isDone =
            person.isContent && auditor.committed.values.allSatisfy(\.status.isFinal)
            && person.started.isSubset(of: auditor.committed.keys) && agents.allSatisfy(\.isIdle)
        if isDone, isQuiet {
            isOver = true
        } else if now > began + options.faultyMilliseconds + Self.patience {
            let open = auditor.committed.values.filter { !$0.status.isFinal }
            for line in orchestrator.summary + agents.flatMap(\.summary) { note(line) }
            violate(
                "it does not end: \(open.map { "\($0.id) is \($0.status.rawValue)" }), "
                    + "agents idle: \(agents.map(\.isIdle)), requests answered: \(person.isContent)")
        } else {
            isQuiet = isDone
            // Somebody starts benched agents anew, sooner or later.
            if !isDone, random.chance(0.05) { for agent in agents { agent.kill(for: 1000) } }
            schedule(after: isDone ? 30_000 : 60_000) { [self] in lookForRest() }
        }
    }

    /// Everything was done when it was last looked; since then what was on its way has arrived.
    private var isQuiet = false

    func violate(_ what: String) {
        guard violation == nil else { return }
        violation = what
        note("VIOLATION: \(what)")
    }

    func note(_ text: @autoclosure () -> String) {
        guard options.isTraced else { return }
        let since = now - began
        let milliseconds = "\(since % 1000)"
        trace.append(
            "\(since / 1000).\(String(repeating: "0", count: 3 - milliseconds.count))\(milliseconds)  \(text())")
    }
}

/// Log lines as lines of the trace.
///
/// Unchecked, since a simulation lives on one thread, and its logger with it.
private struct TraceLog: LogHandler, @unchecked Sendable {
    let write: (String) -> Void
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    init(write: @escaping (String) -> Void) { self.write = write }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: Logging.LogEvent) {
        let details = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted().joined(separator: " ")
        write("orchestrator: \(event.message) \(details)")
    }
}
