import BatonEngine
import BatonMQTT
import BatonMessages
import BatonOrchestrator
import BatonStore
import BatonWorkflow
import Logging
import Testing

/// What a turn of the loop does in which order.
struct LoopTurnTests {
    /// Notes what the turn asks of it.
    private final class NotingWire: Wire {
        let configuration = Session.Configuration(host: "", clientID: "noting", cleanStart: true)
        var events: [SessionEvent] = []
        var calls: [String] = []

        func publish(
            _ topic: String, _ payload: [UInt8], qos: Int, retain: Bool, trace: TraceParent?
        ) throws(MQTTError) -> Int32 {
            calls.append("publish")
            return 1
        }

        func subscribe(_ filters: [String], qos: Int, options: SubscribeOptions) throws(MQTTError) -> Int32 { 1 }

        func takeEvents() -> [SessionEvent] {
            defer { events = [] }
            return events
        }

        func releaseAcknowledgements() { calls.append("release") }
        func write() throws(MQTTError) { calls.append("write") }
        func misc() throws(MQTTError) {}
    }

    private struct NoFaults: FaultSource {
        let calls: (String) -> Void
        var acknowledgesEarly: Bool { false }
        func reach(_ name: FaultPoints.Name) { if name == .afterCommit { calls("commit") } }
        func decide(_ payload: [UInt8]) {}
    }

    private let wire = NotingWire()
    private let store: Store
    private let turn: LoopTurn

    init() throws {
        store = try Store(image: StoreImage(id: "turn"))
        let logger = Logger(label: "turn") { _ in SwiftLogNoOpLogHandler() }
        let coordinator = Coordinator(
            store: store, catalogue: Catalogue(library: Library.load("") { ContentHash.of($0).description }.library),
            settings: OrchestratorSettings(), logger: logger, makeSeed: { Seed(high: 1, low: 2) })
        let wire = wire
        turn = LoopTurn(
            coordinator: coordinator, logger: logger, faults: NoFaults { wire.calls.append($0) })
        let request = Request(id: "1", kind: .start(StartRequest(workflow: "none", inputs: [:], options: RunOptions())))
        wire.events = [
            .message(MQTTMessage(topic: Topics(namespace: "default").request("somebody"), payload: request.encode()))
        ]
    }

    private func take() throws { _ = try turn.take(on: wire) { Timestamp(milliseconds: 1_800_000_000_000) } }

    @Test func nothingLeavesBeforeTheDiskHasTheBatch() throws {
        let wire = wire
        store.settleFault = {
            wire.calls.append("settle")
            return nil
        }
        try take()
        #expect(wire.calls == ["commit", "settle", "release", "write"])
    }

    @Test func nothingLeavesWhenTheDiskFailsToSync() throws {
        store.settleFault = { StoreError(.io, "the disk is broken") }
        #expect(throws: StoreError.self) { try take() }
        #expect(wire.calls == ["commit"])
    }
}
