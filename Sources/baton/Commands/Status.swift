import ArgumentParser
import BatonClient

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show where a run stands.")

    @OptionGroup var target: RunArgument

    @Flag(help: "Every step, also of a long run.")
    var all = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let snapshot = try await connection.withClient { client in
            try await client.snapshot(of: try await target.resolve(client))
        }
        if json { return printJSON(snapshot) }
        var view = ProgressView(
            width: Terminal.width, style: Terminal.style, questions: QuestionText(connection: connection.words))
        view.foldsLongRuns = !all
        for line in view.lines(snapshot, now: .now) { Terminal.output(line) }
    }
}
