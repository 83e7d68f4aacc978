import BatonEngine
import BatonMQTT
import BatonMessages

/// Somebody who starts runs, answers what they ask, and cancels those that go nowhere; asks again when there is no
/// answer.
final class SimulatedPerson: SimulatedClient {
    private unowned let world: Simulation
    private let id = "person"
    private var connection: SimulatedConnection?
    private var isConnected = false
    private var lastPacket: Int32 = 0
    private var lastRequest = 0
    private var lastAskedAt: Int64 = 0
    /// Requests without an answer, by their ids.
    private var waiting: [String: [UInt8]] = [:]
    /// What was answered, to find out whether the same answer comes again.
    private var answers: [String: [UInt8]] = [:]
    private(set) var started: Set<Identifier> = []
    private var isTold: Set<Identifier> = []
    private var latest: [Identifier: RunSnapshot] = [:]

    init(in world: Simulation) {
        self.world = world
        connect()
    }

    /// Whether every request was answered, and the last a while ago.
    var isContent: Bool { waiting.isEmpty && lastAskedAt + 10_000 < world.now }

    // MARK: Asking

    func start(_ workflow: String) {
        var options = RunOptions(
            optional: world.random.pick([.none, .all, .ask]),
            unanswered: world.random.pick([.ask, .ask, .no, .yes]))
        if world.options.hasApprovals {
            options.checkpoints = world.random.pick([.none, .phases, .documents, .all])
        }
        if world.options.hasBudgets {
            options.budget.run = world.random.pick([
                .init(tokens: 250), .init(costMillionths: 1_000_000, wallMilliseconds: 20_000), .init(),
            ])
        }
        ask(.start(StartRequest(workflow: workflow, inputs: ["idea": "an idea"], options: options)))
    }

    private func ask(_ kind: Request.Kind) {
        lastRequest += 1
        lastAskedAt = world.now
        let request = Request(id: "request-\(lastRequest)", kind: kind)
        waiting[request.id] = request.encode()
        send(request.id)
    }

    private func send(_ request: String) {
        guard let payload = waiting[request] else { return }
        publish(world.topics.request(id), payload)
        if world.happens(.duplicate, 0.05) { publish(world.topics.request(id), payload) }
        world.schedule(after: world.random.within(5_000...30_000)) { [self] in send(request) }
    }

    private func publish(_ topic: String, _ payload: [UInt8]) {
        guard isConnected else { return }
        lastPacket += 1
        connection?.send(.publish(id: lastPacket, topic: topic, payload: payload, retain: false))
    }

    // MARK: The connection

    private func connect() {
        guard connection == nil else { return }
        var configuration = Session.Configuration(host: "", clientID: id, cleanStart: true)
        configuration.will = nil
        connection = SimulatedConnection(configuration, of: self, in: world)
    }

    func received(_ packet: BrokerPacket, on connection: SimulatedConnection) {
        guard connection === self.connection else { return }
        switch packet {
        case .connected:
            isConnected = true
            connection.send(.subscribe(id: 1, filters: [world.topics.reply(id)], qos: 1, noLocal: false))
            read(connection)
        case .message(let message):
            if message.qos > 0 { connection.send(.acknowledge(packet: message.packetID)) }
            receive(message)
        case .published, .subscribed: break
        }
    }

    /// Reads what is retained, and again after a while: a broker may have dropped the last word of a run.
    private func read(_ connection: SimulatedConnection) {
        guard connection === self.connection else { return }
        connection.send(.subscribe(id: 2, filters: world.topics.retainedRunFilters, qos: 1, noLocal: false))
        world.schedule(after: 300_000) { [self] in read(connection) }
    }

    func lost(_ connection: SimulatedConnection) {
        guard connection === self.connection else { return }
        self.connection = nil
        isConnected = false
        world.schedule(after: world.random.within(100...2000)) { [self] in connect() }
    }

    private func receive(_ message: MQTTMessage) {
        switch world.topics.parse(message.topic) {
        case .reply: receive(reply: message.payload)
        case .decision where !message.payload.isEmpty:
            guard let decision = try? DecisionEntry.decode(message.payload), decision.status == .open else { return }
            world.schedule(after: world.random.within(10...20_000)) { [self] in answer(decision) }
        case .runState where !message.payload.isEmpty:
            guard let snapshot = try? RunSnapshot.decode(message.payload) else { return }
            latest[snapshot.run] = snapshot
            look(at: snapshot)
        default: break
        }
    }

