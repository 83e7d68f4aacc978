import BatonClient

/// What a look at something has found, written as it is found: lines, with `!` before what is to be looked at, or JSON.
struct Findings {
    /// An object per line: `{finding, text, advice?}`.
    let json: Bool
    private(set) var count = 0

    init(json: Bool) { self.json = json }

    func say(_ text: String) { write(false, text, []) }

    /// - Parameter advice: what to do, a line each.
    mutating func warn(_ text: String, _ advice: String...) {
        count += 1
        write(true, text, advice)
    }

    /// Why a run does not move; nothing when it does.
    mutating func tell(_ standstill: Standstill, of workflow: String) {
        guard !standstill.causes.isEmpty else { return }
        count += 1
        let lines =
            json
            ? standstill.lines(now: .now)
            : standstill.lines(now: .now, width: Terminal.width - 4, style: Terminal.style)
        write(true, "run \(standstill.run) of \(TerminalText.line(workflow)) is held up:", lines)
    }

    /// - Parameter advice: clean lines; those of a standstill may have colours.
    private func write(_ isFinding: Bool, _ text: String, _ advice: [String]) {
        guard !json else {
            var line: JSON = ["finding": .bool(isFinding), "text": .string(text)]
            if !advice.isEmpty {
                line = [
                    "finding": .bool(isFinding), "text": .string(text), "advice": .array(advice.map { .string($0) }),
                ]
            }
            return Terminal.output(line.text)
        }
        Terminal.output((isFinding ? "! " : "  ") + TerminalText.line(text))
        for line in advice { Terminal.output("    \(line)") }
    }
}
