import BatonMessages
import Foundation

/// Asks an endpoint that speaks OpenAI's chat API, and comes back when it is busy.
struct ChatClient: Sendable {
    let configuration: ModelConfiguration
    private let transfer: ChatTransfer
    /// Waits; tests do without.
    var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    init(_ configuration: ModelConfiguration) {
        self.configuration = configuration
        transfer = ChatTransfer(configuration)
    }

    /// Ends the connections that wait for another request.
    func close() { transfer.close() }

    /// - Parameters:
    ///   - deadline: when an answer is of no use any more.
    ///   - spent: is told the tokens of every answer that the endpoint counted, used or not.
    ///   - notice: is told what the wait is for.
    /// - Throws: ``ModelError``, or `CancellationError`.
    func answer(
        to messages: [ChatMessage], until deadline: ContinuousClock.Instant,
        spent: (_ input: Int64?, _ output: Int64?) -> Void, notice: @Sendable (String) async -> Void
    ) async throws -> ChatAnswer {
        let body = body(for: messages)
        var tried = 0
        while true {
            do {
                let response = try await send(body, until: deadline)
                guard response.status == 200 else { throw refusal(response) }
                let tokens = ChatAnswer.tokens(in: response.body)
                spent(tokens.input, tokens.output)
                return try ChatAnswer(reading: response.body)
            } catch let error as ModelError {
                tried += 1
                guard error.passes, tried < configuration.tries else { throw error }
                let delay = error.retryAfter ?? .seconds(min(60, 1 << (tried - 1)))
                guard ContinuousClock.now + delay < deadline else { throw error }
                await notice("\(error.cause); again in \(delay.components.seconds) s")
                try await pause(delay)
            }
        }
    }

    private func send(_ body: [UInt8], until deadline: ContinuousClock.Instant) async throws
        -> ChatTransfer.Response
    {
        try await withThrowingTaskGroup(of: ChatTransfer.Response?.self) { group in
            group.addTask { [transfer] in
                try await transfer.send(body, maxBytes: ModelConfiguration.maxAnswerBytes)
            }
            group.addTask {
                try await Task.sleep(until: deadline)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let response = first else {
                throw ModelError(.timeout, "the model did not answer in time")
            }
            return response
        }
    }

    private func body(for messages: [ChatMessage]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("model", configuration.model)
            writer.array("messages") { writer in
                for message in messages {
                    writer.object {
                        $0.field("role", message.role.rawValue)
                        $0.field("content", message.text)
                    }
                }
            }
            writer.field("stream", false)
            writer.field("max_tokens", configuration.answerTokens)
            if let temperature = configuration.temperature { writer.field("temperature", temperature) }
        }
        return writer.bytes
    }

    // MARK: What an endpoint says in place of an answer

    private func refusal(_ response: ChatTransfer.Response) -> ModelError {
        let said = (try? JSON.parse(response.body)).flatMap(ChatAnswer.message)
        let text = said.map { ": " + (configuration.key?.redacted($0) ?? $0) } ?? ""
        let status = "the endpoint answers \(response.status)\(text)"
        let retryAfter = response.retryAfter.flatMap(RetryAfter.read)
        switch response.status {
        case 401, 403: return ModelError(.unauthorized, status)
        case 408, 425, 409: return ModelError(.unavailable, status, retryAfter: retryAfter)
        case 429: return ModelError(.rateLimited, status, retryAfter: retryAfter)
        case 300..<400: return ModelError(.refused, status + ": give the URL that it leads to")
        case 500...: return ModelError(.unavailable, status, retryAfter: retryAfter)
        default: return ModelError(.refused, status)
        }
    }
}

/// `Retry-After`, as RFC 9110 has it: seconds, or a date.
enum RetryAfter {
    /// An endpoint that wants longer is not waited for.
    private static let longest: Duration = .seconds(86_400)

    static func read(_ text: String) -> Duration? { read(text, now: Date()) }

    static func read(_ text: String, now: Date) -> Duration? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if let seconds = Double(text), seconds.isFinite, seconds >= 0 {
            return min(longest, .milliseconds(Int64(min(seconds, 1e6) * 1000)))
        }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let date = format.date(from: text) else { return nil }
        return min(longest, .milliseconds(Int64(max(0, min(date.timeIntervalSince(now), 1e6)) * 1000)))
    }
}
