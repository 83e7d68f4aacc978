/// When to send an unacknowledged result again: after 30 s, then twice as long each time, at most every 10 min.
package struct ResendSchedule: Equatable {
    static let firstMilliseconds: Int64 = 30_000
    static let limitMilliseconds: Int64 = 600_000

    /// When it is due, on the machine's clock.
    private(set) var dueAt: Int64
    private var interval = Self.firstMilliseconds

    /// For a result that is sent at `now`.
    init(sentAt now: Int64) { dueAt = now + Self.firstMilliseconds }

    /// It was due and is sent again at `now`.
    mutating func repeated(at now: Int64) {
        interval = min(interval * 2, Self.limitMilliseconds)
        dueAt = now + interval
    }
}
