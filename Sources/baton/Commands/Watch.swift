import ArgumentParser
import BatonClient

struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what happens in a run, until it ends.",
        discussion: """
            On a terminal it is a screen: phases, steps, who works on what and for how long, open questions, and the \
            newest events. Keys answer a question (approve, reject, amend), open documents, pause the run and let it \
            go on; the lowest line names them, ? tells of all. What is longer than the screen opens in PAGER, where \
            that is set; e at an approval edits the document in VISUAL or EDITOR. Elsewhere, and with TERM=dumb, it \
            writes a line per event, and of a question the command that answers it. NO_COLOR leaves the colours out.

            Ends with 0 when the run is completed or was left with q, 1 when it failed or was cancelled, 3 when it \
            needs a person, 130 after Ctrl-C. A run that only waits for an answer goes on; the screen also stays while \
            there is a question that can be answered on it.

            Examples:
              baton watch last
              baton watch last --from-start --lines
            """)

    @OptionGroup var target: RunArgument

    @Flag(help: "Begin with the run's first event.")
    var fromStart = false

    @Flag(help: "A line per event, also on a terminal.")
    var lines = false

    @Flag(help: "Go on when the run needs a person.")
    var stay = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let status = try await connection.withClient { client in
            let run = try await target.resolve(client)
            var follower = RunFollower(client: client, run: run, display: lines ? .lines : .best)
            follower.staysForAttention = stay
            follower.questions = QuestionText(connection: connection.words)
            return try await follower.follow(after: fromStart ? 0 : nil).status
        }
        let code = Failure.code(for: status)
        if code != 0 { throw ExitCode(code) }
    }
}
