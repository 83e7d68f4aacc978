import ArgumentParser
import BatonClient

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "End a run; what its agents have is dropped.",
        discussion: """
            It stays in the list, with its documents and its history; `baton forget` removes it.

            Examples:
              baton cancel last
              baton cancel last --reason "It is made otherwise now"
            """)

    @OptionGroup var target: RunArgument
    @OptionGroup var record: RecordOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        try await connection.steer(target, record.answer) { client, run in
            try await client.cancel(run, reason: record.reason, id: record.answer.requestID)
        }
    }
}
