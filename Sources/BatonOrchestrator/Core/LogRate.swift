import BatonEngine

/// Lets through so many log lines of a kind in a minute: who sends much nonsense does not fill the log.
struct LogRate {
    private static let windowMilliseconds: Int64 = 60_000
    /// More kinds than this are told apart no longer.
    private static let maxKinds = 1000

    private struct Window {
        var beganAt: Timestamp
        var lines = 0
        var suppressed = 0
    }

    let linesPerMinute: Int
    private var windows: [String: Window] = [:]

    init(linesPerMinute: Int) { self.linesPerMinute = linesPerMinute }

    /// Whether a line may be written; if so, how many of its kind were left out since the last one.
    mutating func admit(_ kind: String, now: Timestamp) -> (isAdmitted: Bool, leftOut: Int) {
        if windows[kind] == nil, windows.count >= Self.maxKinds {
            windows = windows.filter { now - $0.value.beganAt < Self.windowMilliseconds }
        }
        let kind = windows[kind] != nil || windows.count < Self.maxKinds ? kind : ""
        var window = windows[kind] ?? Window(beganAt: now)
        // The clock may have been set back.
        if !(0..<Self.windowMilliseconds).contains(now - window.beganAt) {
            window = Window(beganAt: now, suppressed: window.suppressed)
        }
        defer { windows[kind] = window }
        guard window.lines < linesPerMinute else {
            window.suppressed += 1
            return (false, 0)
        }
        window.lines += 1
        defer { window.suppressed = 0 }
        return (true, window.suppressed)
    }
}
