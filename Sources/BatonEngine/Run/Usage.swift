import OrderedCollections

/// What work took, as agents report it with their results. Whole numbers, so that sums do not depend on their order.
public struct Usage: Sendable, Equatable {
    public var inputTokens: Int64 = 0
    public var outputTokens: Int64 = 0
    /// All tokens; what an agent does not say is the sum of the two others.
    public var tokens: Int64 = 0
    /// In millionths of whatever currency agents report in.
    public var costMillionths: Int64 = 0
    /// How long agents worked.
    public var milliseconds: Int64 = 0

    public init() {}

    /// The most of anything that counts.
    public static let maxCount: Int64 = 1_000_000_000_000_000
    /// The most cost, or seconds, that one report may say.
    public static let maxAmount = 1e9

    public var isZero: Bool { self == Usage() }

    public static func += (left: inout Usage, right: Usage) {
        left.inputTokens = sum(left.inputTokens, right.inputTokens)
        left.outputTokens = sum(left.outputTokens, right.outputTokens)
        left.tokens = sum(left.tokens, right.tokens)
        left.costMillionths = sum(left.costMillionths, right.costMillionths)
        left.milliseconds = sum(left.milliseconds, right.milliseconds)
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 { min(left &+ right, maxCount) }
}

extension Usage {
    /// Reads `{input_tokens?, output_tokens?, tokens?, cost?, seconds?}`; what is no such number counts as nothing.
    public init(_ json: JSON?) {
        self.init()
        func count(_ name: String) -> Int64? {
            guard let value = json?[name]?.int, (0...Self.maxCount).contains(value) else { return nil }
            return value
        }
        func amount(_ name: String, times factor: Double) -> Int64 {
            guard let value = json?[name]?.double, (0...Self.maxAmount).contains(value) else { return 0 }
            return Int64((value * factor).rounded())
        }
        inputTokens = count("input_tokens") ?? 0
        outputTokens = count("output_tokens") ?? 0
        tokens = count("tokens") ?? min(inputTokens + outputTokens, Self.maxCount)
        costMillionths = amount("cost", times: 1_000_000)
        milliseconds = amount("seconds", times: 1000)
    }

    /// The same members, all of them; the numbers of ``init(_:)``.
    public var json: JSON {
        [
            "input_tokens": .int(inputTokens), "output_tokens": .int(outputTokens), "tokens": .int(tokens),
            "cost": .double(Double(costMillionths) / 1_000_000), "seconds": .double(Double(milliseconds) / 1000),
        ]
    }
}
