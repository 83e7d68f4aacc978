import BatonMessages

/// Which events of a run somebody wants to see.
public struct EventFilter: Sendable, Equatable {
    /// The ids of steps; empty: of every step.
    public var steps: Set<String>
    /// Empty: every agent's.
    public var agents: Set<String>
    /// Of events (`attempt_ended`) and of what followed from them (`milestone`); empty: every kind.
    public var kinds: Set<String>
    /// Nothing from before.
    public var since: Timestamp?

    public init(
        steps: some Sequence<String> = [], agents: some Sequence<String> = [], kinds: some Sequence<String> = [],
        since: Timestamp? = nil
    ) {
        self.steps = Set(steps)
        self.agents = Set(agents)
        self.kinds = Set(kinds)
        self.since = since
    }

    /// An event counts for a step or a kind when it, or anything that followed from it, is of that step or kind.
    public func lets(_ event: LogEvent) -> Bool {
        if let since, event.at < since { return false }
        if !agents.isEmpty {
            guard let agent = event.agent ?? event.input.json["agent"]?.string, agents.contains(agent) else {
                return false
            }
        }
        if steps.isEmpty && kinds.isEmpty { return true }
        let then = event.then.json.array ?? []
        func has(_ wanted: Set<String>, _ own: String?, _ member: String) -> Bool {
            wanted.isEmpty || own.map(wanted.contains) == true
                || then.contains { $0[member]?.string.map(wanted.contains) == true }
        }
        return has(steps, event.step, "step") && has(kinds, event.kind, "kind")
    }

    /// A moment as people give it: `2026-01-31T12:00:00Z`, or how long ago (`90s`, `15m`, `2h`, `3d`).
    ///
    /// - Returns: nil when the text is neither.
    public static func moment(_ text: String, now: Timestamp) -> Timestamp? {
        if let timestamp = Timestamp(text) { return timestamp }
        let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), count >= 0 else {
            return nil
        }
        let (span, overflows) = count.multipliedReportingOverflow(by: unit)
        guard !overflows, span <= now.milliseconds else { return nil }
        return Timestamp(milliseconds: now.milliseconds - span)
    }
}
