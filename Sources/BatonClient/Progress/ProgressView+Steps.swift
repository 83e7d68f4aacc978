import BatonMessages

/// Phases, and the steps in them: what holds others is a heading above what it holds.
extension ProgressView {
    enum Detail: CaseIterable {
        case whole
        /// What holds others and is over, or has not begun, is one line.
        case folded
        /// So are phases.
        case currentPhases
        /// Only steps that are under way or need a person.
        case openSteps
        /// One line for each phase.
        case summed

        /// Without a height nothing is left out that is under way.
        static let unbounded: [Detail] = [.whole, .folded, .currentPhases]
    }

    /// The steps in the first of the details that needs no more than `room` lines, else in the last.
    func body(_ run: RunSnapshot, _ room: Int, _ details: [Detail], now: Timestamp) -> [String] {
        let groups = Group.all(of: run)
        var body: [String] = []
        for detail in details {
            body = groups.flatMap { lines($0, run, detail, now: now) }
            if body.count <= room { break }
        }
        return body
    }

    /// The steps of a phase.
    private struct Group {
        let phase: Phase
        let reachedAt: Timestamp?
        let steps: [StepEntry]
        /// The ids of those that hold others.
        let holders: Set<String>

        init(_ phase: Phase, reachedAt: Timestamp?, steps: [StepEntry]) {
            self.phase = phase
            self.reachedAt = reachedAt
            self.steps = steps
            holders = Set(steps.lazy.filter { $0.kind.holdsOthers }.map(\.id))
        }

        static func all(of run: RunSnapshot) -> [Group] {
            let steps = Dictionary(grouping: run.steps, by: \.phase)
            var groups = run.milestones.map {
                Group($0.phase, reachedAt: $0.reachedAt, steps: steps[$0.phase] ?? [])
            }
            // A snapshot that lists no milestones still has steps.
            for (phase, steps) in steps where !groups.contains(where: { $0.phase == phase }) {
                groups.append(Group(phase, reachedAt: nil, steps: steps))
            }
            return groups.sorted { $0.phase < $1.phase }
        }

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

        /// Below how many of the phase's own steps it is.
        func depth(of step: StepEntry) -> Int { step.path.count(where: holders.contains) }

        /// How many steps each of those that are told in one line stands for.
        func folded() -> [String: Int] {
            let closed = Set(
                steps.lazy.filter { step in
                    guard step.kind.holdsOthers else { return false }
                    return [.pending, .completed, .provided, .skipped, .cancelled].contains(step.state)
                }.map(\.id))
            var counts: [String: Int] = [:]
            for step in steps {
                if let holder = step.path.first(where: closed.contains) { counts[holder, default: 0] += 1 }
            }
            return counts
        }
    }

    private func lines(_ group: Group, _ run: RunSnapshot, _ detail: Detail, now: Timestamp) -> [String] {
        let state = group.state
        var head = "\(state.symbol) \(group.phase.rawValue)"
        if let reachedAt = group.reachedAt { head += "  \(ElapsedTime.text(from: run.startedAt, to: reachedAt))" }
        let folded = detail == .whole ? [:] : group.folded()
        let unfolded = group.steps.filter { step in !step.path.contains { folded[$0] != nil } }
        let steps: [StepEntry] =
            switch detail {
            case .whole, .folded: unfolded
            case .currentPhases: group.isFinished || !group.hasBegun ? [] : unfolded
            case .openSteps: unfolded.filter { [.waiting, .running, .attention, .failed].contains($0.state) }
            case .summed: []
            }
        let hidden = group.steps.count - steps.count - steps.reduce(0) { $0 + (folded[$1.id] ?? 0) }
        if hidden > 0 { head += "  \(hidden) \(steps.isEmpty ? "" : "more ")step\(hidden == 1 ? "" : "s")" }
        let columns = Columns(run, width: width)
        return [state.paint(TerminalText.fit(head, width), style)]
            + steps.map { line($0, depth: group.depth(of: $0), folded: folded[$0.id] ?? 0, columns, now: now) }
    }

    /// The widths that ids and roles have in all lines.
    private struct Columns {
        let id: Int
        let role: Int

        init(_ run: RunSnapshot, width: Int) {
            let ids = run.steps.map { TerminalText.width($0.id) + 2 * min($0.path.count, 8) }.max() ?? 8
            id = min(40, max(8, width / 3), ids)
            role = min(16, run.steps.map { TerminalText.width($0.doer) }.max() ?? 0)
        }
    }

    private func line(_ step: StepEntry, depth: Int, folded: Int, _ columns: Columns, now: Timestamp) -> String {
        let indent = String(repeating: "  ", count: min(depth, 8))
        let id = TerminalText.pad(TerminalText.line(step.id), max(4, columns.id - indent.count))
        let role = TerminalText.pad(TerminalText.line(step.doer), columns.role)
        let front = TerminalText.fit("  \(indent)\(step.state.symbol) \(id)  \(role)", width)
        let room = width - TerminalText.width(front) - 2
        var remark = self.remark(step, now: now)
        if folded > 0 { remark += (remark.isEmpty ? "" : "  ") + "\(folded) step\(folded == 1 ? "" : "s")" }
        remark = room > 4 ? TerminalText.fit(TerminalText.line(remark), room) : ""
        guard !remark.isEmpty else { return step.state.paint(front.trimmingTrailingSpaces, style) }
        return "\(step.state.paint(front, style))  \(remark)"
    }

    /// How far it is, for which item, and what there is to say about its state.
    private func remark(_ step: StepEntry, now: Timestamp) -> String {
        var parts: [String] = []
        if let tally = step.tally { parts.append("\(tally.ended)/\(tally.total)") }
        if !step.state.isEnded || step.state == .failed {
            if let item = step.item { parts.append(item) }
            if let round = step.round { parts.append("round \(round)") }
        }
        parts.append(standing(step, now: now))
        return parts.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    private func standing(_ step: StepEntry, now: Timestamp) -> String {
        let attempt = step.attempt.map { $0 > 1 ? ", attempt \($0)" : "" } ?? ""
        let reason = step.reason ?? ""
        switch step.state {
        case .pending, .cancelled: return reason
        case .waiting:
            if reason.hasPrefix("waits ") { return reason + attempt }
            return (reason.isEmpty ? "waits for an agent" : "waits: \(reason)") + attempt
        case .running:
            let time = step.since.map { ElapsedTime.text(from: $0, to: now) }
            if step.kind.holdsOthers { return time ?? "" }
            return "\(step.agent ?? "an agent")\(time.map { ", \($0)" } ?? "")\(attempt)"
        case .completed: return step.artifacts.joined(separator: ", ")
        case .provided: return "came with the start"
        case .skipped: return "skipped" + (reason.isEmpty ? "" : ": \(reason)")
        case .attention, .failed: return (reason.isEmpty ? step.state.rawValue : reason) + attempt
        }
    }
}

extension StepEntry {
    /// Its roles; of what holds others, how.
    fileprivate var doer: String {
        switch kind {
        case .agent, .guidance: roles.joined(separator: "/")
        case .block: "block"
        case .forEach: "for each"
        case .loop: "loop"
        case .review: "review"
        case .routes: "routes"
        case .workflow: "run"
        }
    }
}

extension StepEntry.Kind {
    /// Other steps are listed below it.
    fileprivate var holdsOthers: Bool {
        switch self {
        case .agent, .guidance, .workflow: false
        case .block, .forEach, .loop, .review, .routes: true
        }
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
