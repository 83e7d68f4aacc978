import BatonAgent
import BatonMessages
import BatonTestKit
import Foundation
import Synchronization
import Testing

@testable import BatonModel

struct ModelHandlerTests {
    private static let key = "sk-verysecret-0123456789"

    /// A handler for the server whose pauses are noted in place of being waited for.
    private func handler(
        _ server: ChatServer, _ pauses: Pauses = Pauses(), key: String? = nil,
        _ change: (inout ModelConfiguration) -> Void = { _ in }
    ) throws -> ModelHandler {
        var configuration = try ModelConfiguration(url: server.url, model: "tiny")
        configuration.key = try key.map { try APIKey($0) }
        configuration.timeout = .seconds(60)
        change(&configuration)
        var handler = ModelHandler(configuration)
        handler.client.pause = { pauses.add($0) }
        return handler
    }

    final class Pauses: Sendable {
        private let durations = Mutex<[Duration]>([])
        var all: [Duration] { durations.withLock { $0 } }
        func add(_ duration: Duration) { durations.withLock { $0.append(duration) } }
    }

    // MARK: Answers

    @Test("The task becomes a conversation, the answer the result, with the tokens, the time and the cost")
    func answer() async throws {
        let server = try ChatServer(.answer("# Brief\n\nLight.", inputTokens: 1200, outputTokens: 300))
        let handler = try handler(server, key: Self.key) {
            $0.prices = ModelConfiguration.Prices(perMillionInput: 2, perMillionOutput: 10)
            $0.answerTokens = 500
            $0.temperature = 0.5
        }
        let outcome = try await handler.handle(Samples.context(Samples.command()))
        #expect(outcome.error == nil && outcome.artifacts.map(\.name.text) == ["brief.md"])
        #expect(outcome.usage?["input_tokens"] == 1200 && outcome.usage?["output_tokens"] == 300)
        #expect(outcome.usage?["tokens"] == 1500 && outcome.usage?["cost"] == 0.0054)
        #expect(outcome.usage?["model"] == "tiny" && outcome.usage?["seconds"]?.double ?? 0 > 0)
        let request = try #require(server.requests.first)
        #expect(request.path == "/v1/chat/completions" && request.headers["authorization"] == "Bearer \(Self.key)")
        #expect(request.body["model"] == "tiny" && request.body["max_tokens"] == 500)
        #expect(request.body["temperature"] == 0.5 && request.body["stream"] == false)
        #expect(request.turns.count == 2 && request.turns[1].contains("Write about the lighthouse."))
    }

    @Test("An answer that lacks something goes back with what it lacks, and all tokens count")
    func correction() async throws {
        let command = Samples.command(creates: [CommandProduct(name: "a.md"), CommandProduct(name: "b.md")])
        let whole = "<document name=\"a.md\">\nA\n</document>\n<document name=\"b.md\">\nB\n</document>"
        let server = try ChatServer(.answer("<document name=\"a.md\">\nA\n</document>"), .answer(whole))
        let outcome = try await handler(server).handle(Samples.context(command))
        #expect(outcome.error == nil && outcome.artifacts.count == 2 && outcome.usage?["tokens"] == 220)
        let turns = try #require(server.requests.last).turns
        #expect(turns.count == 4 && turns[3].contains("<document name=\"b.md\"> is missing"))
    }

    @Test("A section that is not the model's goes back to it, and its own becomes part of the result")
    func contribution() async throws {
        func answer(_ id: String) -> ChatServer.Behaviour {
            .answer(
                "<document name=\"report.md\">\nGood.\n</document>\n"
                    + "<section document=\"epic-1/story.md\" id=\"\(id)\">\nDone.\n</section>")
        }
        let server = try ChatServer(answer("plan"), answer("status"))
        let outcome = try await handler(server).handle(Samples.context(Samples.contributing))
        #expect(outcome.error == nil && outcome.artifacts.last?.body == .sections(["status": "Done."]))
        let turns = try #require(server.requests.last).turns
        #expect(turns.count == 4 && turns[3].contains("these are: record, files, status"))
    }

    @Test("One that never has it fails, with what is lacking")
    func hopeless() async throws {
        let server = try ChatServer(.answer(""))
        let outcome = try await handler(server).handle(Samples.context(Samples.command()))
        #expect(outcome.error?.code == "answer_incomplete" && outcome.error?.isRetryable == true)
        #expect(outcome.error?.message.contains("brief.md") == true && server.requests.count == 3)
        #expect(outcome.usage?["tokens"] == 330)
    }

