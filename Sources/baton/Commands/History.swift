import ArgumentParser
import BatonClient

struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell everything that happened in a run.",
        discussion: """
            Examples:
              baton history last
              baton history last --step pm-prd --since 2h
              baton history last --kind attempt_ended --agent pm-1 --json
            """)

    @OptionGroup var target: RunArgument

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Which events") var events: EventOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let printer = EventPrinter(filter: try events.filter(), json: output.json)
        try await connection.withClient { client in
            try await printer.printHistory(of: try await target.resolve(client), client)
        }
    }
}
