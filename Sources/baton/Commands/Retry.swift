import ArgumentParser
import BatonClient

struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have a step tried again that came to nothing.",
        discussion: """
            Of a run that needs a person: the step, or everything that waits for help, gets a fresh set of attempts. \
            Of a run that failed: it goes on where it was, with what failed tried again. What the run has gone on \
            without is not tried again. A step that is a run of another workflow begins a new one.

            Examples:
              baton retry last
              baton retry last build --item epic-1/story-2
              baton retry last draft --budget draft.tokens=20000
            """)

    @OptionGroup var target: RunArgument

    @Argument(help: "The step's id; without one, everything.")
    var step: String?

    @OptionGroup var place: ItemOption
    @OptionGroup var limits: BudgetOption

    @OptionGroup var answer: AnswerOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        if place.item != nil, step == nil { throw ValidationError("--item needs the step.") }
    }

    func run() async throws {
        let budget = try limits.limits()
        try await connection.steer(target, answer) { client, run in
            let request = StepRequest(run: run, step: step, item: place.item, budget: budget)
            return try await client.retry(request, id: answer.requestID)
        }
    }
}

struct Skip: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Go on without a step.",
        discussion: """
            The step counts as skipped, whatever it is at; what it would have made is absent, and does not hold what \
            comes after.

            Example:
              baton skip last qa-review --reason "no environment for it"
            """)

    @OptionGroup var target: RunArgument

    @Argument(help: "The step's id.")
    var step: String

    @OptionGroup var place: ItemOption
    @OptionGroup var record: RecordOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        try await connection.steer(target, record.answer) { client, run in
            let request = StepRequest(run: run, step: step, item: place.item, reason: record.reason)
            return try await client.skip(request, id: record.answer.requestID)
        }
    }
}

struct Fail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a step fail, or a run.",
        discussion: """
            What a failed step means for the run is said by its on_failure. `baton retry` takes it up again.

            Examples:
              baton fail last
              baton fail last qa-review --reason "there is nobody to do it"
            """)

    @OptionGroup var target: RunArgument

    @Argument(help: "The step's id; without one, the run fails.")
    var step: String?

    @OptionGroup var place: ItemOption
    @OptionGroup var record: RecordOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        if place.item != nil, step == nil { throw ValidationError("--item needs the step.") }
    }

    func run() async throws {
        try await connection.steer(target, record.answer) { client, run in
            let request = StepRequest(run: run, step: step, item: place.item, reason: record.reason)
            return try await client.fail(request, id: record.answer.requestID)
        }
    }
}
