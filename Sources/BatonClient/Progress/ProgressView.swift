import BatonMessages

/// Draws a run for a terminal: a function from a snapshot to lines.
///
/// ```text
/// Greenfield Full-Stack  0197a1b2-…
/// ████████████░░░░░░░░░░░░░░░░░░  40 %  4 of 10 steps  0:42  running
///
/// ✔ discovery  0:12
///   ✔ analyst-brief     analyst  project-brief.md
/// ▸ plan
///   ▸ pm-prd            pm       pm-1, 0:04
/// · design
/// ```
public struct ProgressView: Sendable {
    /// Columns; no line is wider.
    public var width: Int
    /// Lines; what does not fit is summed up, finished phases first. nil: as many as there are.
    public var height: Int?
    public var style: TerminalStyle

    public init(width: Int, height: Int? = nil, style: TerminalStyle = .plain) {
        self.width = max(20, width)
        self.height = height
        self.style = style
    }

    /// - Parameter note: a line below everything: that the broker is gone, for one.
    public func lines(_ run: RunSnapshot, now: Timestamp, note: String? = nil) -> [String] {
        let head = header(run, now: now) + [""]
        let foot = footer(run, note: note)
        let groups = self.groups(run)
        guard let height else { return head + groups.flatMap { phase($0, run, .whole, now: now) } + foot }
        let room = max(1, height - head.count - foot.count)
        var body: [String] = []
        for detail in Detail.allCases {
            body = groups.flatMap { phase($0, run, detail, now: now) }
            if body.count <= room { break }
        }
        return Array((head + body.prefix(room) + foot).prefix(max(1, height)))
    }

    // MARK: Head and foot

    private func header(_ run: RunSnapshot, now: Timestamp) -> [String] {
        let id = run.run.description
        let title = TerminalText.fit(TerminalText.line(run.title), max(1, width - id.count - 2))
        let isNarrow = width < id.count + 12
        let first =
            isNarrow
            ? style.bold(TerminalText.fit(TerminalText.line(run.title), width))
            : "\(style.bold(title))  \(style.dim(id))"
        return [first, bar(run, now: now)]
    }

    private func bar(_ run: RunSnapshot, now: Timestamp) -> String {
        let percent = min(100, max(0, run.percent))
        let total = run.counts.values.reduce(0, +)
        let done = [StepStatus.completed, .provided, .skipped].reduce(0) { $0 + (run.counts[$1] ?? 0) }
        let elapsed = ElapsedTime.text(from: run.startedAt, to: run.endedAt ?? now)
        let number = "\(percent)".leftPadded(3) + " %"
        let tail = "\(done) of \(total) steps  \(elapsed)  "
        let columns = min(40, width - number.count - tail.count - run.status.rawValue.count - 4)
        guard columns >= 5 else {
            return TerminalText.fit("\(number)  \(elapsed)  \(run.status.rawValue)", width)
        }
        let filled = columns * percent / 100
        let bar =
            style.green(String(repeating: "█", count: filled))
            + style.dim(String(repeating: "░", count: columns - filled))
        return "\(bar)  \(number)  \(tail)\(run.status.paint(run.status.rawValue, style))"
    }

    private func footer(_ run: RunSnapshot, note: String?) -> [String] {
        var lines: [String] = []
        if let reason = run.reason, !reason.isEmpty {
            let text = TerminalText.fit("\(run.status.rawValue): \(TerminalText.line(reason))", width)
            lines.append(run.status.paint(text, style))
        }
        if !run.waitingFor.isEmpty, !run.status.isFinal {
            let roles = run.waitingFor.map { "\(TerminalText.line($0.role)) (\($0.tasks))" }
            lines.append(
                style.yellow(TerminalText.fit("waiting for an agent: \(roles.joined(separator: ", "))", width)))
        }
        if let note { lines.append(style.yellow(TerminalText.fit(TerminalText.line(note), width))) }
        return lines.isEmpty ? [] : [""] + lines
    }

    // MARK: Phases and steps

    private enum Detail: CaseIterable {
        case whole
        /// Phases that are finished or have not begun are one line.
        case currentPhases
        /// Only steps that are under way or need a person.
        case openSteps
        /// One line for each phase.
        case summed
    }

