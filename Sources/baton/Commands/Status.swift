import ArgumentParser
import BatonClient

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show where a run stands, and why it does not move.",
        discussion: """
            What holds the run up is told at the end: a role that no agent has, or only agents that get \
            nothing, a question that nobody has answered, a step whose retries are used up with each attempt, a bound \
            with the last verdict.

            Examples:
              baton status last
              baton status last --all
            """)

    @OptionGroup var target: RunArgument

    @Flag(help: "Every step, also of a long run.")
    var all = false

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let (snapshot, standstill) = try await connection.withClient { client in
            let snapshot = try await client.snapshot(of: try await target.resolve(client))
            return (snapshot, output.json ? Standstill(snapshot) : try await client.standstill(of: snapshot))
        }
        if output.json { return printJSON(snapshot) }
        var questions = QuestionText(connection: connection.words)
        // What holds the run up tells it.
        questions.tellsStanding = false
        var view = ProgressView(width: Terminal.width, style: Terminal.style, questions: questions)
        view.foldsLongRuns = !all
        for line in view.lines(snapshot, now: .now) { Terminal.output(line) }
        let why = standstill.lines(now: .now, width: Terminal.width - 2, style: Terminal.style)
        if !why.isEmpty { Terminal.output("\nWhat holds it up:") }
        for line in why { Terminal.output("  \(line)") }
    }
}
