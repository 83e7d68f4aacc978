import ArgumentParser
import BatonClient

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End a run; what its agents have is dropped.")

    @OptionGroup var target: RunArgument
    @OptionGroup var record: RecordOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        try await connection.steer(target, record.answer) { client, run in
            try await client.cancel(run, reason: record.reason, id: record.answer.requestID)
        }
    }
}
