import BatonAgent
import BatonMessages
import Logging

/// Does tasks by asking a language model over OpenAI's chat API.
///
/// The persona, the handoff, the documents and the outlines become the conversation; the parts of the answer become the
/// result. An answer that lacks something goes back to the model with what it lacks, within the attempt; when the
/// orchestrator rejects a result, the next attempt shows the model its answer and the reasons. What every answer took
/// stands in the result's `usage`, also of a task that failed.
public struct ModelHandler: Sendable {
    public let configuration: ModelConfiguration
    private let answers = LastAnswers()
    var client: ChatClient

    public init(_ configuration: ModelConfiguration) {
        self.configuration = configuration
        client = ChatClient(configuration)
    }

    /// Closes the connections to the endpoint.
    public func close() { client.close() }

    /// - Throws: `CancellationError` when the task was cancelled; then the request has ended.
    public func handle(_ context: TaskContext) async throws -> TaskOutcome {
        let start = ContinuousClock.now
        var count = TokenCount()
        var outcome: TaskOutcome
        do {
            outcome = try await answer(context, until: start + limit(of: context.command), &count)
        } catch let error as ModelError {
            outcome = .failed(code: error.code.rawValue, message: error.cause, isRetryable: error.isRetriable)
        }
        outcome.usage = count.usage(configuration, seconds: (ContinuousClock.now - start) / .seconds(1))
        return outcome
    }

    private func limit(of command: TaskCommand) -> Duration {
        command.timeoutMilliseconds.map { min(configuration.timeout, .milliseconds($0)) } ?? configuration.timeout
    }

    private func answer(
        _ context: TaskContext, until deadline: ContinuousClock.Instant, _ count: inout TokenCount
    ) async throws -> TaskOutcome {
        let command = context.command
        var messages = Prompt(context).messages
        if let before = command.previous {
            if let answer = answers.answer(of: command.task) { messages.append(ChatMessage(.assistant, answer)) }
            messages.append(ChatMessage(.user, Self.afterFailure(before)))
        }
        var faults: [String] = []
        for round in 0...configuration.corrections {
            try fit(messages, of: context)
            await context.report(
                percent: round == 0 ? 5 : 50,
                message: round == 0 ? "asking \(configuration.model)" : "asking \(configuration.model) to mend it")
            let answer = try await client.answer(to: messages, until: deadline) {
                count.add($0, $1)
            } notice: {
                context.logger.notice("\($0)")
                await context.report(message: $0)
            }
            switch AnswerReader(command).read(answer.text) {
            case .outcome(let outcome):
                answers.remember(answer.text, of: command.task)
                return outcome
            case .faults(let found):
                faults = found
                context.logger.notice("the answer lacks something: \(found.joined(separator: "; "))")
                messages += [ChatMessage(.assistant, answer.text), ChatMessage(.user, Self.mend(found))]
            }
        }
        throw ModelError(
            .incomplete,
            "the model's answer is not what the step asks for, after \(configuration.corrections + 1) tries: "
                + faults.joined(separator: "; "))
    }

    private static func mend(_ faults: [String]) -> String {
        "Your answer cannot be used as it is:\n" + faults.map { "- \($0)" }.joined(separator: "\n")
            + "\n\nAnswer again, completely, with all parts in the form that was asked for."
    }

    private static func afterFailure(_ before: TaskCommand.Previous) -> String {
        let what =
            before.outcome == .rejected
            ? "The last result for this step was rejected, for these reasons:" : "The last attempt at this step failed:"
        return "\(what)\n\(before.message)\n\nAnswer again, completely, and do better."
    }

    /// Refuses what the model would have to forget.
    private func fit(_ messages: [ChatMessage], of context: TaskContext) throws {
        guard let room = configuration.contextTokens else { return }
        let needed = messages.reduce(0) { $0 + $1.estimatedTokens }
        let answer = configuration.answerTokens ?? 0
        guard needed + answer > room else { return }
        let largest = context.artifacts.max { $0.size < $1.size }
        throw ModelError(
            .doesNotFit,
            "the task needs about \(needed) tokens"
                + (answer > 0 ? " and \(answer) for the answer" : "")
                + ", and the model takes \(room) (--context-tokens)"
                + (largest.map { "; the largest document is \($0.name) with \($0.size) bytes" } ?? "")
                + ": use a model with more, or shard the documents")
    }
}
