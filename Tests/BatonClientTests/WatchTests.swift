import BatonClient
import BatonTestKit
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct WatchTests {
    /// A run whose events are known; the test decides which of them the log brings.
    final class Story: Sendable {
        let events: [LogEvent]
        private let state: Mutex<RunSnapshot>

        init(count: Int) {
            events = (1...count).map { Samples.event($0) }
            state = Mutex(Samples.snapshot(sequence: 0))
        }

        var snapshot: RunSnapshot { state.withLock { $0 } }

        /// Lets the run get to an event; the last one ends it.
        @discardableResult
        func advance(to sequence: Int) -> RunSnapshot {
            let isEnd = sequence == events.count
            let snapshot = Samples.snapshot(status: isEnd ? .completed : .running, sequence: sequence)
            state.withLock { $0 = snapshot }
            return snapshot
        }

        func answer(_ request: Request) -> Reply.Body? {
            switch request.kind {
            case .get(.run(Samples.run, at: nil)): return .run(snapshot)
            case .get(.history(Samples.run, let after, let limit)):
                let known = snapshot.sequence
                return .history(
                    Array(events.filter { $0.sequence > after && $0.sequence <= known }.prefix(min(limit, 7))),
                    lastSequence: known)
            default: return .failed(ReplyError(.unknownRun, "no such run"))
            }
        }
    }

    @Test("A run is followed from its first event to its end, though the log brings only some of it")
    func follow() async throws {
        let broker = try BrokerProcess()
        let story = Story(count: 40)
        let orchestrator = try await FakeOrchestrator(broker) { request, _ in story.answer(request) }
        let client = try await Client.connect(ClientConfiguration(broker))
        story.advance(to: 10)
        let updates = try await client.watch(Samples.run, after: 0)
        for number in 11...40 where number % 3 != 0 && number < 37 {
            story.advance(to: number)
            publish(story.events[number - 1], orchestrator)
        }
        publish(story.advance(to: 40), orchestrator)
        let all = try await collect(updates)
        #expect(all.events == story.events, "each once, in order, without a gap")
        #expect(all.snapshots.last?.status == .completed)
        #expect(all.snapshots.map(\.sequence) == all.snapshots.map(\.sequence).sorted())
        await client.stop()
        await orchestrator.stop()
    }

    @Test("Without a beginning it tells what happens from now on")
    func fromNow() async throws {
        let broker = try BrokerProcess()
        let story = Story(count: 12)
        let orchestrator = try await FakeOrchestrator(broker) { request, _ in story.answer(request) }
        let client = try await Client.connect(ClientConfiguration(broker))
        story.advance(to: 9)
        let updates = try await client.watch(Samples.run)
        publish(story.advance(to: 12), orchestrator)
        #expect(try await collect(updates).events.map(\.sequence) == [10, 11, 12])
        await client.stop()
        await orchestrator.stop()
    }

    @Test("A run that has ended is told from history alone")
    func ended() async throws {
        let broker = try BrokerProcess()
        let story = Story(count: 30)
        story.advance(to: 30)
        let orchestrator = try await FakeOrchestrator(broker) { request, _ in story.answer(request) }
        let client = try await Client.connect(ClientConfiguration(broker))
        let whole = try await collect(try await client.watch(Samples.run, after: 0))
        #expect(whole.events == story.events)
        let rest = try await collect(try await client.watch(Samples.run))
        #expect(rest.events.isEmpty && rest.snapshots.count == 1)
        await client.stop()
        await orchestrator.stop()
    }

    @Test("An older snapshot, from a broker with an older memory, is not shown")
    func oldSnapshot() async throws {
        let broker = try BrokerProcess()
        let story = Story(count: 20)
        let orchestrator = try await FakeOrchestrator(broker) { request, _ in story.answer(request) }
        let client = try await Client.connect(ClientConfiguration(broker))
        story.advance(to: 15)
        let updates = try await client.watch(Samples.run)
        publish(Samples.snapshot(percent: 1, sequence: 3), orchestrator)
        publish(story.advance(to: 20), orchestrator)
        #expect(try await collect(updates).snapshots.map(\.sequence) == [15, 20])
        await client.stop()
        await orchestrator.stop()
    }

    @Test("A watch outlives the broker, and says that it was gone")
    func brokerRestart() async throws {
        let broker = try BrokerProcess()
        let story = Story(count: 20)
        let orchestrator = try await FakeOrchestrator(broker) { request, _ in story.answer(request) }
        let client = try await Client.connect(ClientConfiguration(broker, timeout: .seconds(30)))
        let updates = try await client.watch(Samples.run, after: 0)
        broker.kill()
        story.advance(to: 19)
        try broker.start()
        let (links, events) = try await within { [self] in
            var links: [Bool] = []
            var events: [Int] = []
            for await update in updates {
                switch update {
                case .connection(let isUp, _):
                    links.append(isUp)
                    if isUp { publish(story.advance(to: 20), orchestrator) }
                case .event(let event): events.append(event.sequence)
                case .snapshot, .orchestrator: break
                }
            }
            return (links, events)
        }
        #expect(links == [false, true], "said once each")
        #expect(events == Array(1...20))
        await client.stop()
        await orchestrator.stop()
    }

    @Test("A run that nobody knows can't be watched")
    func unknown() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker) { _, _ in .failed(ReplyError(.unknownRun, "no such run"))
        }
        let client = try await Client.connect(ClientConfiguration(broker))
        #expect(await clientError { _ = try await client.watch(Samples.run) }?.code == .notFound)
        await client.stop()
        await orchestrator.stop()
    }

    @Test("Stopping the client ends the stream")
    func stopped() async throws {
        let broker = try BrokerProcess()
        let story = Story(count: 5)
        let orchestrator = try await FakeOrchestrator(broker) { request, _ in story.answer(request) }
        let client = try await Client.connect(ClientConfiguration(broker))
        let updates = try await client.watch(Samples.run)
        await client.stop()
        #expect(try await collect(updates).snapshots.count == 1)
        await orchestrator.stop()
    }

    private struct Told: Sendable {
        var snapshots: [RunSnapshot] = []
        var events: [LogEvent] = []
    }

    private func collect(_ updates: AsyncStream<RunUpdate>) async throws -> Told {
        try await within {
            var told = Told()
            for await update in updates {
                switch update {
                case .snapshot(let snapshot): told.snapshots.append(snapshot)
                case .event(let event): told.events.append(event)
                case .connection, .orchestrator: break
                }
            }
            return told
        }
    }

    private func publish(_ snapshot: RunSnapshot, _ orchestrator: FakeOrchestrator) {
        orchestrator.send(orchestrator.topics.runState(snapshot.run), snapshot.encode(), retain: true)
    }

    private func publish(_ event: LogEvent, _ orchestrator: FakeOrchestrator) {
        orchestrator.send(orchestrator.topics.runLog(event.run), event.encode(), qos: 0)
    }
}
