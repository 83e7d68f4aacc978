import BatonMessages

/// What the answers to a task took.
struct TokenCount: Sendable, Equatable {
    var input: Int64 = 0
    var output: Int64 = 0
    /// Whether the endpoint counted at all.
    var isKnown = false

    mutating func add(_ input: Int64?, _ output: Int64?) {
        guard input != nil || output != nil else { return }
        isKnown = true
        self.input = Swift.min(self.input &+ (input ?? 0), 1 << 50)
        self.output = Swift.min(self.output &+ (output ?? 0), 1 << 50)
    }

    /// The result's `usage`.
    func usage(_ configuration: ModelConfiguration, seconds: Double) -> JSON {
        var usage: JSON = [
            "model": .string(configuration.model), "seconds": .double((seconds * 1000).rounded() / 1000),
        ]
        guard case .object(var members) = usage, isKnown else { return usage }
        members["input_tokens"] = .int(input)
        members["output_tokens"] = .int(output)
        members["tokens"] = .int(input + output)
        if let prices = configuration.prices {
            let cost = Double(input) * prices.perMillionInput + Double(output) * prices.perMillionOutput
            members["cost"] = .double(cost.rounded() / 1_000_000)
        }
        usage = .object(members)
        return usage
    }
}
