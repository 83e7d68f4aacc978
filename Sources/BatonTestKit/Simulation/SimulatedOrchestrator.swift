import BatonEngine
import BatonMQTT
import BatonMessages
import BatonOrchestrator
import BatonStore
import BatonWorkflow
import Logging

/// The orchestrator as it ships (coordinator, turns of the loop, store), on a simulated clock, disk and connection; it
/// dies, hangs, and starts again.
final class SimulatedOrchestrator: SimulatedClient {
    /// One life of the process.
    private final class Process {
        let coordinator: Coordinator
        let turn: LoopTurn
        var wire: SimulatedWire?
        let clock: SteadyClock
        var isLooking = true

        init(_ coordinator: Coordinator, _ turn: LoopTurn, _ clock: SteadyClock) {
            self.coordinator = coordinator
            self.turn = turn
            self.clock = clock
        }
    }

    /// What ends a process at a fault point.
    private struct Crash: Error { let point: String }

    /// An empty one: what can be started is defined.
    private static let library = Library.load("") { ContentHash.of($0).description }.library

    private unowned let world: Simulation
    let image: StoreImage
    private let workflows: [LoadedWorkflow]
    private var process: Process?
    private var suspendedUntil: Int64 = 0
    private var nextTurn: Int64?
    private var turnNumber = 0
    /// What the machine's clock is ahead of the world's.
    private var clockOffset: Int64 = 0
    private(set) var crashes = 0
    private(set) var turns = 0

    init(in world: Simulation, workflows: [LoadedWorkflow]) throws {
        self.world = world
        self.workflows = workflows
        image = try StoreImage(id: "simulated")
    }

    var acknowledgesEarly: Bool { world.options.acknowledgesEarly }
    var coordinator: Coordinator? { process?.coordinator }

    /// What is open, and who is there, for somebody who wonders why nothing happens.
    var summary: [String] {
        guard let coordinator else { return ["the orchestrator is not there"] }
        var lines = coordinator.runs.values.map(\.state).flatMap { run in
            run.tasks.filter { !$0.status.isEnded }.map { describe($0, of: run) }
        }
        lines += coordinator.dispatch.outstanding.all.map { "out: \($0.task.key.id) \($0.agent) \($0.status)" }
        lines += coordinator.dispatch.agents.values.map {
            "\($0.id): \($0.presence) \($0.roles), holds \($0.held.count) of \($0.slots)"
                + ($0.isMuted ? ", muted" : "") + ($0.isBenched ? ", benched" : "")
        }
        return lines + ["waiting: \(coordinator.dispatch.waitingCount), outbox: \(coordinator.outbox.count)"]
    }

    private func describe(_ task: TaskState, of run: RunState) -> String {
        var words = ["\(run.id.child(task.ordinal)) \(run.plan.steps[task.step].id): \(task.status.rawValue)"]
        if let out = task.dispatch { words.append("out to \(out.agent)") }
        if let due = task.retryAt { words.append("again at \(due)") }
        if task.decision != 0 { words.append("waits for the answer to \(run.id.child(task.decision))") }
        let roles = run.roles(of: task)
        if !roles.isEmpty { words.append("for \(roles.joined(separator: "/"))") }
        if let amendment = task.amendment { words.append("makes \(run.id.child(amendment.maker)) again") }
        return words.joined(separator: ", ")
    }

    // MARK: Life and death

    func start() {
        guard process == nil else { return }
        do {
            let clock = SteadyClock(
                steady: { [unowned world] in world.now * 1000 },
                wall: { [unowned self] in (world.now + clockOffset) * 1000 })
            let store = try Store(image: image)
            store.commitFault = { [unowned world] in world.commitFault() }
            var catalogue = Catalogue(library: Self.library)
            for workflow in workflows { catalogue.define(workflow) }
            let coordinator = Coordinator(
                store: store, catalogue: catalogue, settings: OrchestratorSettings(), logger: world.logger,
                makeSeed: { [unowned world] in Seed(high: world.random.next(), low: world.random.next()) })
            let turn = LoopTurn(
                coordinator: coordinator, logger: world.logger, faults: Faults(orchestrator: self, coordinator))
            try store.forgetReplies(before: clock.now() + -7 * 24 * 3_600_000)
            try coordinator.recover(now: clock.now())
            process = Process(coordinator, turn, clock)
            world.note("the orchestrator starts")
            world.auditor.recovered(coordinator)
            connect()
        } catch {
            world.violate("the orchestrator does not start: \(error)")
        }
    }

    fileprivate func reach(_ point: FaultPoints.Name, _ coordinator: Coordinator) throws {
        switch point {
        case .beforeCommit: world.auditor.willCommit(coordinator)
        case .afterCommit: world.auditor.didCommit()
        default: break
        }
        if world.happens(.crash, 0.0008) { throw Crash(point: point.rawValue) }
    }

