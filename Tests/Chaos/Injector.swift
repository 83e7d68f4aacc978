import BatonTestKit
import Foundation

/// Draws faults from the seed, and carries them out on a stage. Used from the main thread alone.
final class Injector {
    private let stage: Stage
    private let stranger: Stranger
    private let log: (String) -> Void
    private var random: SeededRandom
    private let agenda = Agenda()
    private var nextAt = ContinuousClock.now
    /// What has a fault that is not over: nothing else is done to it meanwhile.
    private var busy: Set<String> = []
    private(set) var counts: [Fault: Int] = [:]
    /// What should not have happened when a fault did.
    private(set) var complaints: [String] = []
    /// Kept alive while they are used.
    private var helpers: [GuardedProcess] = []

    init(_ stage: Stage, stranger: Stranger, log: @escaping (String) -> Void) {
        self.stage = stage
        self.stranger = stranger
        self.log = log
        random = SeededRandom(seed: stage.options.seed &+ 1)
    }

    /// Ends what is due to end, and strikes when it is time to.
    func turn() {
        agenda.run()
        helpers.removeAll { !$0.isRunning }
        guard nextAt <= .now else { return }
        nextAt = .now + stage.options.pace * Double.random(in: 0.1...1.9, using: &random)
        // What is not possible now makes way for something else.
        for _ in 0..<5 {
            let fault = Fault.draw(&random)
            guard let text = strike(fault) else { continue }
            counts[fault, default: 0] += 1
            return log(text.isEmpty ? fault.rawValue : "\(fault.rawValue): \(text)")
        }
    }

    /// Ends every fault that is not over.
    func endAll() {
        agenda.runAll()
        helpers = []
    }

    /// Does it; gives more about it for the log, or nil when it is not possible now.
    private func strike(_ fault: Fault) -> String? {
        switch fault {
        case .orchestratorKilled: kill(stage.orchestrator)
        case .orchestratorKilledAtPoint: killAtPoint()
        case .orchestratorSuspended: suspend(stage.orchestrator)
        case .orchestratorStopped: stop(stage.orchestrator)
        case .agentKilled: kill(anyAgent())
        case .agentSuspended: suspend(anyAgent())
        case .agentStopped: stop(anyAgent())
        case .brokerKilled: broker { $0.kill() }
        case .brokerForgot:
            broker { broker in
                broker.kill()
                try broker.forget()
            }
        case .brokerStopped: broker { $0.stop() }
        case .brokerSuspended: suspendBroker()
        case .linkDropped: link { $0.drop() }
        case .linkHalved: link { $0.halve() }
        case .linkHalfOpen: link { $0.halfOpen() }
        case .linkStalled: link(for: 0.5...6, { $0.stall(true) }, { $0.stall(false) })
        case .linkCrumbled: link(for: 0.2...2, { $0.crumble(true) }, { $0.crumble(false) })
        case .diskFull: fillDisk()
        case .clockJumped: jumpClock()
        case .secondOnDatabase: second(database: stage.database, mustSay: "in use")
        case .secondOnNamespace:
            isOrchestratorOnline
                ? second(
                    database: stage.options.folder.appending(path: "other.sqlite").path,
                    mustSay: "another orchestrator") : nil
        case .largePayload: say { stranger.sendLarge(&random) }
        case .malformedPayload: say { stranger.sendMalformed(&random) }
        case .retainedRequest: say { stranger.sendRetained(&random) }
        case .repeatedResults: say { stranger.repeatResults(&random) }
        case .longReader: readLong()
        case .slowDashboard: watchSlowly()
        }
    }

    // MARK: Programs

    private func seconds(_ range: ClosedRange<Double>) -> Duration {
        .seconds(Double.random(in: range, using: &random))
    }

    private func anyAgent() -> Party { stage.agents.randomElement(using: &random)! }

    /// Takes hold of what nothing else is being done to; `body` says what and for how long.
    private func take(_ name: String, for time: Duration, _ end: @escaping () -> Void = {}) -> Bool {
        guard busy.insert(name).inserted else { return false }
        agenda.add(after: time) { [self] in
            end()
            busy.remove(name)
        }
        return true
    }

    private func kill(_ party: Party) -> String? {
        guard party.isAvailable, !busy.contains(party.name) else { return nil }
        let pause = seconds(0...2)
        party.kill(backAfter: pause)
        return "\(party.name), back after \(pause.short)"
    }

    private func killAtPoint() -> String? {
        let party = stage.orchestrator
        guard party.isAvailable, !busy.contains(party.name) else { return nil }
        let points = [
            "after-connect", "after-read", "after-read-result", "before-commit", "after-commit",
            "after-commit-of-command", "after-commit-of-end", "before-write", "after-write", "while-tasks-are-out",
        ]
        let point = "\(points.randomElement(using: &random)!):\(Int.random(in: 1...30, using: &random))"
        party.nextEnvironment = ["BATON_FAULT": point]
        party.kill(backAfter: .zero)
        return point
    }

