import ArgumentParser
import BatonClient

struct Forget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remove a run that has ended, for good.",
        discussion: """
            Its history, its documents that no other run has, and the runs that were steps of it go with it. `baton \
            serve --keep 30d` forgets runs by itself.

            Example:
              baton forget last
            """)

    @OptionGroup var target: RunArgument

    @OptionGroup var answer: AnswerOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient(requestID: answer.requestID) { client in
            let run = try await target.resolve(client)
            let count = try await client.forget(run, id: answer.requestID)
            if answer.output.json { return Terminal.output(#"{"run":"\#(run)","forgotten":\#(count)}"#) }
            let others = count > 1 ? ", and \(count - 1) inside it" : ""
            Terminal.output("\(run)  forgotten\(others)")
        }
    }
}
