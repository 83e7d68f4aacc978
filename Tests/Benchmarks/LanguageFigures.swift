import BatonEngine
import BatonMessages
import BatonTestKit
import BatonWorkflow
import Foundation

/// What the language costs: to read it, and to run what is large in it.
enum LanguageFigures {
    static func measure(agents: [String], scale: Int) throws -> [Figure] {
        let broker = try BrokerProcess(isQuiet: true)
        let workers = try agents.map { try BenchAgent(id: $0, port: broker.port) }
        defer { for worker in workers { worker.finish() } }
        let large = 10_000 / scale
        let long = Load.chains(runs: 1, steps: large)
        let longRun = try DurableRuns.measure(broker: broker, agents: workers, load: long)
        let few = Load.items(100, runs: 100 / scale)
        let many = Load.items(large, runs: 1)
        var ratios: [Double] = []
        var wide: [DurableRuns] = []
        for _ in 1...(scale == 1 ? 5 : 1) {
            let narrow = try DurableRuns.measure(broker: broker, agents: workers, load: few)
            wide.append(try DurableRuns.measure(broker: broker, agents: workers, load: many))
            // The cost of an item is the time that it takes.
            ratios.append(narrow.stepsPerSecond / wide.last!.stepsPerSecond)
        }
        return try reading() + [
            Figure(
                "reading a workflow of \(large) steps", try milliseconds(repeating: 5, long.workflow), "ms",
                atMost: 1000),
            Figure(
                "durable, one run of \(large) steps", longRun.stepsPerSecond, "steps/s", better: "higher"),
            Figure(
                "for each of \(large) items", wide.map(\.stepsPerSecond).median, "items/s", better: "higher"),
            Figure(
                "for each of \(large) items, cost of one beside 100 items", ratios.median, "ratio", atMost: 1.2),
            Figure(
                "for each of \(large) items, peak memory",
                wide.map { $0.report.peakKilobytes / 1024 }.median, "MB", atMost: 150),
        ]
    }

    /// Our own workflow of that name, with its templates, and the published one where it lies beside the project.
    private static func reading() throws -> [Figure] {
        let published = ProcessInfo.processInfo.environment["BMAD_CORE"] ?? "../shared/bmad-core"
        var figures: [Figure] = []
        for (name, path) in [
            ("ours", "workflows/greenfield-fullstack.yaml"),
            ("published", "\(published)/workflows/greenfield-fullstack.yaml"),
        ] {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                FileHandle.standardError.write(Data("\(path) is not there: nothing is measured of it\n".utf8))
                continue
            }
            figures.append(
                Figure(
                    "reading greenfield-fullstack, \(name)", try milliseconds(repeating: 200, text), "ms", atMost: 5))
        }
        return figures
    }

    /// How long reading, checking and compiling takes, from the text to the plan.
    private static func milliseconds(repeating count: Int, _ text: String) throws -> Double {
        let source = Array(text.utf8)
        return try (0..<count).map { _ in
            let began = ContinuousClock.now
            let result = WorkflowCompiler.compile(source: source, file: "bench.yaml") {
                ContentHash.of($0).description
            }
            guard result.plan != nil else { throw BenchFailure("the workflow has errors: \(result.diagnostics)") }
            return (ContinuousClock.now - began) / .milliseconds(1)
        }.median
    }
}
