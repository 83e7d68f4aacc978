import BatonEngine
import Testing

@Suite struct DispatchTests {
    @Test("A task goes to an agent that serves the role and has a free slot; without one it waits")
    func assignment() {
        var bench = Bench()
        bench.ready(1)
        bench.agent("tester", roles: ["qa"])
        #expect(bench.assign().isEmpty)
        bench.agent("coder")
        #expect(bench.assign().map(\.agent) == ["coder"])
        bench.ready(2)
        #expect(bench.assign().isEmpty)
        #expect(bench.dispatch.waitingCount == 1)
    }

    @Test("The least loaded agent is taken, then the longest idle")
    func fairnessBetweenAgents() {
        var bench = Bench()
        bench.agent("a", slots: 4)
        bench.now = bench.now + 5
        bench.agent("b", slots: 4)
        for run in 1...4 { bench.ready(UInt64(run)) }
        #expect(bench.assign().map(\.agent) == ["a", "b", "a", "b"])
    }

    @Test("A run with many tasks does not starve one with a single task")
    func fairnessBetweenRuns() {
        var bench = Bench()
        for task in 1...1000 { bench.ready(1, UInt32(task)) }
        bench.ready(2)
        bench.agent("a", slots: 3)
        #expect(bench.assign().map(\.run) == [1, 2, 1])
    }

    @Test("A higher priority goes first")
    func priority() {
        var bench = Bench()
        bench.ready(1, priority: .low)
        bench.ready(2, priority: .critical)
        bench.agent("a")
        #expect(bench.assign().map(\.run) == [2])
    }

    @Test("Any of several roles will do")
    func alternatives() {
        var bench = Bench()
        bench.ready(1, roles: ["analyst", "pm"])
        bench.agent("p", roles: ["pm"])
        #expect(bench.assign().map(\.agent) == ["p"])
    }

    @Test("A withdrawn task is neither sent nor waited for")
    func withdraw() {
        var bench = Bench()
        bench.ready(1)
        #expect(bench.dispatch.withdraw(bench.key(1), lease: nil, reason: "x").isEmpty)
        bench.agent("a")
        #expect(bench.assign().isEmpty)
        bench.ready(2)
        let lease = bench.assign()[0].lease
        let outputs = bench.dispatch.withdraw(bench.key(2), lease: lease, reason: "x")
        #expect(outputs == [.cancel(bench.key(2), lease: lease, agent: "a", reason: "x")])
        #expect(bench.dispatch.outstanding.isEmpty)
    }
}

@Suite struct LeaseTests {
    @Test("A command that nobody claims is withdrawn, and its agent is left alone until it publishes")
    func unclaimed() {
        var bench = Bench()
        bench.agent("a")
        bench.ready(1)
        _ = bench.assign()
        #expect(ends(bench.wait(9_000)).isEmpty)
        #expect(ends(bench.wait(2_000)) == [.withdrawn])
        bench.ready(1)
        #expect(bench.assign().isEmpty)
        bench.dispatch.heard(from: "a", now: bench.now)
        #expect(bench.assign().count == 1)
    }

    @Test("When an agent was last heard of is known, and changes nothing of whose turn it is")
    func seen() {
        var bench = Bench()
        bench.agent("a")
        bench.now = bench.now + 1
        bench.agent("b")
        #expect(bench.dispatch.agents["a"]?.seenAt == nil)
        bench.now = bench.now + 7
        bench.dispatch.heard(from: "a", now: bench.now)
        bench.dispatch.heard(from: "nobody", now: bench.now)
        #expect(bench.dispatch.agents["a"]?.seenAt == bench.now)
        #expect(bench.dispatch.agents["b"]?.seenAt == nil)
        bench.ready(1)
        bench.ready(2)
        #expect(bench.assign().map(\.agent) == ["a", "b"])
        bench.leave("a")
        #expect(bench.dispatch.agents["a"]?.seenAt == bench.now)
    }

    @Test("A lease that is renewed holds; one that lapses is doubtful and ends when another agent is free")
    func lapse() {
        var bench = Bench()
        bench.agent("a")
        bench.ready(1)
        let lease = bench.assign()[0].lease
        for _ in 0..<10 {
            #expect(bench.beat("a", lease).isEmpty)
            #expect(ends(bench.wait(20_000)).isEmpty)
        }
        #expect(ends(bench.wait(11_000)).isEmpty)
        #expect(bench.dispatch.outstanding[lease]?.status == .doubtful)
        // Nobody else is there: its result would still count, and a beat revives it.
        #expect(bench.beat("a", lease).isEmpty)
        #expect(bench.dispatch.outstanding[lease]?.status == .claimed)
        #expect(ends(bench.wait(31_000)).isEmpty)
        bench.agent("b")
        #expect(ends(bench.wait(1_000)) == [.lost])
        #expect(bench.beat("a", lease).count == 1, "a beat for a lease that is over is answered: drop it")
    }

