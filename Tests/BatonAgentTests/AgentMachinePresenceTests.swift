import BatonMessages
import Testing

@testable import BatonAgent

struct AgentMachinePresenceTests {
    private func presence(_ state: Presence.State, epoch: Int64) -> [UInt8] {
        Presence(state: state, roles: ["analyst"], slots: 2, epoch: epoch).encode()
    }

    @Test("On each connection the agent says that it is there")
    func online() {
        var scene = Scene(isConnected: false)
        for _ in 1...2 {
            scene.does { $0.connected(now: $1) }
            let expected = Presence(state: .online, roles: ["analyst"], slots: 2, epoch: 100)
            #expect(scene.presences == [expected])
        }
    }

    @Test("A late will of its former self, or none at all, is corrected", arguments: [99, 100] as [Int64])
    func lateWill(epoch: Int64) {
        var scene = Scene()
        scene.passes(5000)
        scene.does { $0.received(ownState: presence(.offline, epoch: epoch), now: $1) }
        #expect(scene.presences.map(\.state) == [.online])
        scene.passes(5000)
        scene.does { $0.received(ownState: [], now: $1) }
        #expect(scene.presences.map(\.state) == [.online])
    }

    @Test("Its own words that come back are no reason to speak")
    func echo() {
        var scene = Scene()
        scene.passes(5000)
        scene.does { $0.received(ownState: presence(.online, epoch: 100), now: $1) }
        #expect(scene.isSilent)
        scene.receives(Samples.command(lease: 1))
        scene.does { $0.drain(now: $1) }
        scene.does { $0.received(ownState: presence(.online, epoch: 100), now: $1) }
        #expect(scene.isSilent)
    }

    @Test("Two agents under one name do not answer each other without end")
    func noStorm() {
        var scene = Scene()
        var count = 0
        for _ in 1...100 {
            scene.passes(50)
            count += scene.presences.count
            scene.does { $0.received(ownState: presence(.offline, epoch: 1), now: $1) }
            count += scene.presences.count
        }
        #expect((3...6).contains(count))
    }

    @Test("An epoch above its own makes the agent connect anew above that")
    func clockWentBack() {
        var scene = Scene()
        scene.does { $0.received(ownState: presence(.offline, epoch: 5000), now: $1) }
        #expect(scene.actions.contains(.reconnect(epoch: 5001)))
        scene.does { $0.connected(now: $1) }
        #expect(scene.presences.map(\.epoch) == [5001])
    }

    @Test("A stop without tasks ends at once")
    func idleStop() {
        var scene = Scene()
        scene.does { $0.drain(now: $1) }
        #expect(scene.presences.map(\.state) == [.draining, .offline])
        #expect(scene.actions.last == .stop)
    }

    @Test("A stop lets a task finish, waits for its ack, and takes nothing new")
    func drain() {
        var scene = Scene()
        scene.receives(Samples.command(task: 1, lease: 1))
        scene.does { $0.drain(now: $1) }
        #expect(scene.presences.map(\.state) == [.draining])
        scene.receives(Samples.command(task: 2, lease: 2))
        #expect(scene.declines.map(\.reason) == ["the agent is stopping"])
        scene.passes(11_000)
        #expect(!scene.beats.isEmpty)
        scene.returns(1)
        #expect(scene.results.count == 1 && !scene.actions.contains(.stop))
        scene.receives(control: Samples.ack(task: 1, lease: 1))
        #expect(scene.presences.map(\.state) == [.offline])
        #expect(scene.actions.last == .stop)
    }

    @Test("What does not finish in time is handed back")
    func handBack() {
        var scene = Scene()
        scene.receives(Samples.command(task: 1, lease: 1))
        scene.does { $0.drain(now: $1) }
        scene.passes(30_000)
        #expect(scene.cancelled == [1])
        #expect(scene.declines.map(\.lease) == [Samples.lease(1)])
        #expect(scene.actions.last == .stop)
        scene.returns(1)
        #expect(scene.isSilent)
    }

    @Test("An ack that never comes holds the stop up for five seconds at most")
    func missingAck() {
        var scene = Scene()
        scene.receives(Samples.command(task: 1, lease: 1))
        scene.returns(1)
        scene.does { $0.drain(now: $1) }
        #expect(!scene.actions.contains(.stop))
        scene.passes(5000)
        #expect(scene.actions.last == .stop)
    }

    @Test("Without a connection there is nothing to wait for")
    func disconnectedStop() {
        var scene = Scene()
        scene.receives(Samples.command(task: 1, lease: 1))
        scene.returns(1)
        scene.does { machine, _ in machine.disconnected() }
        scene.does { $0.drain(now: $1) }
        #expect(scene.actions.last == .stop)
    }

    @Test("An abort hands back and stops at once")
    func abort() {
        var scene = Scene()
        scene.receives(Samples.command(task: 1, lease: 1))
        scene.does { $0.abort(now: $1) }
        #expect(scene.cancelled == [1])
        #expect(scene.declines.count == 1)
        #expect(scene.presences.map(\.state) == [.offline])
        #expect(scene.actions.last == .stop)
        scene.does { $0.abort(now: $1) }
        #expect(scene.isSilent)
    }
}
