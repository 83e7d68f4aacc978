import BatonClient
import BatonEngine
import BatonMQTT
import BatonMessages
import BatonTestKit
import Foundation
import Synchronization

/// Starts runs, steers some of them, and answers their questions: a client that repeats each request until it has an
/// answer.
final class RunKeeper: Sendable {
    private struct State {
        var begun = 0
        var answered: Set<String> = []
        var cancelled: Set<String> = []
        var forgotten: Set<String> = []
        var paused = 0
        /// Requests that are out.
        var asking = 0
        var complaints: [String] = []
        var isStopped = false
    }

    private let client: Client
    private let workflows: [String]
    private let seed: UInt64
    private let state = Mutex(State())

    /// - Parameter port: the broker's own, past all links.
    init(port: Int, workflows: [String], seed: UInt64) async throws {
        var configuration = ClientConfiguration(broker: BrokerAddress(port: port))
        configuration.name = "keeper"
        configuration.waitsForBroker = true
        configuration.timeout = .seconds(20)
        client = try await Client.connect(configuration)
        self.workflows = workflows
        self.seed = seed
        Task { [weak self] in
            while let self, !self.state.withLock({ $0.isStopped }) {
                await answerQuestions()
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// The runs whose start was answered.
    var started: Set<String> { state.withLock { $0.answered } }
    /// The runs that were said to be cancelled.
    var cancelled: Set<String> { state.withLock { $0.cancelled } }
    /// The runs that were said to be forgotten.
    var forgotten: Set<String> { state.withLock { $0.forgotten } }
    /// How many runs were paused and resumed.
    var paused: Int { state.withLock { $0.paused } }
    /// Starts without an answer yet.
    var pending: Int { state.withLock { $0.begun - $0.answered.count } }
    var begun: Int { state.withLock { $0.begun } }
    /// What the orchestrator answered that it should not have.
    var complaints: [String] { state.withLock { $0.complaints } }

    /// Asks for nothing more; what is out is waited for, so that it is known what came of it.
    func stop() async {
        state.withLock { $0.isStopped = true }
        while state.withLock({ $0.asking > 0 }) { try? await Task.sleep(for: .milliseconds(20)) }
        await client.stop()
    }

    /// Begins so many runs more.
    func begin(_ count: Int) {
        for _ in 0..<max(0, count) {
            let number = state.withLock { state in
                state.begun += 1
                return state.begun
            }
            Task { await start(number) }
        }
    }

    private func start(_ number: Int) async {
        let run = Identifier(
            run: Seed(high: seed, low: UInt64(number)), now: Timestamp(milliseconds: 1_700_000_000_000 + Int64(number)))
        let request = StartRequest(workflow: workflows[number % workflows.count], run: run)
        let reply = await persist("the start of \(run)") { client throws(ClientError) in
            try await client.start(request, id: "start-\(number)")
        }
        if let reply, reply.run != run { complain("the start of \(run) was answered with \(reply.run)") }
        guard !state.withLock({ $0.isStopped }) else { return }
        state.withLock { _ = $0.answered.insert("\(run)") }
        await steer(run, number)
    }

    /// A few runs are paused for a while, cancelled, or forgotten when they have ended.
    private func steer(_ run: Identifier, _ number: Int) async {
        var random = SeededRandom(seed: seed &+ UInt64(number))
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<10:
            await rest(0.2...5, &random)
            let pause = await persist(nil) { client throws(ClientError) in
                try await client.pause(run, id: "pause-\(number)")
            }
            guard pause != nil else { return }
            await rest(0.2...5, &random)
            let resumed = await persist(nil) { client throws(ClientError) in
                try await client.resume(run, id: "resume-\(number)")
            }
            if resumed != nil { return state.withLock { $0.paused += 1 } }
            // Tasks that were out when it was paused may have ended it; else it must go on.
            let snapshot = await persist("the state of \(run)") { client throws(ClientError) in
                try await client.snapshot(of: run)
            }
            if let snapshot, !snapshot.status.isFinal {
                complain("the resumption of \(run) was refused, and it is \(snapshot.status)")
            }
        case 10..<15:
            await rest(0.2...10, &random)
            let reply = await persist(nil) { client throws(ClientError) in
                try await client.cancel(run, reason: "chaos", id: "cancel-\(number)")
            }
            if reply?.status == .cancelled { state.withLock { _ = $0.cancelled.insert("\(run)") } }
        case 15..<20:
            await rest(30...60, &random)
            let forgotten = await persist(nil) { client throws(ClientError) in
                try await client.forget(run, id: "forget-\(number)")
            }
            if forgotten != nil { state.withLock { _ = $0.forgotten.insert("\(run)") } }
        default: break
        }
    }

    private func rest(_ seconds: ClosedRange<Double>, _ random: inout SeededRandom) async {
        try? await Task.sleep(for: .seconds(Double.random(in: seconds, using: &random)))
    }

    /// Asks until there is an answer; nil when it is a refusal, which is a complaint when `what` says of what, or when
    /// the keeper is stopped.
    private func persist<Answer>(
        _ what: String?, _ ask: (Client) async throws(ClientError) -> Answer
    ) async -> Answer? {
        while begin() {
            defer { state.withLock { $0.asking -= 1 } }
            do throws(ClientError) { return try await ask(client) } catch {
                guard !error.isRetriable else { continue }
                if let what { complain("\(what): \(error)") }
                return nil
            }
        }
        return nil
    }

    /// Whether a request may go out, which then counts as one that is.
    private func begin() -> Bool {
        state.withLock { state in
            if !state.isStopped { state.asking += 1 }
            return !state.isStopped
        }
    }

    /// Whatever a run asks is answered with what lets it go on.
    private func answerQuestions() async {
        guard let open = try? await client.decisions() else { return }
        for entry in open {
            let value: JSON =
                switch entry.answers {
                case .boolean: true
                case .oneOf(let options): .string(options.contains("accept") ? "accept" : options.first ?? "")
                case .anything: []
                }
            _ = try? await client.decide(DecideRequest(run: entry.run, decision: entry.id, value: value))
        }
    }

    private func complain(_ text: String) { state.withLock { $0.complaints.append(text) } }
}
