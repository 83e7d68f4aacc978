import BatonClient
import Testing

@Suite struct EventFilterTests {
    private let events = [
        Samples.event(1, "started", then: [["kind": "step_ready", "step": "a"]]),
        Samples.event(2, "dispatched", step: "a", agent: "x"),
        Samples.event(3, "completed", step: "a", agent: "x", then: [["kind": "milestone", "phase": "plan"]]),
        Samples.event(4, "dispatched", step: "b", input: ["agent": "y"]),
    ]

    private func numbers(_ filter: EventFilter) -> [Int] { numbers(filter, events) }

    private func numbers(_ filter: EventFilter, _ events: [LogEvent]) -> [Int] {
        var filter = filter
        return events.filter { filter.lets($0) }.map(\.sequence)
    }

    @Test("Without conditions every event passes")
    func all() { #expect(numbers(EventFilter()) == [1, 2, 3, 4]) }

    @Test("A step's events are its own and those that it followed from")
    func steps() {
        #expect(numbers(EventFilter(steps: ["a"])) == [1, 2, 3])
        #expect(numbers(EventFilter(steps: ["a", "b"])) == [1, 2, 3, 4])
        #expect(numbers(EventFilter(steps: ["c"])).isEmpty)
    }

    @Test("An agent is the event's own, or named in what came in")
    func agents() {
        #expect(numbers(EventFilter(agents: ["x"])) == [2, 3])
        #expect(numbers(EventFilter(agents: ["y"])) == [4])
    }

    @Test("The end of an attempt, which names its lease alone, is of the agent that had the lease")
    func leases() {
        let events = [
            Samples.event(1, "dispatched", step: "a", input: ["agent": "x", "lease": "1"]),
            Samples.event(2, "dispatched", step: "b", input: ["agent": "y", "lease": "2"]),
            Samples.event(3, "attempt_ended", step: "b", input: ["lease": "2"]),
            Samples.event(4, "attempt_ended", step: "a", input: ["lease": "1"]),
        ]
        #expect(numbers(EventFilter(agents: ["x"]), events) == [1, 4])
        #expect(numbers(EventFilter(agents: ["y"], since: Samples.time(3)), events) == [3])
    }

    @Test("A kind is the event's, or of what followed")
    func kinds() {
        #expect(numbers(EventFilter(kinds: ["milestone"])) == [3])
        #expect(numbers(EventFilter(kinds: ["dispatched"])) == [2, 4])
    }

    @Test("All conditions hold at once, and the moment itself counts")
    func together() {
        #expect(numbers(EventFilter(steps: ["a"], agents: ["x"], kinds: ["dispatched"])) == [2])
        #expect(numbers(EventFilter(since: Samples.time(3))) == [3, 4])
    }

    @Test("A moment is a time, or how long ago")
    func moments() {
        let now = Samples.time(86_400 * 5)
        #expect(EventFilter.moment("2026-01-31T12:00:00Z", now: now) == Samples.start)
        #expect(EventFilter.moment("90s", now: now) == Samples.time(86_400 * 5 - 90))
        #expect(EventFilter.moment("15m", now: now) == Samples.time(86_400 * 5 - 900))
        #expect(EventFilter.moment("2h", now: now) == Samples.time(86_400 * 5 - 7200))
        #expect(EventFilter.moment("5d", now: now) == Samples.start)
    }

    @Test("What is no moment is refused", arguments: ["", "s", "-1m", "1w", "soon", "9223372036854775807d", "999999d"])
    func noMoment(_ text: String) { #expect(EventFilter.moment(text, now: Samples.start) == nil) }
}
