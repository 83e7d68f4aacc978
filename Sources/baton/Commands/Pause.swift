import ArgumentParser
import BatonClient

struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hold a run: nothing more of it is given to agents.",
        discussion: """
            What agents have may be finished, and counts; questions may be answered. Runs that are steps of it are \
            held, too. `baton resume` lets it go on.

            Examples:
              baton pause last
              baton pause last --reason "until Monday"
            """)

    @OptionGroup var target: RunArgument
    @OptionGroup var record: RecordOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        try await connection.steer(target, record.answer) { client, run in
            try await client.pause(run, reason: record.reason, id: record.answer.requestID)
        }
    }
}

struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a run go on that is paused, or has used up its budget.",
        discussion: """
            Examples:
              baton resume last
              baton resume last --budget tokens=400000,wall_time=4h
            """)

    @OptionGroup var target: RunArgument
    @OptionGroup var limits: BudgetOption

    @OptionGroup var answer: AnswerOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let budget = try limits.limits()
        try await connection.steer(target, answer) { client, run in
            try await client.resume(run, budget: budget, id: answer.requestID)
        }
    }
}
