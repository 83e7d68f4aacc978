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
    /// Who got a task, by the lease: what an earlier orchestrator told of an attempt's end names the lease alone.
    private var holders: [String: String] = [:]

    public init(
        steps: some Sequence<String> = [], agents: some Sequence<String> = [], kinds: some Sequence<String> = [],
        since: Timestamp? = nil
    ) {
        self.steps = Set(steps)
        self.agents = Set(agents)
        self.kinds = Set(kinds)
        self.since = since
    }

    /// Whether an event is wanted; asked for every event of a run, in order.
    ///
    /// An event counts for a step or a kind when it, or anything that followed from it, is of that step or kind.
    public mutating func lets(_ event: LogEvent) -> Bool {
        let agent = agents.isEmpty ? nil : agent(of: event)
        if let since, event.at < since { return false }
        if !agents.isEmpty, agent.map(agents.contains) != true { return false }
        if steps.isEmpty && kinds.isEmpty { return true }
        let then = event.then.json.array ?? []
        func has(_ wanted: Set<String>, _ own: String?, _ member: String) -> Bool {
            wanted.isEmpty || own.map(wanted.contains) == true
                || then.contains { $0[member]?.string.map(wanted.contains) == true }
        }
        return has(steps, event.step, "step") && has(kinds, event.kind, "kind")
    }

    private mutating func agent(of event: LogEvent) -> String? {
        let input = event.input.json
        let lease = input["lease"]?.string
        let named = event.agent ?? input["agent"]?.string
        if event.kind == "dispatched", let lease { holders[lease] = named }
        return named ?? lease.flatMap { holders[$0] }
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
