import BatonEngine
import Testing

/// Whose turn it is, and how much of a run may be out.
@Suite(.timeLimit(.minutes(1))) struct FairnessTests {
    @Test("A run with 10,000 ready tasks does not keep one with a single task waiting, whatever roles they need")
    func crowd() {
        var bench = Bench()
        for task in 1...10_000 { bench.ready(1, UInt32(task), roles: ["dev"]) }
        bench.ready(2, roles: ["qa"])
        bench.ready(3, roles: ["dev"], priority: .medium)
        bench.agent("a", roles: ["dev", "qa"], slots: 4)
        #expect(bench.assign().map(\.run) == [1, 2, 3, 1])
    }

    @Test("A higher priority goes first, whatever roles it needs")
    func priorityOverRoles() {
        var bench = Bench()
        bench.ready(1, roles: ["dev"], priority: .low)
        bench.ready(2, roles: ["qa"], priority: .medium)
        bench.ready(3, roles: ["pm"], priority: .critical)
        bench.agent("a", roles: ["dev", "qa", "pm"], slots: 1)
        bench.agent("b", roles: ["dev"], slots: 1)
        // What only the other agent can do does not wait for more important things.
        #expect(Set(bench.assign().map { "\($0.run) \($0.agent)" }) == ["3 a", "1 b"])
    }

    @Test("Ten thousand tasks are given out, and taken back, without looking at all of them each time")
    func scale() {
        var bench = Bench { $0.maxOutPerRun = 100_000 }
        let count: UInt32 = 20_000
        for task in 1...count { bench.ready(1, task) }
        // The hard order for a queue that has to search.
        for task in stride(from: count, to: count / 2, by: -1) {
            #expect(bench.dispatch.withdraw(bench.key(1, task), lease: nil, reason: "x").isEmpty)
        }
        #expect(bench.dispatch.waitingCount == Int(count / 2))
        for number in 0..<200 { bench.agent("agent-\(number)", slots: 1000) }
        let given = bench.assign()
        #expect(given.count == Int(count / 2))
        let loads = Dictionary(grouping: given, by: \.agent).mapValues(\.count)
        #expect(Set(loads.values) == [50], "the load is even")
        for out in given { bench.dispatch.finished(out.lease, isFailure: false, now: bench.now) }
        #expect(bench.dispatch.outstanding.isEmpty)
    }

    @Test("So many tasks of one run are out, and so many of all; the others wait until something comes back")
    func limits() {
        var bench = Bench {
            $0.maxOutPerRun = 2
            $0.maxOut = 3
        }
        bench.agent("a", slots: 10)
        for task in 1...4 as ClosedRange<UInt32> {
            bench.ready(1, task)
            bench.ready(2, task)
        }
        let first = bench.assign()
        #expect(first.map(\.run) == [1, 2, 1])
        #expect(bench.assign().isEmpty)
        bench.dispatch.finished(first[1].lease, isFailure: false, now: bench.now)
        #expect(bench.assign().map(\.run) == [2], "the other run has as much out as it may")
        for out in [first[0], first[2]] { bench.dispatch.finished(out.lease, isFailure: false, now: bench.now) }
        #expect(bench.assign().map(\.run) == [2, 1])
        #expect(bench.dispatch.waitingCount == 2)
    }

    @Test("Of a paused run nothing is given out, and nothing that is in doubt is given to somebody else")
    func pause() {
        var bench = Bench()
        bench.agent("a", slots: 2)
        bench.ready(1, 1)
        let lease = bench.assign()[0].lease
        _ = bench.beat("a", lease)
        bench.dispatch.pause(bench.key(1).run)
        bench.ready(1, 2)
        bench.ready(2)
        #expect(bench.assign().map(\.run) == [2])
        bench.agent("b")
        #expect(ends(bench.wait(60_000)) == [.withdrawn], "only the unclaimed one of the other run")
        #expect(bench.dispatch.outstanding[lease]?.status == .doubtful)
        bench.dispatch.resume(bench.key(1).run)
        #expect(ends(bench.wait(1_000)) == [.lost])
        #expect(bench.assign().map(\.run) == [1])
    }

    @Test("A command that has not left is taken back, and its agent is none the worse for it")
    func unsent() {
        var bench = Bench()
        bench.agent("a")
        bench.ready(1)
        let lease = bench.assign()[0].lease
        #expect(ends(bench.dispatch.unsent(lease, message: "paused")) == [.withdrawn])
        bench.ready(2)
        #expect(bench.assign().map(\.agent) == ["a"])
    }
}

