import BatonMessages
import Testing

@testable import BatonAgent

struct AgentMachineBeatTests {
    @Test("A task that is done within 150 ms costs no beat")
    func quickTask() {
        var scene = Scene()
        scene.receives(Samples.command(lease: 1))
        #expect(scene.started == [1])
        scene.passes(149)
        #expect(scene.isSilent)
        scene.returns(1)
        #expect(scene.results.map(\.lease) == [Samples.lease(1)])
        scene.receives(control: Samples.ack(lease: 1))
        scene.passes(60_000)
        #expect(scene.isSilent)
    }

    @Test("A task that takes longer is claimed after 150 ms, then beaten for every third of its lease")
    func slowTask() {
        var scene = Scene()
        scene.receives(Samples.command(lease: 1, leaseMilliseconds: 3000))
        scene.passes(150)
        #expect(scene.beats.map(\.held) == [[HeldLease(task: Samples.task(1), lease: Samples.lease(1))]])
        #expect(scene.beats.first?.epoch == 100)
        scene.passes(999)
        #expect(scene.beats.isEmpty)
        scene.passes(1)
        #expect(scene.beats.count == 1)
        scene.passes(9000)
        #expect(scene.beats.count == 9)
    }

    @Test("One beat lists everything that is held, the results that wait for their ack too")
    func oneBeatForAll() {
        var scene = Scene(slots: 3)
        for number in 1...3 {
            scene.receives(Samples.command(task: UInt32(number), lease: UInt64(number), leaseMilliseconds: 30_000))
        }
        scene.returns(2)
        scene.does { machine, _ in
            machine.reported(HeldTask.Run(number: 1), percent: 140, message: "nearly there")
        }
        scene.passes(150)
        #expect(scene.beats.count == 1)
        #expect(scene.beats.first?.held.map(\.lease) == [Samples.lease(1), Samples.lease(2), Samples.lease(3)])
        #expect(scene.beats.first?.held.first?.progress == 100)
        #expect(scene.beats.first?.held.first?.message == "nearly there")
    }

    @Test("The shortest lease sets the pace of all")
    func shortestLease() {
        var scene = Scene()
        scene.receives(Samples.command(task: 1, lease: 1, leaseMilliseconds: 60_000))
        scene.receives(Samples.command(task: 2, lease: 2, leaseMilliseconds: 600))
        scene.passes(1150)
        #expect(scene.beats.count == 6)
        #expect(scene.beats.allSatisfy { $0.held.count == 2 })
    }

    @Test("A lease too short to live by does not make the agent spin")
    func absurdLease() {
        var scene = Scene()
        scene.receives(Samples.command(lease: 1, leaseMilliseconds: 1))
        scene.passes(1000)
        #expect(scene.beats.count <= 50)
    }

    @Test("An agent that says that it does not beat does not")
    func noBeats() {
        var scene = Scene(beats: false)
        #expect(scene.machine.presence.beats == false)
        scene.receives(Samples.command(lease: 1, leaseMilliseconds: 300))
        scene.passes(10_000)
        #expect(scene.isSilent)
        scene.returns(1)
        #expect(scene.results.count == 1)
    }

    @Test("More leases than one message may carry go in several")
    func manyLeases() {
        var scene = Scene(slots: 2500)
        for number in 1...2500 { scene.receives(Samples.command(task: UInt32(number), lease: UInt64(number))) }
        scene.passes(150)
        #expect(scene.beats.map(\.held.count) == [1000, 1000, 500])
    }

    @Test("Without a connection nothing is sent; the next one brings everything up to date")
    func reconnect() {
        var scene = Scene()
        scene.receives(Samples.command(task: 1, lease: 1))
        scene.receives(Samples.command(task: 2, lease: 2))
        scene.does { machine, _ in machine.disconnected() }
        scene.returns(1)
        #expect(scene.isSilent)
        scene.passes(100_000)
        #expect(scene.isSilent)
        scene.does { $0.connected(now: $1) }
        #expect(scene.presences.map(\.state) == [.online])
        #expect(scene.beats.first?.held.count == 2)
        #expect(scene.results.map(\.lease) == [Samples.lease(1)])
        scene.passes(10_000)
        #expect(scene.beats.count == 1, "the pace goes on after the first beat")
    }
}
