import BatonClient
import Testing

@Suite struct CriticalPathTests {
    /// Builds a history: a task is ready, given out, and done.
    private struct History {
        var events: [LogEvent] = []

        /// - Parameter ready: the numbers of the tasks that this makes ready.
        mutating func add(
            _ kind: String, _ task: UInt32? = nil, at seconds: Int64, ready: [UInt32] = [], input: JSON = [:],
            then: [JSON] = []
        ) {
            let entries: [JSON] = ready.map { number in
                ["kind": "step_ready", "step": .string("t\(number)"), "task": .int(Int64(number))]
            }
            var event = Samples.event(
                events.count + 1, kind, step: task.map { "t\($0)" }, task: task, input: input,
                then: .array(entries + then))
            event.at = Samples.time(seconds)
            events.append(event)
        }
    }

    private func steps(_ path: CriticalPath) -> [String] { path.legs.map(\.step) }

    @Test("Tasks one after the other: the chain is all of them, and waiting between them does not count")
    func chain() {
        var history = History()
        history.add("started", at: 0, ready: [1])
        history.add("dispatched", 1, at: 1)
        history.add("completed", 1, at: 3, ready: [2])
        history.add("dispatched", 2, at: 10)
        history.add("completed", 2, at: 15)
        let path = CriticalPath(events: history.events)
        #expect(steps(path) == ["t1", "t2"])
        #expect(path.milliseconds == 7000)
        #expect(path.sequentialMilliseconds == 7000)
    }

    @Test("Of branches side by side the longest counts")
    func branches() {
        var history = History()
        history.add("started", at: 0, ready: [1])
        history.add("dispatched", 1, at: 0)
        history.add("completed", 1, at: 1, ready: [2, 3])
        history.add("dispatched", 2, at: 1)
        history.add("dispatched", 3, at: 1)
        history.add("completed", 2, at: 3)
        history.add("completed", 3, at: 6, ready: [4])
        history.add("dispatched", 4, at: 6)
        history.add("completed", 4, at: 7)
        let path = CriticalPath(events: history.events)
        #expect(steps(path) == ["t1", "t3", "t4"])
        #expect(path.milliseconds == 7000)
        #expect(path.sequentialMilliseconds == 9000)
    }

    @Test("A task also waits for the makers of what it is made from, but for nothing that ended after it began")
    func documents() {
        var history = History()
        history.add("started", at: 0, ready: [1, 2])
        history.add("dispatched", 1, at: 0)
        history.add("completed", 1, at: 9)
        // It waited for an agent: what made it ready was short.
        history.add("dispatched", 2, at: 9)
        history.add("completed", 2, at: 10, ready: [3])
        history.add("dispatched", 3, at: 10)
        history.add("completed", 3, at: 12)
        var late = Samples.artifact("a.md", [1], ordinal: 20)
        late.task = Samples.run.child(1)
        var made = Samples.artifact("b.md", [2], ordinal: 21)
        made.task = Samples.run.child(3)
        made.madeFrom = [late.id]
        var first = Samples.artifact("c.md", [3], ordinal: 22)
        first.task = Samples.run.child(1)
        first.madeFrom = [made.id]
        let path = CriticalPath(events: history.events, artifacts: [late, made, first])
        #expect(steps(path) == ["t1", "t3"])
        #expect(path.milliseconds == 11_000)
    }

    @Test("Attempts that came to nothing are part of a task's time, and unfinished tasks of none")
    func attempts() {
        var history = History()
        history.add("started", at: 0, ready: [1])
        history.add("dispatched", 1, at: 0)
        history.add("attempt_ended", 1, at: 2)
        history.add("retry_due", 1, at: 3)
        history.add("dispatched", 1, at: 3)
        history.add("completed", 1, at: 5, ready: [2])
        history.add("dispatched", 2, at: 5)
        let path = CriticalPath(events: history.events)
        #expect(steps(path) == ["t1"])
        #expect(path.milliseconds == 5000)
    }

    @Test("A child run is as long as it took")
    func childRuns() {
        var history = History()
        history.add("started", at: 0, ready: [1])
        history.add("dispatched", 1, at: 0)
        history.add("completed", 1, at: 1, then: [["kind": "child_started", "step": "t2", "run": "r"]])
        history.add("child_ended", 2, at: 9, ready: [3], input: ["run": "r", "status": "completed"])
        history.add("dispatched", 3, at: 9)
        history.add("completed", 3, at: 10)
        let path = CriticalPath(events: history.events)
        #expect(steps(path) == ["t1", "t2", "t3"])
        #expect(path.milliseconds == 10_000)
    }

    @Test("A run without tasks has no chain")
    func empty() {
        let path = CriticalPath(events: [])
        #expect(path.legs.isEmpty)
        #expect(path.milliseconds == 0)
    }
}
