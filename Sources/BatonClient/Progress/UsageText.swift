import BatonMessages

/// What a run has used, and may use, in words.
public enum UsageText {
    /// `used: 1520 of 5000 tokens, 0.25 of 2 cost, 81 s of work`; nil when there is nothing to say.
    public static func line(_ run: RunSnapshot) -> String? {
        let limits = run.budget?.run ?? RunBudget.Limits()
        var parts: [String] = []
        if run.usage.tokens > 0 || limits.tokens != nil {
            parts.append("\(run.usage.tokens)\(of(limits.tokens.map { "\($0)" })) tokens")
        }
        if run.usage.costMillionths > 0 || limits.costMillionths != nil {
            let most = limits.costMillionths.map { number($0, per: 1_000_000) }
            parts.append("\(number(run.usage.costMillionths, per: 1_000_000))\(of(most)) cost")
        }
        if run.usage.milliseconds > 0 { parts.append("\(number(run.usage.milliseconds, per: 1000)) s of work") }
        if let most = limits.wallMilliseconds {
            parts.append("\(number(run.wallMilliseconds, per: 1000))\(of(number(most, per: 1000))) s of time")
        }
        return parts.isEmpty ? nil : "used: " + parts.joined(separator: ", ")
    }

    private static func of(_ most: String?) -> String { most.map { " of \($0)" } ?? "" }

    private static func number(_ amount: Int64, per unit: Int64) -> String {
        amount % unit == 0 ? "\(amount / unit)" : "\(Double(amount) / Double(unit))"
    }
}