    private func die(_ why: String) {
        guard let process else { return }
        world.note("the orchestrator dies: \(why)")
        crashes += 1
        self.process = nil
        nextTurn = nil
        // What it had written may still leave the machine.
        if world.random.chance(0.5) {
            process.wire?.abandon()
        } else {
            world.schedule(after: 20) { process.wire?.abandon() }
        }
        world.schedule(after: world.random.chance(0.8) ? world.random.within(10...3000) : 60_000) { [self] in start() }
    }

    func suspend(for milliseconds: Int64) {
        world.note("the orchestrator is suspended for \(milliseconds) ms")
        suspendedUntil = max(suspendedUntil, world.now + milliseconds)
    }

    func jumpClock(by milliseconds: Int64) {
        world.note("the orchestrator's clock jumps by \(milliseconds) ms")
        clockOffset += milliseconds
    }

    // MARK: The connection

    private func connect() {
        guard let process, process.wire == nil else { return }
        do {
            process.isLooking = true
            process.wire = SimulatedWire(try process.coordinator.lookConnection(), of: self, in: world)
            wake(after: 5000)
        } catch {
            die("\(error)")
        }
    }

    private func connectionLost(_ why: String) {
        guard let process else { return }
        world.note("the orchestrator is not connected: \(why)")
        process.wire?.abandon()
        process.wire = nil
        process.coordinator.connectionLost(now: process.clock.now())
        world.schedule(after: world.random.within(100...3000)) { [self] in
            if self.process === process { connect() }
        }
    }

    func received(_ packet: BrokerPacket, on connection: SimulatedConnection) {
        guard let wire = process?.wire, wire.belongs(to: connection) else { return }
        wire.arrive(packet)
        wake(after: world.random.within(0...2))
    }

    func lost(_ connection: SimulatedConnection) {
        guard let wire = process?.wire, wire.belongs(to: connection) else { return }
        wire.lose()
        wake(after: 0)
    }

    // MARK: Turns

    private func wake(after milliseconds: Int64) {
        let at = max(world.now + milliseconds, suspendedUntil)
        if let nextTurn, nextTurn <= at { return }
        nextTurn = at
        turnNumber += 1
        let number = turnNumber
        world.schedule(at: at) { [self] in
            guard number == turnNumber, process != nil else { return }
            nextTurn = nil
            if world.now < suspendedUntil { return wake(after: 0) }
            takeTurn()
        }
    }

    private func takeTurn() {
        guard let process, let wire = process.wire else { return }
        turns += 1
        do {
            if process.isLooking {
                try look(process, wire)
            } else {
                try wire.read(maxMessages: 1 + world.random.below(32))
                _ = try process.turn.take(on: wire) { process.clock.now() }
                world.auditor.turned(process.coordinator)
            }
            guard self.process === process, process.wire != nil else { return }
            wake(
                after: process.wire!.hasMore
                    ? 1 : max(1, Int64(process.coordinator.timeoutMilliseconds(now: process.clock.now()))))
        } catch let crash as Crash {
            die("at \(crash.point)")
        } catch let error as MQTTError {
            connectionLost("\(error)")
        } catch let error as StoreError where error.isRetriable {
            // As the loop does: the memory is thrown away, and the broker sends what was not acknowledged again.
            connectionLost("\(error)")
            do {
                try process.coordinator.recover(now: process.clock.now())
                world.auditor.recovered(process.coordinator)
            } catch { die("\(error)") }
        } catch {
            die("\(error)")
        }
    }

    private func look(_ process: Process, _ wire: SimulatedWire) throws {
        try wire.read(maxMessages: 16)
        for event in wire.takeEvents() where try process.coordinator.look(event, on: wire) {
            wire.releaseAcknowledgements()
            wire.disconnect()
            process.isLooking = false
            process.wire = SimulatedWire(process.coordinator.connection(), of: self, in: world)
            return
        }
        wire.releaseAcknowledgements()
        try wire.write()
    }
}

/// The fault points of a simulated process.
private struct Faults: FaultSource {
    unowned let orchestrator: SimulatedOrchestrator
    unowned let coordinator: Coordinator

    init(orchestrator: SimulatedOrchestrator, _ coordinator: Coordinator) {
        self.orchestrator = orchestrator
        self.coordinator = coordinator
    }

    var acknowledgesEarly: Bool { orchestrator.acknowledgesEarly }

    func reach(_ name: FaultPoints.Name) throws { try orchestrator.reach(name, coordinator) }

    func decide(_ payload: [UInt8]) {}
}
