import OrderedCollections

/// How much a run, and single steps of it, may use.
public struct RunBudget: Sendable, Equatable {
    public enum Limit: String, Sendable, CaseIterable {
        case tokens, cost
        case wallTime = "wall_time"
    }

    public struct Limits: Sendable, Equatable {
        public var tokens: Int64?
        public var costMillionths: Int64?
        /// Of a run: while it goes on. Of a step: what its attempts took, from when they were sent.
        public var wallMilliseconds: Int64?

        public init(tokens: Int64? = nil, costMillionths: Int64? = nil, wallMilliseconds: Int64? = nil) {
            self.tokens = tokens
            self.costMillionths = costMillionths
            self.wallMilliseconds = wallMilliseconds
        }

        public var isEmpty: Bool { self == Limits() }

        /// Sets what the other says.
        mutating func take(_ other: Limits) {
            tokens = other.tokens ?? tokens
            costMillionths = other.costMillionths ?? costMillionths
            wallMilliseconds = other.wallMilliseconds ?? wallMilliseconds
        }

        /// The first limit that is reached, with it and what was used, in its own unit.
        func reached(_ usage: Usage, wallMilliseconds wall: Int64) -> (limit: Limit, of: Int64, used: Int64)? {
            if let tokens, usage.tokens >= tokens { return (.tokens, tokens, usage.tokens) }
            if let costMillionths, usage.costMillionths >= costMillionths {
                return (.cost, costMillionths, usage.costMillionths)
            }
            if let wallMilliseconds, wall >= wallMilliseconds { return (.wallTime, wallMilliseconds, wall) }
            return nil
        }
    }

    public var run = Limits()
    /// By the steps' ids.
    public var steps: OrderedDictionary<String, Limits> = [:]

    public init(run: Limits = Limits(), steps: OrderedDictionary<String, Limits> = [:]) {
        self.run = run
        self.steps = steps
    }

    public var isEmpty: Bool { run.isEmpty && steps.values.allSatisfy(\.isEmpty) }

    /// The limits of the step of that id.
    public func limits(of step: String) -> Limits? {
        if steps.isEmpty { return nil }
        let key = ArtifactName.key(of: step)
        return steps.first { ArtifactName.key(of: $0.key) == key }?.value
    }

    /// Sets the limits that the other says, and leaves the rest.
    public mutating func take(_ other: RunBudget) {
        run.take(other.run)
        for (step, limits) in other.steps {
            let key = ArtifactName.key(of: step)
            let name = steps.keys.first { ArtifactName.key(of: $0) == key } ?? step
            steps[name, default: Limits()].take(limits)
        }
    }
}

extension RunBudget {
    /// How many steps may have limits of their own.
    public static let maxSteps = 1000

    /// Reads `{tokens?, cost?, wall_time?, steps?: {id: {…}}}`; `wall_time` is in seconds. The faults name the fields,
    /// below `path`.
    public static func read(_ json: JSON?, path: String) -> (budget: RunBudget, faults: [String]) {
        var budget = RunBudget()
        var faults: [String] = []
        guard let json, !json.isNull else { return (budget, []) }
        guard case .object = json else { return (budget, ["\(path) must be an object, not \(json.kind)"]) }
        budget.run = Limits(json, path, &faults)
        guard let steps = json["steps"], !steps.isNull else { return (budget, faults) }
        guard let members = steps.object else {
            return (budget, faults + ["\(path).steps must be an object, not \(steps.kind)"])
        }
        if members.count > maxSteps { faults.append("\(path).steps has more than \(maxSteps) members") }
        for (name, limits) in members.prefix(maxSteps) {
            if limits.isNull { continue }
            let place = "\(path).steps.\(name.prefix(80))"
            guard case .object = limits else {
                faults.append("\(place) must be an object, not \(limits.kind)")
                continue
            }
            budget.steps[name] = Limits(limits, place, &faults)
        }
        return (budget, faults)
    }

    public var json: JSON {
        var members = run.members
        if !steps.isEmpty { members["steps"] = .object(steps.mapValues { .object($0.members) }) }
        return .object(members)
    }
}

extension RunBudget.Limits {
    fileprivate init(_ json: JSON, _ path: String, _ faults: inout [String]) {
        func amount(_ name: String, times factor: Double) -> Int64? {
            guard let value = json[name], !value.isNull else { return nil }
            guard let number = value.double, number > 0, number <= Usage.maxAmount else {
                faults.append("\(path).\(name) must be a number above 0, and at most \(Int(Usage.maxAmount))")
                return nil
            }
            return max(1, Int64((number * factor).rounded()))
        }
        tokens = nil
        if let value = json["tokens"], !value.isNull {
            if let number = value.int, (1...Usage.maxCount).contains(number) {
                tokens = number
            } else {
                faults.append("\(path).tokens must be an integer from 1 to \(Usage.maxCount)")
            }
        }
        costMillionths = amount("cost", times: 1_000_000)
        wallMilliseconds = amount("wall_time", times: 1000)
    }

    fileprivate var members: OrderedDictionary<String, JSON> {
        var members: OrderedDictionary<String, JSON> = [:]
        if let tokens { members["tokens"] = .int(tokens) }
        if let costMillionths { members["cost"] = .double(Double(costMillionths) / 1_000_000) }
        if let wallMilliseconds { members["wall_time"] = .double(Double(wallMilliseconds) / 1000) }
        return members
    }
}
