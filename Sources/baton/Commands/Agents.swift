import ArgumentParser
import BatonClient

struct Agents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell who is there to work, and what each agent has.",
        discussion: """
            An agent that is benched failed everything it got; it gets more when it reports in again.

            Examples:
              baton agents
              baton agents --role pm --json
            """)

    @Option(help: "Only those with this role.")
    var role: String?

    @Flag(help: "Print JSON, an agent per line.")
    var json = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let agents = try await connection.withClient { try await $0.agents() }
        let shown = agents.filter { agent in role.map(agent.roles.contains) ?? true }
        if json { return shown.forEach { Terminal.output($0.json.text) } }
        guard !shown.isEmpty else {
            let what = role.map { " with the role \(TerminalText.line($0))" } ?? ""
            Terminal.error("no agents\(what); `baton agent --role ROLE --exec PROGRAM` is one")
            return
        }
        var table = TextTable("AGENT", "STATE", "TASKS", "ROLES", "HOLDS")
        for agent in shown {
            let slots = agent.slots.map { " of \($0)" } ?? ""
            table.add(
                agent.id, agent.isBenched ? "benched" : agent.state.rawValue, "\(agent.count)\(slots)",
                agent.roles.joined(separator: ", "), agent.holds.map(Self.text).joined(separator: "; "))
        }
        Terminal.print(table)
    }

    private static func text(_ held: AgentStanding.Held) -> String {
        let item = held.item.map { " (\($0))" } ?? ""
        let time = held.since.map {
            " \(ElapsedTime.text(milliseconds: Timestamp.now.milliseconds - $0.milliseconds))"
        }
        return "\(held.step)\(item)\(time ?? "") in \(held.run)"
    }
}
