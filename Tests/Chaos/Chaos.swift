import BatonEngine
import BatonTestKit
import Foundation

/// One hour, or however long: runs begin and end, programs die and come back, and at last somebody counts.
final class Chaos {
    private let options: ChaosOptions
    private let began = ContinuousClock.now
    /// What went wrong beside what the audit finds.
    private var complaints: [String] = []

    init(_ options: ChaosOptions) { self.options = options }

    private func log(_ text: String) {
        let passed = Int((ContinuousClock.now - began) / .milliseconds(100))
        Console.line(String(format: "%3d:%02d.%d  ", passed / 600, passed / 10 % 60, passed % 10) + text)
    }

    /// - Returns: whether nothing is lost, nothing doubled, and all ended.
    func run() async throws -> Bool {
        Console.line(
            "seed \(options.seed), \(options.runs) runs at once, faults for \(options.duration), "
                + "in \(options.folder.path)"
        )
        Interruption.watch()
        let stage = try Stage(options)
        if stage.disk == nil { Console.line("no faults of the disk: this machine lets us mount no small one") }
        if stage.clock == nil {
            Console.line("no faults of the clock: libfaketime is not there (Debian: apt-get install faketime)")
        }
        let keeper = try await RunKeeper(port: stage.broker.port, workflows: stage.workflows, seed: options.seed)
        let stranger = try Stranger(port: stage.broker.port, agents: stage.agents.map(\.name))
        let injector = Injector(stage, stranger: stranger) { [self] in log($0) }

        disturb(stage, keeper, injector)
        injector.endAll()
        await stranger.stop()
        guard !Interruption.isRequested else {
            Console.line("interrupted")
            await keeper.stop()
            stage.disk?.unmount()
            try? FileManager.default.removeItem(at: options.folder)
            return false
        }
        log("no more faults")
        settle(stage, keeper)
        await keeper.stop()
        // The last snapshots leave within a second.
        usleep(2_000_000)
        let retained = RetainedState(port: stage.broker.port)
        let stale = try retained.contradictions(to: stage.database, forgotten: keeper.forgotten.count)
        complaints += stale + keeper.complaints + injector.complaints
        for party in stage.parties { party.stop(backAfter: nil) }
        while stage.parties.contains(where: \.isRunning) {
            attend(stage)
            usleep(10_000)
        }
        attend(stage)
        return try conclude(stage, keeper, injector)
    }

    /// Faults happen, and runs begin.
    private func disturb(_ stage: Stage, _ keeper: RunKeeper, _ injector: Injector) {
        let end = began + options.duration
        var nextLook = ContinuousClock.now
        keeper.begin(options.runs)
        while ContinuousClock.now < end, !Interruption.isRequested {
            attend(stage)
            if ContinuousClock.now - began > .seconds(2) { injector.turn() }
            if nextLook <= .now {
                nextLook = .now + .seconds(1)
                if let open = openRuns(stage) { keeper.begin(options.runs - open - keeper.pending) }
            }
            usleep(10_000)
        }
    }

    private func attend(_ stage: Stage) {
        for party in stage.parties {
            do {
                guard let complaint = try party.attend() else { continue }
                complaints.append(complaint)
                log(complaint)
            } catch {
                let complaint = "\(party.name) could not be started: \(error)"
                complaints.append(complaint)
                log(complaint)
            }
        }
    }

    /// Those that still go on: what a run asks is answered by the keeper; one that needs anything else never ends.
    private func openRuns(_ stage: Stage) -> Int? {
        let sql = """
            SELECT count(*) FROM runs WHERE ended_at IS NULL AND (status <> 'attention' OR EXISTS (
                SELECT 1 FROM decisions WHERE decisions.run = runs.number AND decisions.status = 'open'))
            """
        return try? DatabaseShell(path: stage.database).query(sql).first.flatMap(Int.init)
    }

    /// Everybody is let in peace until all runs have ended and all messages are sent.
    private func settle(_ stage: Stage, _ keeper: RunKeeper) {
        for party in stage.parties { party.resume() }
        // Whoever was benched for its failures is used again once it reports in.
        for agent in stage.agents where agent.isRunning { agent.kill(backAfter: .zero) }
        let limit = ContinuousClock.now + max(.seconds(90), options.duration / 10)
        var nextReport = ContinuousClock.now
        while ContinuousClock.now < limit, !Interruption.isRequested {
            attend(stage)
            let open = openRuns(stage)
            let isSent = (try? DatabaseShell(path: stage.database).query("SELECT count(*) FROM outbox")) == ["0"]
            if open == 0, keeper.pending == 0, isSent { break }
            if nextReport <= .now {
                nextReport = .now + .seconds(5)
                log("\(open.map(String.init) ?? "?") runs are open, \(keeper.pending) starts without an answer")
            }
            usleep(100_000)
        }
        if keeper.pending > 0 { complaints.append("\(keeper.pending) starts were never answered") }
    }

    private func conclude(_ stage: Stage, _ keeper: RunKeeper, _ injector: Injector) throws -> Bool {
        log("auditing")
        var expectation = Auditor.Expectation()
        expectation.started = keeper.started
        expectation.ending = "completed"
        expectation.cancelled = keeper.cancelled
        expectation.forgotten = keeper.forgotten
        expectation.madeUp = Set(Identifier(Stranger.madeUpTask).map { [$0] } ?? [])
        expectation.isAtRest = true
        expectation.journals = stage.journals
        var report = try Auditor(database: stage.database, expecting: expectation).audit()
        report.count("runs cancelled", keeper.cancelled.count)
        report.count("runs forgotten", keeper.forgotten.count)
        report.count("runs paused and resumed", keeper.paused)
        for complaint in complaints { report.find(.wrong, complaint) }
        Summary(
            options: options, report: report, faults: injector.counts,
            starts: stage.parties.map { ($0.name, $0.starts) }, seconds: (ContinuousClock.now - began) / .seconds(1)
        ).print()
        let isGood = report.violations.isEmpty
        if isGood {
            stage.disk?.unmount()
            try? FileManager.default.removeItem(at: options.folder)
        } else {
            try keepEvidence(stage)
            Console.line("database and logs are in \(options.folder.path)")
        }
        return isGood
    }

    /// The small disk goes away with this program; what is on it must not.
    private func keepEvidence(_ stage: Stage) throws {
        guard let disk = stage.disk else { return }
        let kept = options.folder.appending(path: "database")
        try FileManager.default.copyItem(at: disk.folder, to: kept)
    }
}
