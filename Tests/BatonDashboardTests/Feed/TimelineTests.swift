import BatonClient
import Testing

@testable import BatonDashboard

@Suite struct TimelineTests {
    @Test("Work is told apart from waiting for an agent and for a person")
    func kinds() {
        let timeline = Timeline([
            Samples.event(
                1, "started", step: nil,
                then: [["kind": "step_ready", "step": "pm-prd", "task": 3], ["kind": "asked", "name": "logo"]]),
            Samples.event(4, "dispatched", task: 3, agent: "pm-1"),
            Samples.event(10, "attempt_ended", task: 3, then: [["kind": "retry_scheduled", "at": "x"]]),
            Samples.event(12, "dispatched", task: 3, agent: "pm-2"),
            Samples.event(15, "decided", step: nil, then: [["kind": "decided", "name": "logo"]]),
            Samples.event(20, "completed", task: 3, agent: "pm-2"),
        ])
        #expect(timeline.rows.map(\.name) == ["pm-prd", "logo"])
        #expect(
            timeline.rows[0].spans.map(\.kind)
                == [.waiting, .working(agent: "pm-1"), .waiting, .working(agent: "pm-2")])
        let now = Samples.time(100)
        #expect(timeline.sum(now: now) { $0 == .waiting } == 5000)
        #expect(timeline.sum(now: now) { $0 == .asking } == 14_000)
        #expect(timeline.work(now: now).map(\.agent) == ["pm-2", "pm-1"])
        #expect(timeline.work(now: now).map(\.milliseconds) == [8000, 6000])
    }

    @Test("What goes on counts until now, and the end of the run ends all")
    func open() {
        let begun = [
            Samples.event(1, "started", then: [["kind": "step_ready", "step": "a", "task": 1]]),
            Samples.event(2, "dispatched", task: 1, agent: "x"),
        ]
        #expect(Timeline(begun).work(now: Samples.time(5)).map(\.milliseconds) == [3000])
        let ended = begun + [Samples.event(4, "cancelled", step: nil, then: [["kind": "run_ended"]])]
        #expect(Timeline(ended).work(now: Samples.time(50)).map(\.milliseconds) == [2000])
    }
}