    private func suspend(_ party: Party) -> String? {
        let time = seconds(0.2...7)
        guard party.isAvailable, take(party.name, for: time, { party.resume() }) else { return nil }
        party.suspend()
        return "\(party.name) for \(time.short)"
    }

    private func stop(_ party: Party) -> String? {
        guard party.isAvailable, !busy.contains(party.name) else { return nil }
        party.stop(backAfter: seconds(0...2))
        return party.name
    }

    private func broker(_ end: (BrokerProcess) throws -> Void) -> String? {
        let pause = seconds(0...3)
        let broker = stage.broker
        let isOurs = take("broker", for: pause) { [self] in
            do { try broker.start() } catch { complaints.append("\(error)") }
        }
        guard isOurs else { return nil }
        do { try end(broker) } catch { complaints.append("\(error)") }
        return "back after \(pause.short)"
    }

    private func suspendBroker() -> String? {
        let time = seconds(0.2...5)
        let broker = stage.broker
        guard take("broker", for: time, { broker.resume() }) else { return nil }
        broker.suspend()
        return "for \(time.short)"
    }

    // MARK: Links

    private func link(_ body: (FaultyLink) -> Void) -> String? {
        let party = stage.parties.randomElement(using: &random)!
        body(party.link)
        return "of \(party.name)"
    }

    private func link(
        for range: ClosedRange<Double>, _ begin: (FaultyLink) -> Void, _ end: @escaping (FaultyLink) -> Void
    ) -> String? {
        let party = stage.parties.randomElement(using: &random)!
        let time = seconds(range)
        guard take("link of \(party.name)", for: time, { end(party.link) }) else { return nil }
        begin(party.link)
        return "of \(party.name) for \(time.short)"
    }

    // MARK: Surroundings

    private func fillDisk() -> String? {
        guard let disk = stage.disk else { return nil }
        let time = seconds(0.5...6)
        guard take("disk", for: time, { disk.makeRoom() }) else { return nil }
        if !disk.fill() { complaints.append("the disk could not be filled") }
        return "for \(time.short)"
    }

    private func jumpClock() -> String? {
        guard let clock = stage.clock else { return nil }
        let offset = [-86_400, -3600, -60, -5, 5, 60, 3600, 86_400].randomElement(using: &random)!
        let time = seconds(2...10)
        guard take("clock", for: time, { clock.set(offsetSeconds: 0) }) else { return nil }
        clock.set(offsetSeconds: offset)
        return "by \(offset) s, and back after \(time.short)"
    }

    private func readLong() -> String? {
        let time = Int.random(in: 2...20, using: &random)
        run(
            "sqlite3",
            [
                "-readonly", stage.database, "BEGIN; SELECT count(*) FROM events;", ".shell sleep \(time)", "COMMIT;",
            ])
        return "for \(time) s"
    }

    private func watchSlowly() -> String? {
        let time = seconds(5...20)
        guard let watcher = run("mosquitto_sub", ["-p", "\(stage.broker.port)", "-q", "1", "-t", "baton/#"]) else {
            return nil
        }
        agenda.add(after: .milliseconds(500)) { watcher.signal(SIGSTOP) }
        agenda.add(after: time) { watcher.signal(SIGKILL) }
        return "for \(time.short)"
    }

    @discardableResult
    private func run(_ program: String, _ arguments: [String]) -> GuardedProcess? {
        let helper = try? GuardedProcess(URL(filePath: "/usr/bin/env"), [program] + arguments)
        if let helper { helpers.append(helper) }
        return helper
    }

    private func say(_ body: () -> Void) -> String? {
        body()
        return ""
    }

    // MARK: A second orchestrator

    /// Whether the broker retains that ours is there, and nothing is being done to anybody: then others must see it.
    private var isOrchestratorOnline: Bool {
        guard busy.isEmpty, stage.orchestrator.isAvailable else { return false }
        let seen = try? runToEnd(
            URL(filePath: "/usr/bin/env"),
            [
                "mosquitto_sub", "-p", "\(stage.broker.port)", "-C", "1", "-W", "2", "-t",
                "baton/v1/default/orchestrator/state",
            ], directory: stage.options.folder)
        return seen?.output.contains(#""state":"online""#) ?? false
    }

    /// Another orchestrator must say why it does not start, and end.
    private func second(database: String, mustSay reason: String) -> String? {
        guard stage.orchestrator.isAvailable, !stage.orchestrator.isSuspended else { return nil }
        let result = try? runToEnd(
            stage.options.baton,
            [
                "serve", "--broker", "mqtt://127.0.0.1:\(stage.broker.port)", "--database", database, "--library",
                stage.library.path,
            ], directory: stage.options.folder, limit: .seconds(20))
        guard let result, result.code != 0, result.code != 128 + SIGKILL, result.error.contains(reason) else {
            complaints.append("a second orchestrator did not refuse to work: \(result?.error ?? "it did not start")")
            return "did not refuse"
        }
        return "it refused"
    }
}

extension Duration {
    /// As seconds with one digit.
    var short: String { String(format: "%.1f s", self / .seconds(1)) }
}