    @Test("After a rejection the model sees its answer and the reasons")
    func rejection() async throws {
        let server = try ChatServer(.answer("# First"), .answer("# Second"))
        let handler = try handler(server)
        var command = Samples.command()
        _ = try await handler.handle(Samples.context(command))
        command.attempt = 2
        command.previous = TaskCommand.Previous(attempt: 1, outcome: .rejected, message: "brief.md: no keeper is named")
        let outcome = try await handler.handle(Samples.context(command))
        #expect(outcome.artifacts.first?.body == .text("# Second\n"))
        let turns = try #require(server.requests.last).turns
        #expect(turns.count == 4 && turns[2] == "# First" && turns[3].contains("brief.md: no keeper is named"))
    }

    // MARK: Trouble

    @Test("Rate-limited, busy, cut and unreadable answers are asked for again, Retry-After is kept to")
    func transient() async throws {
        let pauses = Pauses()
        let server = try ChatServer(
            .status(429, headers: ["Retry-After": "7"], body: #"{"error":{"message":"slow down"}}"#), .status(503),
            .cut, .body("<html>"), .answer("# At last"))
        let said = Said()
        let outcome = try await handler(server, pauses).handle(Samples.context(Samples.command(), said: said))
        #expect(outcome.error == nil && server.requests.count == 5)
        #expect(pauses.all == [.seconds(7), .seconds(2), .seconds(4), .seconds(8)])
        #expect(said.all.contains("the endpoint answers 429: slow down; again in 7 s"))
    }

    @Test("An endpoint that stays busy fails the attempt, which may be tried again")
    func busy() async throws {
        let server = try ChatServer(.status(429, headers: ["Retry-After": "1"]))
        let outcome = try await handler(server) { $0.tries = 3 }.handle(Samples.context(Samples.command()))
        #expect(outcome.error?.code == "model_rate_limited" && outcome.error?.isRetryable == true)
        #expect(server.requests.count == 3)
    }

    @Test("A Retry-After beyond the task's own time is not waited for")
    func lateRetry() async throws {
        let pauses = Pauses()
        let server = try ChatServer(.status(429, headers: ["Retry-After": "3600"]))
        let outcome = try await handler(server, pauses).handle(Samples.context(Samples.command()))
        #expect(outcome.error?.code == "model_rate_limited" && pauses.all.isEmpty && server.requests.count == 1)
    }

    @Test("A wrong key, an unknown model and a redirection are no reason to try again; the key is never said")
    func refused() async throws {
        let body = #"{"error":{"message":"Incorrect API key provided: \#(Self.key)"}}"#
        for (status, code) in [(401, "model_unauthorized"), (404, "model_refused"), (400, "model_refused")] {
            let server = try ChatServer(.status(status, body: body))
            let outcome = try await handler(server, key: Self.key).handle(Samples.context(Samples.command()))
            #expect(outcome.error?.code == code && outcome.error?.isRetryable == false)
            #expect(outcome.error?.message.contains("Incorrect API key provided: …") == true)
            #expect(server.requests.count == 1)
        }
        let elsewhere = try ChatServer(.answer("x"))
        let server = try ChatServer(.status(307, headers: ["Location": elsewhere.url + "/chat/completions"]))
        let outcome = try await handler(server, key: Self.key).handle(Samples.context(Samples.command()))
        #expect(outcome.error?.code == "model_refused" && elsewhere.requests.isEmpty)
    }

    @Test("JSON that is not the API's is unreadable, with what is missing")
    func wrongJSON() async throws {
        for (body, reason) in [
            ("[]", "choices[0].message"), (#"{"choices":[{"message":{"content":7}}]}"#, "no text"),
            (String(repeating: "[", count: 100_000), "not JSON"),
        ] {
            let server = try ChatServer(.body(body))
            let outcome = try await handler(server) { $0.tries = 1 }
                .handle(Samples.context(Samples.command()))
            #expect(outcome.error?.code == "model_unreadable" && outcome.error?.message.contains(reason) == true)
        }
    }

    @Test("An endless answer is cut at its bound")
    func endless() async throws {
        let server = try ChatServer(.endless())
        let outcome = try await handler(server) { $0.tries = 1 }.handle(Samples.context(Samples.command()))
        #expect(outcome.error?.code == "model_unreadable")
        #expect(outcome.error?.message.contains("more than \(ModelConfiguration.maxAnswerBytes) bytes") == true)
    }

    @Test("Whoever answers faster than the answer is read waits, also when every thread of the pool is busy")
    func endlessBesideWork() async throws {
        let server = try ChatServer(.endless(after: .milliseconds(100)))
        let handler = try handler(server) { $0.tries = 1 }
        let task = Task { try await handler.handle(Samples.context(Samples.command())) }
        await until { !server.requests.isEmpty }
        let bound = 2 * ModelConfiguration.maxAnswerBytes
        let end = ContinuousClock.now + .seconds(1)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 * ProcessInfo.processInfo.activeProcessorCount {
                group.addTask { while ContinuousClock.now < end, server.pouredBytes < bound {} }
            }
        }
        #expect(try await task.value.error?.code == "model_unreadable")
        await until { server.abandoned == 1 }
        #expect(server.abandoned == 1 && server.pouredBytes < bound)
    }

    @Test("An answer that stopped at the bound of tokens is no document, and its tokens count")
    func cutOff() async throws {
        let server = try ChatServer(.answer("# Half", finish: "length"))
        let outcome = try await handler(server).handle(Samples.context(Samples.command()))
        #expect(outcome.error?.code == "answer_cut_off" && outcome.error?.isRetryable == false)
        #expect(outcome.usage?["tokens"] == 110)
    }

    @Test("A model that is too slow is left at the task's timeout")
    func slow() async throws {
        let server = try ChatServer(.silence)
        let outcome = try await handler(server).handle(
            Samples.context(Samples.command(timeoutMilliseconds: 1000)))
        #expect(outcome.error?.code == "model_timeout" && outcome.error?.isRetryable == true)
        // On a machine that is busy the time may be over before the request is out.
        await until { server.abandoned == server.requests.count }
        #expect(server.abandoned == server.requests.count)
    }

    @Test("A cancelled task ends its request")
    func cancel() async throws {
        let server = try ChatServer(.silence)
        let handler = try handler(server)
        let task = Task { try await handler.handle(Samples.context(Samples.command())) }
        await until { !server.requests.isEmpty }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await until { server.abandoned == 1 }
        #expect(server.abandoned == 1)
    }

    @Test("Nobody there is said so")
    func nobody() async throws {
        let server = try ChatServer(.silence)
        server.close()
        let outcome = try await handler(server) { $0.tries = 2 }.handle(Samples.context(Samples.command()))
        #expect(outcome.error?.code == "model_unreachable" && outcome.error?.isRetryable == true)
    }

    // MARK: Bounds

    @Test("What does not fit into the model's context is refused before it is sent")
    func context() async throws {
        let server = try ChatServer(.answer("x"))
        let large = Samples.document("architecture.md", String(repeating: "word ", count: 5000))
        let handler = try handler(server) {
            $0.contextTokens = 4096
            $0.answerTokens = 1000
        }
        let outcome = try await handler.handle(Samples.context(Samples.command(), artifacts: [large]))
        #expect(outcome.error?.code == "context_too_small" && outcome.error?.isRetryable == false)
        #expect(outcome.error?.message.contains("architecture.md with 25000 bytes") == true)
        #expect(server.requests.isEmpty)
    }

    @Test("A URL with a password, another scheme or no host is refused; a key never prints")
    func configuration() throws {
        for url in ["ftp://x/v1", "http://user:pass@host/v1", "nonsense", "http://"] {
            #expect(throws: ModelError.self) { try ModelConfiguration(url: url, model: "m") }
        }
        let whole = try ModelConfiguration(url: "http://h/v1/chat/completions", model: "m")
        #expect(whole.url.absoluteString == "http://h/v1/chat/completions")
        let key = try APIKey(" \(Self.key)\n")
        #expect("\(key)" == "…" && !String(reflecting: [key]).contains(Self.key))
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains(Self.key))
        #expect(throws: ModelError.self) { try APIKey("a b") }
    }

    @Test("Retry-After is seconds or a date, and nothing else")
    func retryAfter() {
        let now = Date(timeIntervalSince1970: 1_772_442_840)
        #expect(RetryAfter.read("120") == .seconds(120) && RetryAfter.read(" 0.5 ") == .milliseconds(500))
        #expect(RetryAfter.read("Mon, 02 Mar 2026 09:15:00 GMT", now: now) == .seconds(60))
        #expect(RetryAfter.read("Mon, 02 Mar 2020 09:15:00 GMT", now: now) == .zero)
        #expect(RetryAfter.read("soon") == nil && RetryAfter.read("-1") == nil && RetryAfter.read("nan") == nil)
        #expect(RetryAfter.read("1e300") == .seconds(86_400))
    }

    /// Waits for what a server sees from another thread.
    private func until(_ condition: () -> Bool) async {
        let deadline = ContinuousClock.now + .seconds(60)
        while !condition(), ContinuousClock.now < deadline { await Task.yield() }
    }
}
