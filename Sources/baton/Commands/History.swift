import ArgumentParser
import BatonClient

struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Tell everything that happened in a run.")

    @OptionGroup var target: RunArgument

    @Flag(help: "Print JSON, an event per line.")
    var json = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            let run = try await target.resolve(client)
            let lines = EventLines(startedAt: try await client.snapshot(of: run).startedAt)
            var last = 0
            while true {
                let (events, end) = try await client.history(of: run, after: last)
                for event in events {
                    if json {
                        printJSON(event)
                    } else {
                        for line in lines.lines(event) { Terminal.output(line) }
                    }
                }
                guard let newest = events.last?.sequence, newest > last, newest < end else { return }
                last = newest
            }
        }
    }
}
