import ArgumentParser
import BatonClient

struct Decisions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the questions that runs need answered.",
        discussion: """
            Without a run, the open questions of all runs. Each comes with since when it is open, who may answer it, \
            how many approvals are missing, until when and what happens then, and the command that answers it. In \
            JSON these are asked_at and, in approval: by, four_eyes, quorum, missing, votes, due_at and on_timeout.

            Examples:
              baton decisions
              baton decisions last --all
              baton decisions --json
            """)

    @Argument(help: ArgumentHelp("Only of this run: its id, the beginning of it, or `last`.", valueName: "run"))
    var run: String?

    @Flag(help: "With a run: the answered and withdrawn ones, too.")
    var all = false

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        if all, run == nil { throw ValidationError("--all needs a run.") }
        do { _ = try run.map { try RunReference($0) } } catch { throw ValidationError("\(error)") }
    }

    func run() async throws {
        let decisions = try await connection.withClient { client in
            guard let run else { return try await client.decisions() }
            let id = try await client.resolve(try RunReference(run))
            return try await client.decisions(of: id)
        }
        let shown = decisions.filter { all || $0.status == .open }
        if output.json { return shown.forEach { printJSON($0) } }
        guard !shown.isEmpty else {
            Terminal.error(all ? "the run has asked nothing" : "no questions are open")
            return
        }
        var last: Identifier?
        for decision in shown {
            if decision.run != last {
                if last != nil { Terminal.output("") }
                Terminal.output("\(TerminalText.line(decision.workflow))  \(decision.run)")
                last = decision.run
            }
            for line in lines(decision) { Terminal.output("  \(line)") }
        }
    }

    private func lines(_ decision: DecisionEntry) -> [String] {
        if decision.status == .open {
            let lines = QuestionText(connection: connection.words).lines(
                decision, width: Terminal.width - 2, now: .now)
            return [lines[0], "  id \(decision.id)"] + lines.dropFirst()
        }
        let item = decision.item.map { "  \(TerminalText.line($0))" } ?? ""
        let name = TerminalText.line(decision.name) + item
        guard let answer = decision.answer else { return ["\(decision.status.rawValue): \(name)"] }
        let who = decision.answeredBy.map { " by \(TerminalText.line($0))" } ?? ""
        return ["answered: \(name) = \(TerminalText.line(answer.plainText))\(who)"]
    }
}

extension JSON {
    /// A text as it is, anything else as JSON.
    var plainText: String { string ?? text }
}