/// Which agent a task goes to.
@Suite struct ChoiceTests {
    @Test("Of agents with the same load the one goes first that has been idle for longest")
    func idle() {
        var bench = Bench()
        bench.agent("a")
        bench.agent("b")
        for run in 1...2 as ClosedRange<UInt64> { bench.ready(run) }
        let out = bench.assign()
        for agent in ["b", "a"] {
            bench.now = bench.now + 10
            let lease = out.first { $0.agent == agent }!.lease
            bench.dispatch.finished(lease, isFailure: false, now: bench.now)
        }
        bench.ready(3)
        #expect(bench.assign().map(\.agent) == ["b"])
    }

    @Test("An attempt that came to nothing is followed by one of another agent, if there is one that is free")
    func avoided() {
        var bench = Bench()
        bench.agent("a")
        func again() -> ReadyTask { ReadyTask(key: bench.key(1), roles: ["dev"], avoidedAgent: "a") }
        bench.dispatch.ready(again())
        let alone = bench.assign()
        #expect(alone.map(\.agent) == ["a"])
        bench.dispatch.finished(alone[0].lease, isFailure: true, now: bench.now)
        bench.now = bench.now + 1000
        bench.agent("b")
        bench.dispatch.ready(again())
        #expect(bench.assign().map(\.agent) == ["b"])
    }

    @Test("What an agent declines goes to another at once, and its own pause doubles up to a minute")
    func declined() {
        var bench = Bench()
        bench.agent("a")
        bench.agent("b")
        bench.ready(1)
        let first = bench.assign()[0]
        _ = bench.dispatch.declined(first.lease, message: "busy", now: bench.now)
        bench.ready(1)
        let second = bench.assign()[0]
        #expect(first.agent == "a" && second.agent == "b")
        _ = bench.dispatch.declined(second.lease, message: "busy", now: bench.now)
        bench.leave("b")
        for pause: Int64 in [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000] {
            bench.ready(1)
            bench.now = bench.now + (pause - 1)
            #expect(bench.assign().isEmpty, "\(pause)")
            bench.now = bench.now + 1
            let out = bench.assign()
            #expect(out.count == 1, "\(pause)")
            _ = bench.dispatch.declined(out[0].lease, message: "busy", now: bench.now)
        }
    }

    @Test("Capacity is what presence says: slots, roles, draining, and nothing for who is offline")
    func capacity() {
        var bench = Bench()
        for run in 1...9 as ClosedRange<UInt64> { bench.ready(run) }
        bench.agent("a", slots: 2)
        #expect(bench.assign().count == 2)
        bench.agent("a", slots: 3)
        #expect(bench.assign().count == 1)
        bench.agent("a", slots: 1)
        #expect(bench.assign().isEmpty, "it has more than it takes, and may finish that")
        _ = bench.dispatch.presence("b", .draining, roles: ["dev"], slots: 5, epoch: 1, beats: true, now: bench.now)
        bench.agent("c", roles: ["qa"])
        bench.leave("d")
        #expect(bench.assign().isEmpty)
        bench.agent("c", roles: ["qa", "dev"])
        #expect(bench.assign().map(\.agent) == ["c"])
        bench.leave("c")
        bench.agent("b", slots: 1)
        #expect(bench.assign().map(\.agent) == ["b"])
    }

    @Test("Any of several roles will do, and the command says under which it is given")
    func roles() {
        var bench = Bench()
        bench.agent("p", roles: ["dev", "pm"])
        bench.ready(1, roles: ["analyst", "pm"])
        let outputs = bench.dispatch.assign(now: bench.now, seed: Seed(high: 5, low: 5))
        guard case .assign(_, "p", let role, _) = outputs.first else {
            Issue.record("not given out: \(outputs)")
            return
        }
        #expect(role == "pm")
    }
}
