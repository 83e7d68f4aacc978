import BatonTestKit
import Foundation

/// What it costs to keep every step on disk, beside the same without a database.
struct DurableFigures {
    /// One load, with a database and without.
    private struct Pair {
        let load: Load
        var durable: [DurableRuns] = []
        var bare: [Double] = []
        var wire: [Double] = []

        init(_ load: Load) { self.load = load }

        /// - Parameter wireSteps: for each chain of the wire echo; nil leaves that out.
        mutating func measure(
            _ broker: BrokerProcess, _ workers: [BenchAgent], agents: [String], wireSteps: Int? = nil
        ) throws {
            let runs = try DurableRuns.measure(broker: broker, agents: workers, load: load)
            durable.append(runs)
            bare.append(
                try DurableRuns.measure(broker: broker, agents: workers, load: load, isWithoutDatabase: true)
                    .stepsPerSecond)
            guard let wireSteps else { return }
            wire.append(
                try WireEcho.run(
                    port: broker.port, agents: agents, chains: load.runs, steps: wireSteps, command: runs.command))
        }

        var stepsPerSecond: Double { durable.map(\.stepsPerSecond).median }
        var ratio: Double { zip(durable, bare).map { $0.stepsPerSecond / $1 }.median }
        /// From the read of a result to the write of the next command, in milliseconds.
        var turns: [Double] { durable.flatMap(\.report.microseconds).map { $0 / 1000 } }
        var peakMegabytes: Double { durable.map { $0.report.peakKilobytes / 1024 }.median }
        var last: String {
            String(format: "%.0f of %.0f steps/s", durable.last?.stepsPerSecond ?? 0, bare.last ?? 0)
        }
    }

    static func measure(agents: [String], rounds: Int, scale: Int) throws -> [Figure] {
        var alone = Pair(.chains(runs: 1, steps: 600 / scale))
        var many = Pair(.chains(runs: 500 / scale, steps: 20))
        var most = Pair(.chains(runs: 2000 / scale, steps: 10))
        for round in 1...rounds {
            let broker = try BrokerProcess(isQuiet: true)
            let workers = try agents.map { try BenchAgent(id: $0, port: broker.port) }
            defer { for worker in workers { worker.finish() } }
            try alone.measure(broker, workers, agents: agents, wireSteps: alone.load.tasks * 2)
            try many.measure(broker, workers, agents: agents, wireSteps: many.load.tasksPerRun * 2)
            try most.measure(broker, workers, agents: agents)
            say(
                "round \(round) of \(rounds): alone \(alone.last), \(many.load.runs) at once \(many.last), "
                    + "\(most.load.runs) at once \(most.last)")
        }
        let half = try halfOf(most, agents: agents)
        return figures(alone, many, most) + [
            Figure("steps at half the load of \(most.load.runs)", half.stepsPerSecond, "steps/s", better: "higher"),
            Figure(
                "result read to command written, at that, p50",
                half.report.microseconds.map { $0 / 1000 }.quantile(0.5), "ms", better: "lower"),
            Figure(
                "result read to command written, at that, p99",
                half.report.microseconds.map { $0 / 1000 }.quantile(0.99), "ms", atMost: 25),
        ]
    }

    private static func figures(_ alone: Pair, _ many: Pair, _ most: Pair) -> [Figure] {
        let runs = Double(many.load.runs)
        return [
            Figure("wire echo, one at a time", alone.wire.median, "steps/s", better: "higher"),
            Figure("wire echo, \(many.load.runs) at once", many.wire.median, "steps/s", better: "higher"),
            Figure("bare echo, one run alone", alone.bare.median, "steps/s", better: "higher"),
            Figure("durable, one run alone", alone.stepsPerSecond, "steps/s", better: "higher"),
            Figure("durable / bare, one run alone", alone.ratio, "ratio", atLeast: 0.5),
            Figure("bare echo, \(many.load.runs) runs at once", many.bare.median, "steps/s", better: "higher"),
            Figure("durable, \(many.load.runs) runs at once", many.stepsPerSecond, "steps/s", atLeast: 4500),
            Figure("durable / bare, \(many.load.runs) at once", many.ratio, "ratio", atLeast: 0.4),
            Figure("bare echo, \(most.load.runs) runs at once", most.bare.median, "steps/s", better: "higher"),
            Figure("durable, \(most.load.runs) runs at once", most.stepsPerSecond, "steps/s", atLeast: 7000),
            Figure("durable / bare, \(most.load.runs) at once", most.ratio, "ratio", atLeast: 0.55),
            Figure("result read to command written, alone, p50", alone.turns.quantile(0.5), "ms", better: "lower"),
            Figure("result read to command written, alone, p99", alone.turns.quantile(0.99), "ms", better: "lower"),
            Figure("result read to command written, at once, p50", many.turns.quantile(0.5), "ms", better: "lower"),
            Figure("result read to command written, at once, p99", many.turns.quantile(0.99), "ms", better: "lower"),
            Figure("peak memory, \(many.load.runs) at once", many.peakMegabytes, "MB", atMost: 60),
            Figure("peak memory, \(most.load.runs) at once", most.peakMegabytes, "MB", better: "lower"),
            Figure(
                "database bytes per run", many.durable.map { $0.databaseBytes / runs }.median, "bytes",
                better: "lower"),
            Figure(
                "artifact bytes per run", many.durable.map { $0.artifactBytes / runs }.median, "bytes",
                better: "lower"),
            Figure(
                "bytes stored per artifact byte", many.durable.map { $0.databaseBytes / $0.artifactBytes }.median,
                "ratio", atMost: 3),
        ]
    }

    /// The same runs with agents that take so long that half as many steps a second come of it.
    private static func halfOf(_ full: Pair, agents: [String]) throws -> DurableRuns {
        let delay = Double(full.load.runs) / (full.stepsPerSecond / 2)
        let broker = try BrokerProcess(isQuiet: true)
        let workers = try agents.map { try BenchAgent(id: $0, port: broker.port, .answers(after: .seconds(delay))) }
        defer { for worker in workers { worker.finish() } }
        var load = full.load
        load.startSeconds = delay
        return try DurableRuns.measure(broker: broker, agents: workers, load: load)
    }
}

/// A line for whoever waits.
func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
