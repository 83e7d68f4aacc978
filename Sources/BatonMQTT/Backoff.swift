/// Capped exponential delays with jitter, so that a thousand clients do not come back in the same instant.
public struct Backoff: Sendable {
    public let initial: Duration
    public let limit: Duration
    public private(set) var failures = 0

    public init(initial: Duration = .milliseconds(100), limit: Duration = .seconds(10)) {
        self.initial = initial
        self.limit = limit
    }

    /// The time to wait after one more failure: between half and the whole of `initial × 2ⁿ`, at most ``limit``.
    ///
    /// - Parameter random: from 0 up to 1.
    public mutating func next(random: Double = .random(in: 0..<1)) -> Duration {
        let doublings = min(failures, 30)
        failures += 1
        let whole = min(initial * (1 << doublings), limit)
        return whole / 2 + (whole / 2) * random
    }

    /// A connection lasted `lifetime`. Only one that outlived the longest delay starts the count anew: two clients that
    /// take each other's name would otherwise drive each other out without pause.
    public mutating func connectionEnded(after lifetime: Duration) {
        if lifetime > limit { failures = 0 }
    }
}
