import BatonMessages

/// Colours for a terminal, or none (ECMA-48, section 8.3.117).
public struct TerminalStyle: Sendable, Equatable {
    public let usesColor: Bool

    public init(usesColor: Bool) { self.usesColor = usesColor }

    public static let plain = TerminalStyle(usesColor: false)

    func bold(_ text: String) -> String { paint(text, 1) }
    func dim(_ text: String) -> String { paint(text, 2) }
    func red(_ text: String) -> String { paint(text, 31) }
    func green(_ text: String) -> String { paint(text, 32) }
    func yellow(_ text: String) -> String { paint(text, 33) }
    func cyan(_ text: String) -> String { paint(text, 36) }

    private func paint(_ text: String, _ code: Int) -> String {
        usesColor && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension StepStatus {
    var symbol: String {
        switch self {
        case .pending: "·"
        case .waiting: "○"
        case .running: "▸"
        case .completed, .provided: "✔"
        case .skipped: "–"
        case .attention: "!"
        case .failed, .cancelled: "✘"
        }
    }

    func paint(_ text: String, _ style: TerminalStyle) -> String {
        switch self {
        case .pending, .skipped: style.dim(text)
        case .waiting, .attention: style.yellow(text)
        case .running: style.cyan(text)
        case .completed, .provided: style.green(text)
        case .failed, .cancelled: style.red(text)
        }
    }
}

extension RunStatus {
    func paint(_ text: String, _ style: TerminalStyle) -> String {
        switch self {
        case .running: style.cyan(text)
        case .paused, .attention: style.yellow(text)
        case .completed: style.green(text)
        case .failed, .cancelled: style.red(text)
        }
    }
}

/// Times as people read them.
public enum ElapsedTime {
    /// `0:07`, `12:05`, `1:02:03`; a negative time, from clocks that differ, is `0:00`.
    public static func text(milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds) / 1000
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        return hours > 0 ? "\(hours):\(padded(minutes)):\(padded(rest))" : "\(minutes):\(padded(rest))"
    }

    static func text(from start: Timestamp, to end: Timestamp) -> String {
        text(milliseconds: end.milliseconds - start.milliseconds)
    }

    private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
