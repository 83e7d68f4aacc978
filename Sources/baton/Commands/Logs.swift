import ArgumentParser
import BatonClient

struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a run's events, a line each, and go on with those to come.",
        discussion: """
            Without --follow it is what `baton history` writes. With it, the run's end is the end: 0 when it is \
            completed, 1 when it failed or was cancelled.

            Examples:
              baton logs last
              baton logs last --follow --since 15m
              baton logs last -f --agent pm-1 --json
            """)

    @OptionGroup var target: RunArgument

    @Flag(name: .shortAndLong, help: "Go on until the run has ended.")
    var follow = false

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Which events") var events: EventOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let printer = EventPrinter(filter: try events.filter(), json: output.json)
        let status = try await connection.withClient { client in
            let run = try await target.resolve(client)
            guard follow else {
                try await printer.printHistory(of: run, client)
                return RunStatus.running
            }
            return try await printer.follow(run, client)
        }
        let code = Failure.code(for: status)
        if code != 0 { throw ExitCode(code) }
    }
}
