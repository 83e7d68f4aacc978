import ArgumentParser
import BatonClient

/// What a start says about optional steps and open conditions.
struct RunChoices: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Which optional steps run: none (the default), all, ask, or their ids separated by commas.",
            valueName: "which"))
    var optional: String?

    @Option(
        help: ArgumentHelp(
            "Which optional activities inside steps are enabled: none (the default), all, or names, with commas.",
            valueName: "which"))
    var optionalSteps: String?

    @Option(
        help: ArgumentHelp("When nobody knows whether a condition holds: ask, no or yes.", valueName: "answer"))
    var unanswered: String?

    @Option(
        help: ArgumentHelp(
            "Where the run waits for people to approve, whatever its steps say: none (the default), marked (where its "
                + "steps offer it), phases, documents or all.", valueName: "where"))
    var checkpoints: String?

    @Flag(
        help: ArgumentHelp(
            "Talk over the sections that templates mark with `elicit`, one after the other, while they are written."))
    var interactive = false

    /// The options by their names in the protocol.
    static let names = "optional, optional_steps, unanswered, checkpoints, elicitation and shard"

    func validate() throws { _ = try options() }

    /// - Parameters:
    ///   - others: the same by their names in the protocol, as `name=value`.
    ///   - unanswered: what holds when nothing is said.
    func options(
        _ others: [String] = [], unanswered fallback: RunOptions.Unanswered = .ask
    ) throws -> RunOptions {
        var values: [(name: String, value: String)] = [("unanswered", fallback.rawValue)]
        do {
            for text in others {
                let assignment = try Assignment(text)
                values.append((assignment.name, assignment.value.string ?? assignment.value.text))
            }
        } catch {
            throw ValidationError(error.message)
        }
        let own = [
            ("optional", optional), ("optional_steps", optionalSteps), ("unanswered", unanswered),
            ("checkpoints", checkpoints), ("elicitation", interactive ? "interactive" : nil),
        ]
        for (name, value) in own { if let value { values.append((name, value)) } }
        var members: [String: JSON] = [:]
        for (name, value) in values {
            switch (name, value) {
            case ("unanswered", _), ("optional", "none"), ("optional", "all"), ("optional", "ask"),
                ("optional_steps", "none"), ("optional_steps", "all"), ("shard", _), ("checkpoints", _),
                ("elicitation", _):
                members[name] = .string(value)
            case ("optional", _), ("optional_steps", _):
                members[name] = .array(value.split(separator: ",").map { .string(String($0)) })
            default:
                throw ValidationError("--option knows \(Self.names).")
            }
        }
        let (options, faults) = RunOptions.read(.object(.init(members, uniquingKeysWith: { $1 })))
        guard faults.isEmpty else { throw ValidationError(faults.joined(separator: "; ") + ".") }
        return options
    }
}
