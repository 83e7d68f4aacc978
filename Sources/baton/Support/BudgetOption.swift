import ArgumentParser
import BatonClient
import OrderedCollections

/// Limits on what a run, or a step of it, may use.
struct BudgetOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How much the run, or a step of it, may use: tokens=200000,cost=5,wall_time=2h,draft.tokens=9000. "
                + "May come several times.", valueName: "limits"))
    var budget: [String] = []

    func validate() throws { _ = try limits() }

    /// Nil when there are none.
    func limits() throws -> RunBudget? {
        var members: OrderedDictionary<String, JSON> = [:]
        var steps: OrderedDictionary<String, JSON> = [:]
        for word in budget.flatMap({ $0.split(separator: ",") }) {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw ValidationError("--budget has name=number, separated by commas: tokens=200000,wall_time=2h.")
            }
            let name = parts[0].trimmingPrefix(while: \.isWhitespace)
            let dot = name.lastIndex(of: ".")
            let limit = String(dot.map { name[name.index(after: $0)...] } ?? name[...])
            guard RunBudget.Limit(rawValue: limit) != nil else {
                throw ValidationError(
                    "--budget knows tokens, cost and wall_time, of the run or of a step: step.tokens.")
            }
            guard let value = Self.number(parts[1], isTime: limit == RunBudget.Limit.wallTime.rawValue) else {
                throw ValidationError(
                    "--budget: “\(parts[1])” is no number\(limit == "wall_time" ? " of seconds" : "").")
            }
            guard let dot else {
                members[limit] = value
                continue
            }
            var own = steps[String(name[..<dot])]?.object ?? [:]
            own[limit] = value
            steps[String(name[..<dot])] = .object(own)
        }
        if !steps.isEmpty { members["steps"] = .object(steps) }
        if members.isEmpty { return nil }
        let (limits, faults) = RunBudget.read(.object(members), path: "--budget")
        guard faults.isEmpty else { throw ValidationError(faults.joined(separator: "; ") + ".") }
        return limits
    }

    /// A number; of seconds also with a unit: `90s`, `15m`, `2h`, `1d`.
    private static func number(_ text: String, isTime: Bool) -> JSON? {
        if let whole = Int64(text) { return .int(whole) }
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        if isTime, let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()) {
            return .double(number * unit)
        }
        return Double(text).map { .double($0) }
    }
}
