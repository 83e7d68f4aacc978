import BatonTestKit
import Foundation

/// `make bench`: the figures that the project promises, each paired with a bare echo through the same broker in the
/// same run, since the absolute speed of a machine drifts.
@main struct Benchmarks {
    private static let agents = (1...4).map { "bench-\($0)" }
    private static let parts = ["durable", "lasting", "language", "documents", "people"]
    private static let usage = """
        usage: Benchmarks [\(parts.joined(separator: "|"))]... [--quick]
               Benchmarks profile RUNS STEPS [SECONDS]

        Without a part, all of them. --quick: one round, a quarter of the load, and exit code 0 also beyond a bound.
        """

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "orchestrator" {
            return try await OrchestratorProcess.main(Array(arguments.dropFirst()))
        }
        if arguments.first == "dashboard" { return try await AudienceProcess.dashboard(Array(arguments.dropFirst())) }
        if arguments.first == "people", arguments.count == 3 {
            return try await AudienceProcess.people(Array(arguments.dropFirst()))
        }
        // `Benchmarks profile RUNS STEPS [SECONDS]`: the durable part alone, for a profiler to look at; with agents
        // that take so long for a task, on average.
        if arguments.first == "profile" {
            let numbers = arguments.dropFirst().compactMap { Double($0) }
            return try profile(
                runs: Int(numbers[0]), steps: Int(numbers[1]), seconds: numbers.count > 2 ? numbers[2] : nil)
        }
        guard arguments.allSatisfy({ $0 == "--quick" || parts.contains($0) }) else {
            print(usage)
            exit(arguments.contains("--help") ? 0 : 2)
        }
        let isQuick = arguments.contains("--quick")
        let scale = isQuick ? 4 : 1
        var figures: [Figure] = []
        let chosen = parts.filter(arguments.contains)
        for part in chosen.isEmpty ? parts : chosen {
            switch part {
            case "durable": figures += try DurableFigures.measure(agents: agents, rounds: isQuick ? 1 : 5, scale: scale)
            case "lasting": figures += try LastingFigures.measure(agents: agents, scale: scale)
            case "people":
                figures += try PeopleFigures.measure(agents: agents, rounds: isQuick ? 1 : 5, scale: scale)
            case "documents": figures += try await DocumentFigures.measure(agents: agents, scale: scale)
            default: figures += try LanguageFigures.measure(agents: agents, scale: scale)
            }
        }
        print(Figure.table(figures))
        try Figure.write(figures, to: ".build/bench.json")
        if !isQuick && !figures.allSatisfy(\.holds) { exit(1) }
    }

    private static func profile(runs: Int, steps: Int, seconds: Double?) throws {
        let broker = try BrokerProcess(isQuiet: true)
        let manner: BenchAgent.Manner = seconds.map { .answers(after: .seconds($0)) } ?? .answersAtOnce
        let workers = try agents.map { try BenchAgent(id: $0, port: broker.port, manner) }
        defer { for worker in workers { worker.finish() } }
        var load = Load.chains(runs: runs, steps: steps)
        load.startSeconds = seconds
        let result = try DurableRuns.measure(broker: broker, agents: workers, load: load)
        let turns = result.report.microseconds
        print(
            String(
                format:
                    "%.0f steps/s, a turn takes %.0f µs (p50), %.0f µs (p99), CPU of the orchestrator %.2f s + %.2f s",
                result.stepsPerSecond, turns.median, turns.quantile(0.99), result.report.userSeconds,
                result.report.systemSeconds))
    }
}
