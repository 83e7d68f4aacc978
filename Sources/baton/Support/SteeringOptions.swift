import ArgumentParser
import BatonClient

/// What a command leaves in a run's history beside who gave it.
struct RecordOptions: ParsableArguments {
    @Option(help: "Why, for the record.")
    var reason: String?

    @OptionGroup var answer: AnswerOptions
}

/// How the answer to a request that changes something is asked for, and told.
struct AnswerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The same id again gets the same answer.", valueName: "id"))
    var requestID: String?

    @OptionGroup var output: OutputOptions
}

/// Which of several activations of a step is meant.
struct ItemOption: ParsableArguments {
    @Option(help: ArgumentHelp("The item, when the step is there for several (epic-1/story-2).", valueName: "scope"))
    var item: String?
}

extension ConnectionOptions {
    /// Steers a run, and says what has become of it.
    func steer(
        _ target: RunArgument, _ answer: AnswerOptions,
        _ body: (Client, Identifier) async throws -> RunReply
    ) async throws {
        let reply = try await withClient(requestID: answer.requestID) { client in
            try await body(client, try await target.resolve(client))
        }
        if answer.output.json { return printJSON(reply) }
        let steps = reply.steps.isEmpty ? "" : ": \(TerminalText.line(reply.steps.joined(separator: ", ")))"
        let remark = reply.hasChanged ? steps : "; nothing has changed"
        Terminal.output("\(reply.run)  \(reply.status.rawValue)\(remark)")
    }
}