    private struct Group {
        let phase: Phase
        let reachedAt: Timestamp?
        let steps: [StepEntry]

        var isFinished: Bool { reachedAt != nil }
        var hasBegun: Bool { steps.contains { $0.state != .pending } }
        /// What stands for the phase as a whole.
        var state: StepStatus {
            if isFinished { return .completed }
            for state in [StepStatus.failed, .attention, .running, .waiting, .cancelled] {
                if steps.contains(where: { $0.state == state }) { return state }
            }
            return hasBegun ? .running : .pending
        }
    }

    private func groups(_ run: RunSnapshot) -> [Group] {
        var groups = run.milestones.map { milestone in
            Group(
                phase: milestone.phase, reachedAt: milestone.reachedAt,
                steps: run.steps.filter { $0.phase == milestone.phase })
        }
        // A snapshot that lists no milestones still has steps.
        for phase in Phase.allCases where !groups.contains(where: { $0.phase == phase }) {
            let steps = run.steps.filter { $0.phase == phase }
            if !steps.isEmpty { groups.append(Group(phase: phase, reachedAt: nil, steps: steps)) }
        }
        return groups.sorted { $0.phase < $1.phase }
    }

    private func phase(_ group: Group, _ run: RunSnapshot, _ detail: Detail, now: Timestamp) -> [String] {
        let state = group.state
        var head = "\(state.symbol) \(group.phase.rawValue)"
        if let reachedAt = group.reachedAt { head += "  \(ElapsedTime.text(from: run.startedAt, to: reachedAt))" }
        let steps: [StepEntry] =
            switch detail {
            case .whole: group.steps
            case .currentPhases: group.isFinished || !group.hasBegun ? [] : group.steps
            case .openSteps: group.steps.filter { [.waiting, .running, .attention, .failed].contains($0.state) }
            case .summed: []
            }
        let hidden = group.steps.count - steps.count
        if hidden > 0 { head += "  \(hidden) \(steps.isEmpty ? "" : "more ")step\(hidden == 1 ? "" : "s")" }
        let idWidth = min(32, max(8, width / 3), run.steps.map { TerminalText.width($0.id) }.max() ?? 8)
        let roleWidth = min(16, run.steps.map { TerminalText.width($0.roles.joined(separator: "/")) }.max() ?? 0)
        return [state.paint(TerminalText.fit(head, width), style)]
            + steps.map { step($0, idWidth: idWidth, roleWidth: roleWidth, now: now) }
    }

    private func step(
        _ step: StepEntry, idWidth: Int, roleWidth: Int, now: Timestamp
    ) -> String {
        let id = TerminalText.pad(TerminalText.line(step.id), idWidth)
        let role = TerminalText.pad(TerminalText.line(step.roles.joined(separator: "/")), roleWidth)
        let front = TerminalText.fit("  \(step.state.symbol) \(id)  \(role)", width)
        let room = width - TerminalText.width(front) - 2
        let remark = room > 4 ? TerminalText.fit(TerminalText.line(self.remark(step, now: now)), room) : ""
        guard !remark.isEmpty else { return step.state.paint(front.trimmingTrailingSpaces, style) }
        return "\(step.state.paint(front, style))  \(remark)"
    }

    private func remark(_ step: StepEntry, now: Timestamp) -> String {
        let attempt = step.attempt.map { $0 > 1 ? ", attempt \($0)" : "" } ?? ""
        switch step.state {
        case .pending, .cancelled: return step.reason ?? ""
        case .waiting:
            if let reason = step.reason, !reason.isEmpty { return "waits: \(reason)\(attempt)" }
            return "waits for an agent" + attempt
        case .running:
            let time = step.since.map { ", \(ElapsedTime.text(from: $0, to: now))" } ?? ""
            return "\(step.agent ?? "an agent")\(time)\(attempt)"
        case .completed: return step.artifacts.joined(separator: ", ")
        case .provided: return "came with the start"
        case .skipped: return "skipped" + (step.reason.map { ": \($0)" } ?? "")
        case .attention, .failed: return (step.reason ?? step.state.rawValue) + attempt
        }
    }
}

extension String {
    fileprivate func leftPadded(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }

    fileprivate var trimmingTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