    @Test("Nothing lapses before a mark that was sent after the due time has come back")
    func ownLateness() {
        var bench = Bench()
        bench.agent("a")
        bench.agent("b")
        bench.ready(1)
        let out = bench.assign()[0]
        _ = bench.beat(out.agent, out.lease)
        let sentBefore = bench.now + 20_000
        bench.now = bench.now + 600_000  // suspended for ten minutes
        #expect(ends(bench.dispatch.markReturned(sentAt: sentBefore, now: bench.now)).isEmpty)
        #expect(bench.dispatch.outstanding[out.lease]?.status == .claimed)
        #expect(ends(bench.wait(0)) == [.lost])
    }

    @Test("A will makes attempts doubtful only after the grace, and an agent that comes back keeps them")
    func will() {
        var bench = Bench()
        bench.agent("a")
        bench.agent("b")
        bench.ready(1)
        let out = bench.assign()[0]
        _ = bench.beat(out.agent, out.lease)
        bench.leave(out.agent)
        #expect(ends(bench.wait(5_000)).isEmpty)
        bench.agent(out.agent)
        _ = bench.beat(out.agent, out.lease)
        #expect(ends(bench.wait(11_000)).isEmpty)
        bench.leave(out.agent)
        #expect(ends(bench.wait(11_000)) == [.lost])
    }

    @Test("The late will of a former self does not count")
    func lateWill() {
        var bench = Bench()
        bench.agent("a", epoch: 2)
        bench.leave("a", epoch: 1)
        bench.ready(1)
        #expect(bench.assign().count == 1)
    }

    @Test("An agent that was started anew gets its task again")
    func restartedAgent() {
        var bench = Bench()
        bench.agent("a", epoch: 1)
        bench.ready(1)
        let lease = bench.assign()[0].lease
        _ = bench.beat("a", lease)
        bench.agent("a", epoch: 2)
        #expect(ends(bench.wait(1_000)) == [.lost])
    }

    @Test("A connection that comes back clears the doubts that came from wills, and gives every lease its time again")
    func reconnected() {
        var bench = Bench()
        bench.agent("a")
        bench.agent("b")
        bench.ready(1)
        let out = bench.assign()[0]
        _ = bench.beat(out.agent, out.lease)
        bench.leave(out.agent)
        bench.now = bench.now + 40_000
        bench.dispatch.connected(now: bench.now)
        #expect(ends(bench.wait(29_000)).isEmpty)
        #expect(ends(bench.wait(2_000)) == [.lost])
    }

    @Test("A timeout ends an attempt although its lease is renewed")
    func timeout() {
        var bench = Bench()
        bench.agent("a")
        bench.dispatch.ready(ReadyTask(key: bench.key(1), roles: ["dev"], timeoutMilliseconds: 50_000))
        let lease = bench.assign()[0].lease
        _ = bench.beat("a", lease)
        #expect(ends(bench.wait(25_000)).isEmpty)
        _ = bench.beat("a", lease)
        #expect(ends(bench.wait(26_000)) == [.timedOut])
    }

    @Test("An agent without beats is bound by timeouts alone")
    func noBeats() {
        var bench = Bench()
        bench.agent("a", beats: false)
        bench.agent("b", beats: false)
        bench.ready(1)
        _ = bench.assign()
        #expect(ends(bench.wait(3_599_000)).isEmpty)
        #expect(ends(bench.wait(2_000)) == [.timedOut])
    }

    @Test("Three failures in a row bench an agent until it reports in again")
    func bench() {
        var bench = Bench()
        bench.agent("a")
        for run in 1...3 {
            bench.ready(UInt64(run))
            bench.dispatch.finished(bench.assign()[0].lease, isFailure: true, now: bench.now)
        }
        bench.ready(4)
        #expect(bench.assign().isEmpty)
        #expect(bench.dispatch.agents["a"]?.isBenched == true)
        bench.agent("a")
        #expect(bench.assign().count == 1)
    }

    @Test("What an agent declined goes to another one first, and comes back to it only after a pause")
    func declined() {
        var bench = Bench()
        bench.agent("a")
        bench.ready(1)
        let lease = bench.assign()[0].lease
        #expect(ends(bench.dispatch.declined(lease, message: "busy", now: bench.now)) == [.declined])
        bench.ready(1)
        #expect(bench.assign().isEmpty)
        bench.now = bench.now + 1000
        #expect(bench.assign().count == 1)
    }
}
