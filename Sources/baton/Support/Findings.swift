import BatonClient

/// What a look at something has found, written as it is found: two columns, `!` before what is to be looked at.
struct Findings {
    private(set) var count = 0

    func say(_ text: String) { Terminal.output("  \(TerminalText.line(text))") }

    /// - Parameter advice: what to do, a line each.
    mutating func warn(_ text: String, _ advice: String...) {
        count += 1
        Terminal.output("! \(TerminalText.line(text))")
        for line in advice { Terminal.output("    \(TerminalText.line(line))") }
    }

    /// Why a run does not move; nothing when it does.
    mutating func tell(_ standstill: Standstill, of workflow: String) {
        guard !standstill.causes.isEmpty else { return }
        warn("run \(standstill.run) of \(workflow) is held up:")
        for line in standstill.lines(now: .now, width: Terminal.width - 4, style: Terminal.style) {
            Terminal.output("    \(line)")
        }
    }
}
