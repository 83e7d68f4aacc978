import BatonAgent
import BatonEngine
import BatonMQTT
import BatonMessages

/// An agent: the state machine of our own agents, with work that takes its time, on a simulated connection; it dies,
/// hangs, lies and fails.
final class SimulatedAgent: SimulatedClient {
    private unowned let world: Simulation
    let id: String
    private let configuration: AgentConfiguration
    private var machine: AgentMachine
    private var connection: SimulatedConnection?
    private var isConnected = false
    private var isAlive = true
    /// Counts its lives.
    private var life = 0
    private var lastPacket: Int32 = 0
    private var nextTick: Int64?

    init(id: String, roles: [String], slots: Int, in world: Simulation) {
        self.id = id
        self.world = world
        var configuration = AgentConfiguration(id: id, roles: roles)
        configuration.slots = slots
        self.configuration = configuration
        machine = AgentMachine(configuration, epoch: world.now)
        connect()
    }

    /// Whether it holds nothing: no task, and no result that was not acknowledged.
    var isIdle: Bool { machine.isIdle }

    /// What it holds, for somebody who wonders.
    var summary: [String] {
        machine.held.values.map { task in
            let work =
                switch task.work {
                case .fetching: "fetching"
                case .running: "running"
                case .putting: "putting"
                case .finished: "finished"
                }
            return "\(id) holds \(task.command.task) under \(task.lease): \(work)"
        }
    }

    // MARK: Life and death

    func kill(for milliseconds: Int64) {
        guard isAlive else { return }
        world.note("\(id) dies for \(milliseconds) ms")
        isAlive = false
        isConnected = false
        life += 1
        nextTick = nil
        connection?.abandon()
        connection = nil
        world.schedule(after: milliseconds) { [self] in
            isAlive = true
            // A clock that was set back gives an epoch that is lower than that of its former self.
            let epoch = world.now - (world.happens(.clockJump, 0.1) ? 3_600_000 : 0)
            machine = AgentMachine(configuration, epoch: epoch)
            connect()
        }
    }

    // MARK: The connection

    private func connect() {
        guard isAlive, connection == nil else { return }
        connection = SimulatedConnection(configuration.session(epoch: machine.epoch), of: self, in: world)
    }

    private func send(_ topic: String, _ payload: [UInt8], retain: Bool = false) {
        guard isConnected else { return }
        lastPacket += 1
        connection?.send(.publish(id: lastPacket, topic: topic, payload: payload, retain: retain))
    }

    func received(_ packet: BrokerPacket, on connection: SimulatedConnection) {
        guard isAlive, connection === self.connection else { return }
        switch packet {
        case .connected:
            isConnected = true
            lastPacket += 1
            connection.send(
                .subscribe(id: lastPacket, filters: world.topics.agentFilters(id), qos: 1, noLocal: false))
            machine.connected(now: world.now)
        case .message(let message):
            connection.send(.acknowledge(packet: message.packetID))
            receive(message)
        case .published, .subscribed: break
        }
        perform()
    }

    func lost(_ connection: SimulatedConnection) {
        guard isAlive, connection === self.connection else { return }
        self.connection = nil
        isConnected = false
        machine.disconnected()
        perform()
        let life = life
        world.schedule(after: world.random.within(100...2000)) { [self] in if life == self.life { connect() } }
    }

    private func receive(_ message: MQTTMessage) {
        let address = world.topics.parse(message.topic)
        switch address {
        case .agentState(id): machine.received(ownState: message.payload, now: world.now)
        case .orchestratorState: machine.received(orchestratorState: message.payload, now: world.now)
        case .task(id) where !message.retain: machine.received(command: message.payload, now: world.now)
        case .control(id) where !message.retain:
            if case .ack(let ack)? = try? Control.decode(message.payload) { world.auditor.told(id, ack) }
            machine.received(control: message.payload, now: world.now)
        case .artifact(id) where !message.retain: machine.received(range: message.payload, now: world.now)
        default: break
        }
    }

    // MARK: Actions

