import BatonClient
import BatonEngine
import BatonMQTT
import BatonMessages
import BatonTestKit
import Foundation
import Synchronization

/// Starts runs and answers their questions, as a client that repeats each request until it has an answer.
final class RunKeeper: Sendable {
    private struct State {
        var begun = 0
        var answered: Set<String> = []
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
    /// Starts without an answer yet.
    var pending: Int { state.withLock { $0.begun - $0.answered.count } }
    var begun: Int { state.withLock { $0.begun } }
    /// What the orchestrator answered that it should not have.
    var complaints: [String] { state.withLock { $0.complaints } }

    func stop() async {
        state.withLock { $0.isStopped = true }
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
        while !state.withLock({ $0.isStopped }) {
            do throws(ClientError) {
                let reply = try await client.start(request, id: "start-\(number)")
                if reply.run != run { complain("the start of \(run) was answered with \(reply.run)") }
                state.withLock { _ = $0.answered.insert("\(run)") }
                return
            } catch {
                guard error.isRetriable else {
                    complain("the start of \(run): \(error)")
                    state.withLock { _ = $0.answered.insert("\(run)") }
                    return
                }
            }
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
