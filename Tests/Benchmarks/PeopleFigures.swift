import BatonTestKit
import Foundation

/// What it costs when many people look on: the same load with an audience and without one, in turns.
///
/// The audience is a dashboard with twenty browsers that read as fast as they are told to, and five followers as
/// `baton watch` is one, in two processes of their own on the same machine: what they take of its cores is part of what
/// is measured. What the orchestrator itself does for them is its own processor time for a step.
struct PeopleFigures {
    /// One way to run the load.
    private enum Audience: CaseIterable {
        case none, people
        /// The dashboard is stopped, as by SIGSTOP, while the broker sends to it.
        case deaf
    }

    private struct Round {
        let stepsPerSecond: Double
        /// Of the orchestrator, in microseconds a step.
        let processor: Double
        var pages = 0.0
    }

    static func measure(agents: [String], rounds: Int, scale: Int) throws -> [Figure] {
        var full = Load.chains(runs: 500 / scale, steps: 40)
        let atFull = try measure(agents, full, rounds: rounds, delay: nil)
        // What is left to the agents' pace shows whether anybody has to wait, and not who has the processor.
        let rate = (atFull[.none] ?? []).map(\.stepsPerSecond).median / 2
        let delay = Double(full.runs) / rate
        full.startSeconds = delay
        let atHalf = try measure(agents, full, rounds: max(1, rounds / 2), delay: delay)
        func ratio(_ rounds: [Audience: [Round]], _ audience: Audience, _ value: (Round) -> Double) -> Double {
            zip(rounds[audience] ?? [], rounds[.none] ?? []).map { value($0) / value($1) }.median
        }
        let name = "\(full.runs) runs"
        return [
            Figure("durable, \(name), nobody looks on", rate * 2, "steps/s", better: "higher"),
            Figure(
                "pages that the browsers read a second", (atFull[.people] ?? []).map(\.pages).median, "pages/s",
                better: "higher"),
            Figure(
                "steps/s with 20 browsers and 5 watches beside without, at full speed",
                ratio(atFull, .people, \.stepsPerSecond), "ratio", better: "higher"),
            Figure(
                "processor time of the orchestrator for a step, the same",
                ratio(atFull, .people, \.processor), "ratio", atMost: 1.05),
            Figure(
                "steps/s with a dashboard that reads nothing beside without, at full speed",
                ratio(atFull, .deaf, \.stepsPerSecond), "ratio", atLeast: 0.95),
            Figure(
                "steps/s with 20 browsers and 5 watches beside without, at half the load",
                ratio(atHalf, .people, \.stepsPerSecond), "ratio", atLeast: 0.95),
        ]
    }

    private static func measure(
        _ agents: [String], _ load: Load, rounds: Int, delay: Double?
    ) throws -> [Audience: [Round]] {
        var results: [Audience: [Round]] = [:]
        for number in 1...rounds {
            // In turns, and not always in the same order: the machine drifts.
            let order = number % 2 == 0 ? Audience.allCases.reversed() : Audience.allCases
            for audience in order where delay == nil || audience != .deaf {
                let round = try measure(agents, load, audience, delay: delay)
                results[audience, default: []].append(round)
                say(
                    String(
                        format: "round %d of %d, %@: %.0f steps/s, %.0f µs a step, %.0f pages/s", number, rounds,
                        "\(audience)", round.stepsPerSecond, round.processor, round.pages))
            }
        }
        return results
    }

    private static func measure(
        _ agents: [String], _ load: Load, _ audience: Audience, delay: Double?
    ) throws -> Round {
        let broker = try BrokerProcess(isQuiet: true)
        let manner: BenchAgent.Manner = delay.map { .answers(after: .seconds($0)) } ?? .answersAtOnce
        let workers = try agents.map { try BenchAgent(id: $0, port: broker.port, manner) }
        defer { for worker in workers { worker.finish() } }
        let stage = try Stage(broker: broker, load: load)
        defer { stage.clear() }
        try stage.start()
        let watcher = try Watcher(port: broker.port)
        defer { watcher.finish() }
        try watcher.warmUp()
        let people = audience == .none ? nil : try AudienceProcess(broker: broker.port, isDeaf: audience == .deaf)
        defer { people?.clear() }
        let before = stage.processorSeconds
        let seconds = try watcher.runAll(load)
        let processor = (stage.processorSeconds - before) * 1e6 / Double(load.tasks)
        let pages = try people?.finish() ?? 0
        _ = try stage.stop()
        return Round(
            stepsPerSecond: Double(load.tasks) / seconds, processor: processor, pages: Double(pages) / seconds)
    }
}
