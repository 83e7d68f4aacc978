import ArgumentParser
import BatonClient
import BatonWorkflow

/// Which events of a run are shown.
struct EventOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only of this step; may be repeated.", valueName: "id"))
    var step: [String] = []

    @Option(help: ArgumentHelp("Only of this agent; may be repeated.", valueName: "id"))
    var agent: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only of this kind, or with something of this kind that followed (dispatched, attempt_ended, milestone); "
                + "may be repeated.", valueName: "kind"))
    var kind: [String] = []

    @Option(
        help: ArgumentHelp("Nothing from before: 2026-01-31T12:00:00Z, or 90s, 15m, 2h, 3d ago.", valueName: "time"))
    var since: String?

    func validate() throws { _ = try filter() }

    func filter() throws -> EventFilter {
        for word in kind where !LogEvent.kinds.contains(word) {
            let meant = NearMiss.find(word, in: LogEvent.kinds).map { "; did you mean \($0)?" } ?? "."
            throw ValidationError(
                "--kind: there is no kind “\(TerminalText.line(word, maxLength: 80))”\(meant) Known are: "
                    + LogEvent.kinds.joined(separator: ", ") + ".")
        }
        var moment: Timestamp?
        if let since {
            moment = EventFilter.moment(since, now: .now)
            guard moment != nil else {
                throw ValidationError("--since takes a time (2026-01-31T12:00:00Z), or how long ago: 90s, 15m, 2h, 3d.")
            }
        }
        return EventFilter(steps: step, agents: agent, kinds: kind, since: moment)
    }
}
