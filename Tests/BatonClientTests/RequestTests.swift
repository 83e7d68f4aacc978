import BatonClient
import BatonTestKit
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct RequestTests {
    @Test("A request is answered")
    func answered() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker) { request, _ in
            guard case .start(let start) = request.kind else { return nil }
            return .started(StartReply(run: Samples.run, workflow: start.workflow, revision: "r"))
        }
        let client = try await Client.connect(ClientConfiguration(broker))
        let reply = try await client.start(StartRequest(workflow: "greenfield"), id: "once")
        #expect(reply == StartReply(run: Samples.run, workflow: "greenfield", revision: "r"))
        #expect(orchestrator.requests.first?.id == "once")
        await client.stop()
        await orchestrator.stop()
    }

    @Test("Many requests at once each get their own answer")
    func concurrent() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker) { request, _ in
            guard case .list(let list) = request.kind else { return nil }
            return .runs(Array(repeating: Samples.row(Samples.run.description), count: list.limit))
        }
        let client = try await Client.connect(ClientConfiguration(broker))
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for limit in 1...50 { group.addTask { (limit, try await client.runs(limit: limit).count) } }
            for try await (limit, count) in group { #expect(limit == count) }
        }
        await client.stop()
        await orchestrator.stop()
    }

    @Test("A request that nobody heard is sent again under its id")
    func resent() async throws {
        let broker = try BrokerProcess()
        let deaf = Mutex(2)
        let orchestrator = try await FakeOrchestrator(broker) { _, _ in
            let isDeaf = deaf.withLock { count in
                count -= 1
                return count >= 0
            }
            return isDeaf ? nil : .runs([])
        }
        let client = try await Client.connect(ClientConfiguration(broker))
        #expect(try await client.runs().isEmpty)
        // On a busy machine the answer to the third may come after a fourth.
        #expect(orchestrator.requests.count >= 3)
        #expect(Set(orchestrator.requests.map(\.id)).count == 1)
        await client.stop()
        await orchestrator.stop()
    }

    @Test("What the orchestrator refuses is an error with its reasons, without escape sequences")
    func refused() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker) { request, _ in
            switch request.kind {
            case .get: .failed(ReplyError(.unknownRun, "no such run"))
            case .list: .failed(ReplyError(.busy, "too much to do"))
            default:
                .failed(
                    ReplyError(.invalidInputs, "the inputs don't fit\u{1B}[2J", reasons: ["inputs.idea is missing"]))
            }
        }
        let client = try await Client.connect(ClientConfiguration(broker))
        let inputs = await clientError { _ = try await client.start(StartRequest(workflow: "w")) }
        #expect(inputs?.code == .refused(.invalidInputs))
        #expect(inputs?.message == "the inputs don't fit: inputs.idea is missing")
        #expect(inputs?.isRetriable == false)
        let missing = await clientError { _ = try await client.snapshot(of: Samples.run) }
        #expect(missing?.code == .notFound)
        let busy = await clientError { _ = try await client.runs() }
        #expect(busy?.isRetriable == true)
        await client.stop()
        await orchestrator.stop()
    }

    @Test("Without a broker the error comes at once and says what to do")
    func noBroker() async throws {
        let port = try freePort()
        let error = await clientError {
            _ = try await within(.seconds(5)) {
                try await Client.connect(ClientConfiguration(broker: BrokerAddress(port: port)))
            }
        }
        #expect(error?.code == .brokerUnreachable)
        #expect(error?.message.contains("baton serve") == true)
        #expect(error?.message.contains("127.0.0.1:\(port)") == true)
        #expect(error?.isRetriable == true)
    }

    @Test("A client that waits for its broker finds it when it starts")
    func waitsForBroker() async throws {
        let broker = try BrokerProcess()
        broker.stop()
        var configuration = ClientConfiguration(broker)
        configuration.waitsForBroker = true
        async let client = Client.connect(configuration)
        try broker.start()
        try await client.stop()
    }

    @Test("A wrong password is told from a broker that is not there")
    func wrongPassword() async throws {
        let broker = try BrokerProcess(settings: ["allow_anonymous false"])
        let error = await clientError { _ = try await Client.connect(ClientConfiguration(broker)) }
        #expect(error?.code == .brokerRefused)
        #expect(error?.message.contains("user name and password") == true)
    }

    @Test("Silence is explained: no orchestrator, an offline one, one that does not answer")
    func silence() async throws {
        let broker = try BrokerProcess()
        let limit = Duration.milliseconds(1500)
        let absent = await silence(broker, limit)
        #expect(absent?.code == .noOrchestrator)
        #expect(absent?.message.contains("knows no orchestrator on the namespace default") == true)

        let orchestrator = try await FakeOrchestrator(broker) { _, _ in nil }
        let mute = await silence(broker, limit)
        #expect(mute?.code == .noReply)
        #expect(mute?.message.contains("did not answer within 1.5 s") == true)

        orchestrator.send(
            orchestrator.topics.orchestratorState,
            OrchestratorState(state: .offline, store: "fake", epoch: 1, version: "0").encode(), retain: true)
        await orchestrator.stop()
        let offline = await silence(broker, limit)
        #expect(offline?.code == .noOrchestrator)
        #expect(offline?.message.contains("is offline") == true)
    }

    private func silence(_ broker: BrokerProcess, _ limit: Duration) async -> ClientError? {
        await clientError {
            let client = try await Client.connect(ClientConfiguration(broker, timeout: limit))
            _ = try await client.runs()
        }
    }

    @Test("A request outlives a restart of the broker")
    func brokerRestart() async throws {
        let broker = try BrokerProcess()
        let hears = Mutex(false)
        let orchestrator = try await FakeOrchestrator(broker) { _, _ in hears.withLock { $0 } ? .runs([]) : nil }
        let client = try await Client.connect(ClientConfiguration(broker, timeout: .seconds(30)))
        async let runs = client.runs()
        try await within { while orchestrator.requests.isEmpty { await Task.yield() } }
        broker.kill()
        hears.withLock { $0 = true }
        try broker.start()
        #expect(try await runs.isEmpty)
        await client.stop()
        await orchestrator.stop()
    }

    @Test("Stopping or cancelling ends every wait")
    func stopped() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker) { _, _ in nil }
        let client = try await Client.connect(ClientConfiguration(broker, timeout: .seconds(100)))
        let waiting = Task { await clientError { _ = try await client.runs() } }
        let cancelled = Task { await clientError { _ = try await client.workflows() } }
        try await within { while Set(orchestrator.requests.map(\.id)).count < 2 { await Task.yield() } }
        cancelled.cancel()
        #expect(await cancelled.value?.code == .stopped)
        await client.stop()
        #expect(await waiting.value?.code == .stopped)
        #expect(await clientError { _ = try await client.runs() }?.code == .stopped)
        await orchestrator.stop()
    }

    @Test("An answer that can't be read is an error that says so")
    func unreadable() async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker) { _, _ in nil }
        let client = try await Client.connect(ClientConfiguration(broker))
        let waiting = Task { await clientError { _ = try await client.request(.get(.workflows), id: "q") } }
        try await within { while orchestrator.requests.isEmpty { await Task.yield() } }
        orchestrator.send(orchestrator.topics.reply(client.name), Array("not json".utf8))
        orchestrator.send(
            orchestrator.topics.reply(client.name), Array(#"{"request_id": "q", "ok": true, "runs": 7}"#.utf8))
        let error = await waiting.value
        #expect(error?.code == .unreadable)
        #expect(error?.message.contains("runs must be an array") == true)
        await client.stop()
        await orchestrator.stop()
    }

    @Test("Who is known by a user name asks under it, others under a name of their own")
    func names() async throws {
        let broker = try BrokerProcess()
        let known = try await Client.connect(
            ClientConfiguration(broker: BrokerAddress(port: broker.port, username: "ann")))
        #expect(known.name == "ann")
        let one = try await Client.connect(ClientConfiguration(broker))
        let other = try await Client.connect(ClientConfiguration(broker))
        #expect(one.name != other.name)
        #expect(one.name.hasPrefix("cli-") && Topics.isName(one.name))
        for client in [known, one, other] { await client.stop() }
    }

    @Test("What the orchestrator said about itself can be asked for")
    func orchestratorState() async throws {
        let broker = try BrokerProcess()
        let before = try await Client.connect(ClientConfiguration(broker))
        #expect(await before.orchestratorState(within: .milliseconds(100)) == nil)
        let orchestrator = try await FakeOrchestrator(broker) { _, _ in nil }
        #expect(await before.orchestratorState(within: .seconds(10))?.state == .online)
        await before.stop()
        await orchestrator.stop()
    }
}
