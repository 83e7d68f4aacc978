import BatonTestKit
import Foundation

/// What the command line asks for.
struct Command {
    static let usage = """
        usage: Simulate [--seed N] [--runs N] [--minutes N] [--trace]
                        [--max-runs N] [--max-agents N] [--faulty-ms N] [--faults kind,kind…|none] [--acknowledge-early]
        """

    struct BadArgument: Error, CustomStringConvertible { let description: String }

    private var options = SimulationOptions(seed: 1)
    private var count = 1000
    private var minutes = Double.infinity

    init(_ arguments: [String]) throws {
        options.seed = UInt64.random(in: 1...1_000_000_000)
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--trace": options.isTraced = true
            case "--acknowledge-early": options.acknowledgesEarly = true
            default:
                guard let value = rest.popFirst() else { throw BadArgument(description: "\(name) needs a value") }
                try take(name, value)
            }
        }
    }

    private mutating func take(_ name: String, _ value: String) throws {
        func number<Number: LosslessStringConvertible>(_ type: Number.Type = Number.self) throws -> Number {
            guard let number = Number(value) else { throw BadArgument(description: "\(name) must be a number") }
            return number
        }
        switch name {
        case "--seed": options.seed = try number()
        case "--runs": count = try number()
        case "--minutes": minutes = try number()
        case "--max-runs": options.maxRuns = try number()
        case "--max-agents": options.maxAgents = try number()
        case "--faulty-ms": options.faultyMilliseconds = try number()
        case "--faults":
            options.faults = try Set(
                value == "none"
                    ? []
                    : value.split(separator: ",").map { word in
                        guard let fault = SimulatedFault(rawValue: String(word)) else {
                            throw BadArgument(
                                description: "no fault is called \(word): "
                                    + SimulatedFault.allCases.map(\.rawValue).joined(separator: ", "))
                        }
                        return fault
                    })
        default: throw BadArgument(description: "\(name) means nothing")
        }
    }

    /// Lives the histories one after the other; gives the exit code.
    func run() -> Int32 {
        let began = ContinuousClock.now
        var (runs, commits, crashes, histories) = (0, 0, 0, 0)
        for number in 0..<UInt64(count) {
            if (ContinuousClock.now - began) / .seconds(60) > minutes { break }
            var options = options
            options.seed = self.options.seed &+ number
            let outcome = Simulation.run(options)
            histories += 1
            runs += outcome.runs
            commits += outcome.commits
            crashes += outcome.crashes
            if outcome.violation != nil { return explain(outcome) }
            if options.isTraced { outcome.trace.forEach { print($0) } }
            if histories % 10_000 == 0 { say("\(histories) histories, seeds up to \(options.seed)") }
        }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        print(
            "\(histories) histories from seed \(options.seed): \(runs) runs, \(commits) commits, \(crashes) crashes; "
                + String(format: "no promise broken, %.1f s", seconds))
        return 0
    }

    private func explain(_ outcome: Simulation.Outcome) -> Int32 {
        say("seed \(outcome.options.seed): \(outcome.violation ?? "")")
        say("making it smaller…")
        let small = Shrinking.smallest(outcome)
        small.trace.forEach { print($0) }
        print("\n\(small.violation ?? "")")
        print("found with: --seed \(outcome.options.seed)")
        print("the smallest that was found: --runs 1 --trace \(small.options.arguments)")
        return 1
    }

    private func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}