    /// Pauses and resumes as the fancy takes it; a run that nobody's answer helps is tried again, or ended.
    private func look(at snapshot: RunSnapshot) {
        let run = snapshot.run
        switch snapshot.status {
        case .attention where snapshot.decisions.isEmpty:
            guard isTold.insert(run).inserted else { return }
            world.schedule(after: world.random.within(1000...60_000)) { [self] in
                isTold.remove(run)
                guard let latest = latest[run], latest.status == .attention, latest.decisions.isEmpty else { return }
                // What is refused changes nothing: something else is tried then.
                defer { look(at: latest) }
                switch world.random.below(4) {
                case 0 where world.options.hasBudgets: ask(.resume(RunRequest(run: run, budget: Self.more(latest))))
                case 0: ask(.retry(StepRequest(run: run)))
                case 1: ask(.skip(StepRequest(run: run, reason: "it can be done without")))
                case 2: ask(.fail(StepRequest(run: run, reason: "it can't be done")))
                default: ask(.cancel(RunRequest(run: run, reason: "it goes nowhere")))
                }
            }
        case .running where world.random.chance(0.02):
            ask(.pause(RunRequest(run: run, reason: "a moment")))
        case .paused:
            guard isTold.insert(run).inserted else { return }
            world.schedule(after: world.random.within(100...60_000)) { [self] in
                isTold.remove(run)
                guard let latest = latest[run], latest.status == .paused else { return }
                defer { look(at: latest) }
                ask(.resume(RunRequest(run: run)))
            }
        default: break
        }
    }

    /// Twice of what the run may use, and more than it has used.
    private static func more(_ run: RunSnapshot) -> RunBudget {
        let limits = run.budget?.run ?? RunBudget.Limits()
        return RunBudget(
            run: RunBudget.Limits(
                tokens: limits.tokens.map { 2 * max($0, run.usage.tokens) },
                costMillionths: limits.costMillionths.map { 2 * max($0, run.usage.costMillionths) },
                wallMilliseconds: limits.wallMilliseconds.map { 2 * max($0, run.wallMilliseconds) }))
    }

    private func answer(_ decision: DecisionEntry) {
        if decision.kind == .elicitation { return talkOver(decision) }
        if let approval = decision.approval { return approve(decision, approval) }
        let value: JSON
        switch decision.answers {
        case .boolean: value = .bool(world.random.chance(0.5))
        case .oneOf(let options):
            // Rounds without end are no fun to wait for.
            value = .string(
                options.contains("accept") && world.random.chance(0.5) ? "accept" : world.random.pick(options))
        case .anything: value = [1, 2]
        }
        ask(.decide(DecideRequest(run: decision.run, decision: decision.id, value: value)))
    }

    /// Mostly content; else in words, or with a document of their own.
    private func approve(_ decision: DecisionEntry, _ approval: ApprovalEntry) {
        var request = DecideRequest(run: decision.run, decision: decision.id, value: "approve")
        switch world.random.below(20) {
        case 0:
            request.value = "reject"
            request.comment = "no"
        case 1...3:
            request.value = "amend"
            request.comment = "otherwise"
        case 4...5:
            guard let document = approval.documents.first else { break }
            request.value = "amend"
            let text = "edited \(world.random.below(1000))"
            request.document = ArtifactDocument(name: ArtifactName(document.name), body: .text(text))
        default: break
        }
        ask(.decide(request))
    }

    private func talkOver(_ decision: DecisionEntry) {
        var request = DecideRequest(run: decision.run, decision: decision.id, value: "proceed")
        if world.random.below(4) == 0 {
            request.value = "feedback"
            request.comment = "otherwise"
        }
        ask(.decide(request))
    }

    private func receive(reply payload: [UInt8]) {
        guard let reply = try? Reply.decode(payload) else { return world.violate("a reply can't be read") }
        // What could not be stored was not remembered, and is asked again.
        if case .failed(let error) = reply.body, error.code == .internal { return }
        if let before = answers[reply.requestID], before != payload {
            return world.violate("the request \(reply.requestID) was answered in two ways")
        }
        answers[reply.requestID] = payload
        waiting[reply.requestID] = nil
        if case .started(let start) = reply.body { started.insert(start.run) }
    }
}
