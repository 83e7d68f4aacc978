import ArgumentParser
import BatonClient

struct Decide: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer a question of a run.",
        discussion: """
            `baton decisions` lists what is asked. A value that is JSON (true, 3, ["a", "b"]) is taken as such, any \
            other as text. An answer that comes twice or late changes nothing. Ends with 5 when the run does not ask \
            that, with 2 when the value is no answer to the question.

            Examples:
              baton decide last user_wants_story_review=true
              baton decide last --item epic-1/story-2 qa_left_unchecked_items=false
              baton decide last elicit_prd_goals=feedback --comment "say for whom"
              baton decide last --id 0197a1b2-c3d4-7e5f-8a9b-112233440007 another_round
            """)

    @OptionGroup var target: RunArgument

    @Argument(
        help: ArgumentHelp("The question's name and the answer; with --id the answer alone.", valueName: "answer"))
    var answer: String

    @Option(help: ArgumentHelp("The item, when several ask the same (epic-1/story-2).", valueName: "scope"))
    var item: String?

    @Option(name: .customLong("id"), help: ArgumentHelp("The question's id.", valueName: "decision"))
    var decision: String?

    @Option(help: ArgumentHelp("Why; of `feedback`, what the author is told.", valueName: "text"))
    var comment: String?

    @Option(help: ArgumentHelp("The same id again gets the same answer.", valueName: "id"))
    var requestID: String?

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws { _ = try parts() }

    func run() async throws {
        let parts = try parts()
        let reply = try await connection.withClient(requestID: requestID) { client in
            let run = try await target.resolve(client)
            let request = DecideRequest(
                run: run, decision: parts.decision, name: parts.name, item: item, value: parts.value,
                comment: comment)
            return try await client.decide(request, id: requestID)
        }
        if output.json { return printJSON(reply) }
        Terminal.output(reply.sentence)
    }

    private func parts() throws -> (decision: Identifier?, name: String?, value: JSON) {
        if let decision {
            guard let id = Identifier(decision) else { throw ValidationError("--id must be a UUID.") }
            return (id, nil, Self.value(answer))
        }
        guard let equals = answer.firstIndex(of: "="), equals > answer.startIndex else {
            throw ValidationError("“\(TerminalText.line(answer, maxLength: 80))” is not name=value.")
        }
        return (nil, String(answer[..<equals]), Self.value(String(answer[answer.index(after: equals)...])))
    }

    /// What JSON calls a value is one; null is no answer.
    private static func value(_ text: String) -> JSON {
        guard let value = try? JSON.parse(text), !value.isNull else { return .string(text) }
        return value
    }
}
