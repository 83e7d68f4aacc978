import BatonTestKit
import Foundation

/// What an orchestrator costs that is there for long: at rest, after a power cut, and after a million steps.
enum LastingFigures {
    static func measure(agents: [String], scale: Int) throws -> [Figure] {
        try rest(agents) + recovery(runs: 10_000 / scale) + endurance(agents, steps: 1_000_000 / scale)
    }

    /// The CPU that it takes when nothing happens, in percent of one core.
    private static func rest(_ agents: [String]) throws -> [Figure] {
        let broker = try BrokerProcess(isQuiet: true)
        let workers = try agents.map { try BenchAgent(id: $0, port: broker.port) }
        defer { for worker in workers { worker.finish() } }
        let stage = try Stage(broker: broker, load: .chains(runs: 1, steps: 2))
        defer { stage.clear() }
        try stage.start()
        let watcher = try Watcher(port: broker.port)
        defer { watcher.finish() }
        try watcher.warmUp()
        return [Figure("CPU at rest", percentOfCPU(stage), "%", atMost: 0.5)]
    }

    private static func percentOfCPU(_ stage: Stage) -> Double {
        let seconds: UInt32 = 20
        sleep(2)
        let before = stage.processorSeconds
        sleep(seconds)
        return 100 * (stage.processorSeconds - before) / Double(seconds)
    }

    /// From the start of a process to its first command, with all those runs out with an agent.
    private static func recovery(runs: Int) throws -> [Figure] {
        let broker = try BrokerProcess(isQuiet: true)
        let agent = try BenchAgent(id: "holder", port: broker.port, .holds)
        defer { agent.finish() }
        let stage = try Stage(broker: broker, load: .chains(runs: runs, steps: 2))
        defer { stage.clear() }
        try stage.start()
        let watcher = try Watcher(port: broker.port)
        defer { watcher.finish() }
        let epoch = try watcher.waitForOrchestrator(after: 0)
        try watcher.startAll(count: runs)
        try wait(for: runs, at: agent)
        stage.kill()
        let began = ContinuousClock.now
        try stage.start()
        _ = try watcher.waitForOrchestrator(after: epoch)
        agent.answerOne()
        try wait(for: runs + 1, at: agent)
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let percent = percentOfCPU(stage)
        return [
            Figure("recovery of \(runs) runs in flight, to the first command", seconds, "s", atMost: 2),
            Figure(
                "recovery of \(runs) runs in flight, peak memory", try stage.stop().peakKilobytes / 1024, "MB",
                atMost: 150),
            Figure("CPU with \(runs) runs that wait", percent, "%", better: "lower"),
        ]
    }

    private static func wait(for count: Int, at agent: BenchAgent) throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while agent.commands < count {
            guard .now < deadline else {
                throw BenchFailure("the agent got \(agent.commands) commands, and should have \(count)")
            }
            usleep(1000)
        }
    }

    /// The memory after all steps beside that after a tenth of them.
    private static func endurance(_ agents: [String], steps: Int) throws -> [Figure] {
        let broker = try BrokerProcess(isQuiet: true)
        let workers = try agents.map { try BenchAgent(id: $0, port: broker.port) }
        defer { for worker in workers { worker.finish() } }
        var load = Load.chains(runs: steps / 20, steps: 20)
        load.atOnce = 500
        let stage = try Stage(broker: broker, load: load)
        defer { stage.clear() }
        try stage.start()
        let watcher = try Watcher(port: broker.port)
        defer { watcher.finish() }
        try watcher.warmUp()
        var ended = 0
        var early = 0.0
        var late = 0.0
        let seconds = try watcher.runAll(load) {
            ended += 1
            if ended % (load.runs / 10) == 0 {
                late = stage.residentKilobytes / 1024
                if early == 0 { early = late }
                say(String(format: "%d of %d steps: %.0f MB", ended * 20, steps, late))
            }
        }
        return [
            Figure("\(steps) steps, 500 runs at once", Double(load.tasks) / seconds, "steps/s", better: "higher"),
            Figure("\(steps) steps, memory at the end beside that after a tenth", late / early, "ratio", atMost: 1.1),
        ]
    }
}
