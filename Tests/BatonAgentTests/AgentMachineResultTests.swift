import BatonMessages
import Testing

@testable import BatonAgent

struct AgentMachineResultTests {
    @Test("An unacknowledged result is sent again after 30 s, then at twice the distance, at most 10 min")
    func schedule() {
        var scene = Scene()
        scene.receives(Samples.command(lease: 1))
        scene.returns(1)
        var moments: [Int64] = []
        for second in 1...3700 {
            scene.passes(1000)
            if !scene.results.isEmpty { moments.append(Int64(second)) }
        }
        #expect(moments == [30, 90, 210, 450, 930, 1530, 2130, 2730, 3330])
    }

    @Test("An ack of any outcome ends it", arguments: AckNotice.Outcome.allCases)
    func acknowledged(outcome: AckNotice.Outcome) {
        var scene = Scene()
        scene.receives(Samples.command(lease: 1))
        scene.returns(1)
        scene.receives(control: Samples.ack(lease: 1, outcome))
        scene.passes(7_200_000)
        #expect(scene.isSilent && scene.machine.held.isEmpty)
    }

    @Test("A new epoch of the orchestrator is told everything: a beat, and each result again")
    func newEpoch() {
        var scene = Scene()
        scene.does { $0.received(orchestratorState: Samples.orchestrator(1), now: $1) }
        scene.receives(Samples.command(task: 1, lease: 1))
        scene.receives(Samples.command(task: 2, lease: 2))
        scene.returns(1)
        scene.passes(20_000)
        scene.does { $0.received(orchestratorState: Samples.orchestrator(1), now: $1) }
        #expect(scene.isSilent, "the same epoch again is no news")
        scene.does { $0.received(orchestratorState: Samples.orchestrator(2), now: $1) }
        #expect(scene.beats.first?.held.map(\.lease) == [Samples.lease(1), Samples.lease(2)])
        #expect(scene.results.map(\.lease) == [Samples.lease(1)])
        scene.passes(29_999)
        #expect(scene.results.isEmpty, "the schedule starts anew")
        scene.passes(1)
        #expect(scene.results.count == 1)
    }

    @Test("Acks and cancels of the past, or of another store, are not heeded")
    func foreignControls() {
        var scene = Scene()
        scene.does { $0.received(orchestratorState: Samples.orchestrator(5), now: $1) }
        scene.receives(Samples.command(task: 1, lease: 1, by: Samples.by(5)))
        scene.receives(Samples.command(task: 2, lease: 2, by: Samples.by(5)))
        scene.returns(1)
        for by in [Samples.by(4), Samples.by(9, store: "store-b")] {
            scene.receives(control: Samples.ack(task: 1, lease: 1, by: by))
            #expect(scene.isSilent)
            scene.receives(control: Samples.cancel(task: 2, lease: 2, by: by))
            #expect(scene.isSilent)
        }
        #expect(scene.machine.held.count == 2)
        scene.receives(control: Samples.ack(task: 1, lease: 1, by: Samples.by(6)))
        #expect(scene.machine.held.count == 1)
    }

    @Test("An ack for a task that still runs changes nothing")
    func earlyAck() {
        var scene = Scene()
        scene.receives(Samples.command(lease: 1))
        scene.receives(control: Samples.ack(lease: 1))
        scene.returns(1)
        #expect(scene.results.count == 1)
    }

    @Test("A cancelled task ends its handler, and what that returns is dropped")
    func cancel() {
        var scene = Scene(slots: 1)
        scene.receives(Samples.command(task: 1, lease: 1))
        scene.receives(control: Samples.cancel(task: 1, lease: 1))
        #expect(scene.cancelled == [1])
        scene.receives(Samples.command(task: 2, lease: 2))
        #expect(scene.declines.map(\.reason) == ["no free slot"], "its handler has not returned")
        scene.returns(1)
        #expect(scene.isSilent)
        scene.receives(Samples.command(task: 3, lease: 3))
        #expect(scene.started == [2])
    }

    @Test("A cancelled lease is remembered for an hour, also when the cancel overtakes the command")
    func cancelMemory() {
        var scene = Scene()
        scene.receives(control: Samples.cancel(task: 1, lease: 1))
        scene.receives(Samples.command(task: 1, lease: 1))
        #expect(scene.isSilent)
        scene.passes(3_599_000)
        scene.receives(Samples.command(task: 1, lease: 1))
        #expect(scene.isSilent)
        scene.passes(2000)
        scene.receives(control: Samples.cancel(task: 9, lease: 9))
        scene.receives(Samples.command(task: 1, lease: 1))
        #expect(scene.started == [1])
    }

    @Test("A flood of cancels costs bounded memory")
    func cancelFlood() {
        var memory = LeaseMemory()
        for number in 1...250_000 { memory.insert(Samples.lease(UInt64(number)), now: 0) }
        #expect(!memory.contains(Samples.lease(1)))
        #expect(!memory.contains(Samples.lease(150_000)))
        #expect(memory.contains(Samples.lease(150_001)))
        #expect(memory.contains(Samples.lease(250_000)))
    }

    @Test("A result that is too large to send becomes a failure that says so")
    func tooLarge() throws {
        var scene = Scene()
        scene.receives(Samples.command(lease: 1))
        let facts: JSON = ["size": .string(String(repeating: "x", count: 1 << 20))]
        scene.returns(1, .completed(summary: "", facts: facts))
        let result = try #require(scene.results.first)
        #expect(result.status == .failed && result.error?.code == "result_too_large")
        #expect(result.error?.isRetryable == false)
    }

    @Test(
        "Control messages that cannot be read leave a line in the log and nothing else",
        arguments: [
            "", "{}", "[]", "\u{0}", #"{"type":"ack"}"#, #"{"type":"dance","task":1}"#,
        ])
    func unreadableControls(text: String) {
        var scene = Scene()
        scene.receives(Samples.command(lease: 1))
        scene.receives(control: Array(text.utf8))
        #expect(scene.isSilent && scene.machine.held.count == 1)
    }
}