    private func perform() {
        for action in machine.takeActions() {
            switch action {
            case .publish(let channel, let payload, _): publish(channel, payload)
            case .run(let run, let command, _): begin(run, command)
            // Simulated documents are small.
            case .put, .keep, .discard: break
            case .cancel(let run):
                let life = life
                world.schedule(after: world.random.within(0...500)) { [self] in
                    finish(run, .failed(code: "cancelled", message: "the work was cancelled"), life)
                }
            case .reconnect(let epoch):
                connection?.abandon()
                isConnected = false
                connection = SimulatedConnection(configuration.session(epoch: epoch), of: self, in: world)
            case .stop: break
            case .log(_, let text): world.note("\(id): \(text)")
            }
        }
        guard let deadline = machine.nextDeadline, nextTick.map({ $0 > deadline }) ?? true else { return }
        nextTick = deadline
        let life = life
        world.schedule(at: deadline) { [self] in
            guard life == self.life, nextTick == deadline else { return }
            nextTick = nil
            machine.tick(now: world.now)
            perform()
        }
    }

    private func publish(_ channel: AgentMachine.Channel, _ payload: [UInt8]) {
        switch channel {
        case .state: send(world.topics.agentState(id), payload, retain: true)
        case .beat: send(world.topics.beat(id), payload)
        case .decline: send(world.topics.decline(id), payload)
        case .get: send(world.topics.get(id), payload)
        case .put: send(world.topics.put(id), payload)
        case .result:
            send(result: payload)
            if let result = try? TaskResult.decode(payload) { world.answered.append((result.task, result.lease)) }
            if world.happens(.agentLies, 0.05) { lie(payload) }
        }
    }

    private func send(result payload: [UInt8]) {
        world.auditor.sending(payload, from: id)
        send(world.topics.result(id), payload)
    }

    /// What agents send that were not written with care.
    private func lie(_ payload: [UInt8]) {
        world.note("\(id) lies")
        switch world.random.below(5) {
        case 0: send(result: payload)
        case 1: send(result: Array("{\"task\": 3".utf8))
        case 2: send(result: Array(payload.prefix(payload.count / 2)))
        case 3:
            // A lease that it once heard of, and that may be another agent's.
            let (task, lease) = world.random.pick(world.answered)
            send(result: TaskOutcome.completed(summary: "mine").result(task: task, lease: lease).encode())
        default: send(world.topics.beat(id), Array("[]".utf8))
        }
    }

    // MARK: Work

    private func begin(_ run: HeldTask.Run, _ command: TaskCommand) {
        let duration =
            world.happens(.agentHang, 0.04)
            ? world.random.within(30_000...600_000)
            : world.random.chance(0.8) ? world.random.within(1...500) : world.random.within(500...10_000)
        let outcome = outcome(of: command)
        let life = life
        world.schedule(after: duration) { [self] in finish(run, outcome, life) }
    }

    private func finish(_ run: HeldTask.Run, _ outcome: TaskOutcome, _ life: Int) {
        guard life == self.life, isAlive else { return }
        machine.returned(run, outcome, now: world.now)
        perform()
    }

    private func outcome(of command: TaskCommand) -> TaskOutcome {
        var outcome = work(command)
        if world.options.hasBudgets { outcome.usage = ["tokens": 100, "cost": 0.4, "seconds": 1] }
        return outcome
    }

    private func work(_ command: TaskCommand) -> TaskOutcome {
        if world.happens(.agentFails, 0.06) {
            return .failed(code: "no_luck", message: "it did not work", isRetryable: world.random.chance(0.8))
        }
        if world.happens(.agentFails, 0.03), !command.creates.isEmpty {
            return .completed(summary: "nothing", facts: ["user_approved": true])
        }
        var facts: [(String, JSON)] = []
        for report in command.reports where world.random.chance(0.9) {
            let value: JSON =
                switch report.kind {
                case .boolean: .bool(world.random.chance(0.5))
                case .enum: .string(world.random.pick(report.options))
                case .list: .array((0..<world.random.below(4)).map { .int(Int64($0)) })
                case .number: .int(Int64(world.random.below(4)))
                }
            facts.append((report.name, value))
        }
        let documents = (command.creates + command.updates).filter { !$0.isOptional || world.random.chance(0.5) }.map {
            ArtifactDocument(
                name: ArtifactName($0.isSet ? $0.name + "/one.md" : $0.name),
                body: .text("# \(command.step)\n\n\(world.random.next())\n"))
        }
        let flagged = command.requires.filter { _ in world.random.chance(0.3) }
        let verdict: JSON = [
            "passed": .bool(flagged.isEmpty || world.random.chance(0.6)),
            "flagged": .array(flagged.map { ["artifact": .string($0.name), "reason": "it is thin"] }),
        ]
        return .completed(
            summary: "did \(command.step)", artifacts: documents,
            facts: .object(.init(facts, uniquingKeysWith: { first, _ in first })),
            verdict: command.validates.isEmpty ? nil : verdict)
    }
}
