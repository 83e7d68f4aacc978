import BatonEngine

/// What became of the attempt before this one, for whoever makes the next: what was wrong with its result, or why it
/// failed.
public struct LastAttempt: WireMessage, Equatable {
    /// Its number.
    public var attempt: Int
    /// `rejected`, `failed` or `timed_out`.
    public var outcome: AttemptOutcome
    /// One a line of what was said, at most ``WireLimits/reasonsPerAttempt``.
    public var reasons: [String]

    public init(attempt: Int, outcome: AttemptOutcome, reasons: [String]) {
        self.attempt = attempt
        self.outcome = outcome
        self.reasons = reasons
    }

    public init(reading fields: Fields) {
        attempt = fields.integer("attempt", in: 1...Int.max)
        outcome = fields.word("outcome", else: .failed)
        reasons = fields.optionalStrings("reasons")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("attempt", attempt)
        writer.field("outcome", outcome)
        writer.field(nonEmpty: "reasons", reasons)
    }
}
