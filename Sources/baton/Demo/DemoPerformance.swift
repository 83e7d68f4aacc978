import BatonClient
import Foundation
import ServiceLifecycle
import Synchronization

/// A demo from the first process to the last document, as a service: so that a signal ends it in order.
final class DemoPerformance: Service {
    struct Ending {
        let documents: [(artifact: ArtifactEntry, path: String)]
        let phases: Int
        let elapsed: Duration
        /// From the run's start to its end, in milliseconds.
        let runMilliseconds: Int64
        let path: CriticalPath
    }

    private let script: DemoScript
    private let stage: DemoStage
    private let result = Mutex<Result<Ending, any Error>?>(nil)
    private let interrupted = Mutex(false)

    init(script: DemoScript, stage: DemoStage) {
        self.script = script
        self.stage = stage
    }

    /// Whether a signal came before the end.
    var isInterrupted: Bool { interrupted.withLock { $0 } }

    /// How it ended; after ``run()``.
    func ending() throws -> Ending {
        guard let result = result.withLock({ $0 }) else { throw CancellationError() }
        return try result.get()
    }

    func run() async throws {
        let outcome: Result<Ending, any Error> = await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown { await self.perform() }
        } onGracefulShutdown: {
            self.interrupted.withLock { $0 = true }
        }
        // In a task of its own: the one that runs here may be cancelled.
        await Task { [stage] in await stage.strike() }.value
        result.withLock { $0 = outcome }
    }

    private func perform() async -> Result<Ending, any Error> {
        do {
            return .success(
                try await withThrowingTaskGroup(of: Ending?.self) { group in
                    group.addTask { try await self.play() }
                    group.addTask { [stage] in
                        for await failure in stage.failures { throw failure }
                        return nil
                    }
                    defer { group.cancelAll() }
                    while let ending = try await group.next() { if let ending { return ending } }
                    throw CancellationError()
                })
        } catch {
            return .failure(error)
        }
    }

    private func play() async throws -> Ending {
        let began = ContinuousClock.now
        let url = try await stage.set(for: script)
        var configuration = ClientConfiguration(broker: try BrokerAddress(parsing: url))
        configuration.waitsForBroker = true
        let client = try await Client.connect(configuration)
        do {
            let ending = try await play(with: client, at: url, since: began)
            await client.stop()
            return ending
        } catch {
            await client.stop()
            throw error
        }
    }

    private func play(with client: Client, at url: String, since began: ContinuousClock.Instant) async throws -> Ending
    {
        guard await client.orchestratorState(within: .seconds(15)) != nil else {
            throw DemoError("the orchestrator did not come up within 15 seconds")
        }
        let run = try await client.start(script.start).run
        var follower = RunFollower(client: client, run: run, display: .inPlace)
        follower.questions = QuestionText(connection: ["--broker", url])
        // A run that needs a person's help ends it too: a demo has none.
        let last = try await follower.follow(after: 0)
        guard last.status == .completed else {
            let reason = last.reason.map { TerminalText.line($0) } ?? "no reason is known"
            throw DemoError("the run is in \(last.status.rawValue): \(reason)", code: Failure.code(for: last.status))
        }
        let export = try await client.export(run, to: stage.documents)
        let path = CriticalPath(
            events: try await client.wholeHistory(of: run), artifacts: try await client.artifacts(of: run))
        return Ending(
            documents: export.files, phases: last.milestones.count, elapsed: .now - began,
            runMilliseconds: (last.endedAt ?? last.updatedAt).milliseconds - last.startedAt.milliseconds, path: path)
    }
}
