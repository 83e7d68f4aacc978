import ArgumentParser
import BatonClient

struct ReworkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rework",
        abstract: "Have made again what was made from an older version of a document.",
        discussion: """
            The steps that made what is stale (`baton lineage` says what is) get new tasks, each after those that it \
            needs something of, and are given the newest versions. What the run is at goes on meanwhile; a run that \
            was completed is opened for it, and completed again. What can't be made again stays as it is.

            Examples:
              baton rework last prd.md
              baton lineage last prd.md
            """)

    @OptionGroup var target: RunArgument

    @Argument(help: "The document that has changed, by its full name.")
    var artifact: String

    @OptionGroup var answer: AnswerOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        try await connection.steer(target, answer) { client, run in
            try await client.rework(artifact, of: run, id: answer.requestID)
        }
    }
}
