import ArgumentParser
import BatonClient

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End a run; what its agents have is dropped.")

    @OptionGroup var target: RunArgument

    @Option(help: "Why, for the record.")
    var reason: String?

    @Option(help: ArgumentHelp("The same id again gets the same answer.", valueName: "id"))
    var requestID: String?

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient(requestID: requestID) { client in
            let run = try await target.resolve(client)
            let status = try await client.cancel(run, reason: reason, id: requestID)
            Terminal.output("\(run)  \(status.rawValue)")
        }
    }
}
