import ArgumentParser
import BatonClient

struct Agents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell who is there to work, and what each agent has.",
        discussion: """
            LAST SEEN is how long ago the orchestrator heard of an agent: its last message of any kind, or that it \
            went. An idle agent says nothing. Those that are offline are listed for seven days.

            An agent that is benched failed everything it got; it gets more when it reports in again. One that is \
            muted did not take what it was sent; it gets more when it says something, or after a while.

            Examples:
              baton agents
              baton agents --role pm --json
            """)

    @Option(help: "Only those with this role.")
    var role: String?

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let agents = try await connection.withClient { try await $0.agents() }
        let shown = agents.filter { agent in role.map(agent.roles.contains) ?? true }
        if output.json { return shown.forEach { printJSON($0) } }
        guard !shown.isEmpty else {
            let what = role.map { " with the role \(TerminalText.line($0))" } ?? ""
            Terminal.error("no agents\(what); this makes a program one: baton agent --role ROLE --exec PROGRAM")
            return
        }
        var table = TextTable("AGENT", "STATE", "LAST SEEN", "TASKS", "ROLES", "HOLDS")
        for agent in shown {
            let slots = agent.slots.map { " of \($0)" } ?? ""
            table.add(
                agent.id, Self.state(agent), agent.seenAt.map { "\(Self.elapsed($0)) ago" } ?? "",
                "\(agent.count)\(slots)", agent.roles.joined(separator: ", "),
                agent.holds.map(Self.text).joined(separator: "; "))
        }
        Terminal.print(table)
        for agent in shown {
            guard let reason = agent.reason else { continue }
            Terminal.output("\(TerminalText.line(agent.id)): \(TerminalText.line(reason))")
        }
    }

    private static func state(_ agent: AgentStanding) -> String {
        if agent.state == .offline { return agent.state.rawValue }
        return agent.isBenched ? "benched" : agent.mutedUntil == nil ? agent.state.rawValue : "muted"
    }

    private static func elapsed(_ time: Timestamp) -> String {
        ElapsedTime.text(milliseconds: Timestamp.now.milliseconds - time.milliseconds)
    }

    private static func text(_ held: AgentStanding.Held) -> String {
        let item = held.item.map { " (\($0))" } ?? ""
        let time = held.since.map { " \(elapsed($0))" } ?? ""
        return "\(held.step)\(item)\(time) in \(held.run)\(held.isDoubtful ? " (in doubt)" : "")"
    }
}
