import BatonTestKit
import Foundation

/// What it costs to keep every step on disk, beside the same without a database.
enum DurableFigures {
    static func measure(agents: [String], rounds: Int, scale: Int) async throws -> [Figure] {
        let (alone, many, chain) = (600 / scale, 500 / scale, 20)
        var wireAlone: [Double] = []
        var wireMany: [Double] = []
        var echoAlone: [Double] = []
        var echoMany: [Double] = []
        var ratioAlone: [Double] = []
        var ratioMany: [Double] = []
        var durableAlone: [DurableRuns] = []
        var durableMany: [DurableRuns] = []
        for round in 1...rounds {
            let broker = try BrokerProcess(settings: ["log_type error"])
            let workers = try agents.map { try BenchAgent(id: $0, port: broker.port) }
            defer { for worker in workers { worker.finish() } }
            let one = try await DurableRuns.measure(
                broker: broker, agents: agents, load: .chains(runs: 1, steps: alone))
            let all = try await DurableRuns.measure(
                broker: broker, agents: agents, load: .chains(runs: many, steps: chain))
            let bareOne = try await DurableRuns.measure(
                broker: broker, agents: agents, load: .chains(runs: 1, steps: alone), isWithoutDatabase: true
            ).stepsPerSecond
            let bareAll = try await DurableRuns.measure(
                broker: broker, agents: agents, load: .chains(runs: many, steps: chain), isWithoutDatabase: true
            ).stepsPerSecond
            wireAlone.append(
                try WireEcho.run(port: broker.port, agents: agents, chains: 1, steps: alone * 2, command: one.command))
            wireMany.append(
                try WireEcho.run(
                    port: broker.port, agents: agents, chains: many, steps: chain * 2, command: all.command))
            durableAlone.append(one)
            durableMany.append(all)
            echoAlone.append(bareOne)
            echoMany.append(bareAll)
            ratioAlone.append(one.stepsPerSecond / bareOne)
            ratioMany.append(all.stepsPerSecond / bareAll)
            FileHandle.standardError.write(
                Data(
                    String(
                        format: "round %d of %d: alone %.0f of %.0f steps/s, at once %.0f of %.0f\n", round, rounds,
                        one.stepsPerSecond, bareOne, all.stepsPerSecond, bareAll
                    ).utf8))
        }
        let turns = durableAlone.flatMap(\.report.microseconds).map { $0 / 1000 }
        let busyTurns = durableMany.flatMap(\.report.microseconds).map { $0 / 1000 }
        return [
            Figure(
                name: "wire echo, one at a time", value: wireAlone.median, unit: "steps/s", better: "higher", floor: nil
            ),
            Figure(
                name: "wire echo, \(many) at once", value: wireMany.median, unit: "steps/s", better: "higher",
                floor: nil),
            Figure(
                name: "bare echo, one run alone", value: echoAlone.median, unit: "steps/s", better: "higher", floor: nil
            ),
            Figure(
                name: "durable, one run alone", value: durableAlone.map(\.stepsPerSecond).median, unit: "steps/s",
                better: "higher", floor: nil),
            Figure(
                name: "durable / bare, one run alone", value: ratioAlone.median, unit: "ratio", better: "higher",
                floor: 0.42),
            Figure(
                name: "bare echo, \(many) runs at once", value: echoMany.median, unit: "steps/s", better: "higher",
                floor: nil),
            Figure(
                name: "durable, \(many) runs at once", value: durableMany.map(\.stepsPerSecond).median, unit: "steps/s",
                better: "higher", floor: 4500),
            Figure(
                name: "durable / bare, at once", value: ratioMany.median, unit: "ratio", better: "higher", floor: 0.4),
            Figure(
                name: "result read to command written, alone, p50", value: turns.quantile(0.5), unit: "ms",
                better: "lower", floor: nil),
            Figure(
                name: "result read to command written, alone, p99", value: turns.quantile(0.99), unit: "ms",
                better: "lower", floor: nil),
            Figure(
                name: "result read to command written, at once, p50", value: busyTurns.quantile(0.5), unit: "ms",
                better: "lower", floor: nil),
            Figure(
                name: "result read to command written, at once, p99", value: busyTurns.quantile(0.99), unit: "ms",
                better: "lower", floor: nil),
            Figure(
                name: "peak memory, at once", value: durableMany.map { $0.report.peakKilobytes / 1024 }.median,
                unit: "MB", better: "lower", floor: 60),
            Figure(
                name: "database bytes per run, at once",
                value: durableMany.map { $0.databaseBytes / Double(many) }.median, unit: "bytes", better: "lower",
                floor: nil),
            Figure(
                name: "artifact bytes per run, at once",
                value: durableMany.map { $0.artifactBytes / Double(many) }.median, unit: "bytes", better: "lower",
                floor: nil),
            Figure(
                name: "bytes stored per artifact byte",
                value: durableMany.map { $0.databaseBytes / $0.artifactBytes }.median, unit: "ratio", better: "lower",
                floor: 3),
        ]
    }
}
