import ArgumentParser
import BatonClient

struct Fork: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Begin a run anew from one of its steps, with other facts.",
        discussion: """
            The new run has all that was done before the step was first reached: results, documents, facts, answers; \
            none of it is done again. From there on it is a run of its own, and the facts that are given hold in place \
            of those that were known. The other run stays as it is, and may be forgotten.

            Examples:
              baton fork last --from ux-front-end-spec --fact user_wants_ai_generation=false
              baton fork last --from dev-implement --item epic-1/story-2
            """)

    @OptionGroup var target: RunArgument

    @Option(name: .customLong("from"), help: ArgumentHelp("The step to begin from.", valueName: "step"))
    var step: String

    @Option(help: ArgumentHelp("The item of the step (epic-1/story-2); default: the first.", valueName: "scope"))
    var item: String?

    @Option(
        name: .long, help: ArgumentHelp("A fact that holds from there on; may be repeated.", valueName: "name=value"))
    var fact: [String] = []

    @Option(help: "The project that the new run belongs to (default: the same).")
    var project: String?

    @Option(help: ArgumentHelp("The new run's id (default: a new one).", valueName: "uuid"))
    var runID: String?

    @Option(help: ArgumentHelp("The same id again gets the same answer and starts no second run.", valueName: "id"))
    var requestID: String?

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws { _ = (try facts(), try newRun()) }

    func run() async throws {
        let (facts, newRun) = (try facts(), try newRun())
        let reply = try await connection.withClient(requestID: requestID) { client in
            let source = try await target.resolve(client)
            return try await client.fork(
                ForkRequest(source: source, step: step, item: item, facts: facts, project: project, run: newRun),
                id: requestID)
        }
        if output.json { printJSON(reply) } else { Terminal.output(reply.run.description) }
    }

    private func newRun() throws -> Identifier? {
        guard let runID else { return nil }
        guard let id = Identifier(runID) else { throw ValidationError("--run-id must be a UUID.") }
        return id
    }

    private func facts() throws -> JSON {
        do { return try Assignment.object(fact, readsWords: true) } catch { throw ValidationError(error.message) }
    }
}
