import ArgumentParser
import BatonClient

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for what is wrong: broker, orchestrator, rights, clocks, agents, runs that do not move.",
        discussion: """
            Everything is asked over MQTT; with --db, the orchestrator's database is read instead, on its machine, \
            whether it runs or not: whether the file is whole, its artifacts' files, the disk, what waits in the \
            outbox, runs that do not move. It is read, and not changed.

            A line that begins with `!` is something to look at. Ends with 0 when there is none, 1 when there is, 4 \
            when the broker or the orchestrator is not there, or does not answer this login. In JSON a line has \
            finding, text and advice.

            Examples:
              baton doctor
              baton doctor --runs 20
              baton doctor --db baton.sqlite
            """)

    @Option(help: "How many of the newest runs that have not ended are looked at (1 to 200).")
    var runs = WireLimits.runsPerList

    @Option(
        name: [.customLong("db"), .customLong("database")],
        help: ArgumentHelp("Read this database, and ask nobody.", valueName: "file"))
    var database: String?

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        guard (1...WireLimits.runsPerList).contains(runs) else {
            throw ValidationError("--runs takes 1 to \(WireLimits.runsPerList).")
        }
    }

    func run() async throws {
        let findings =
            if let database {
                try DatabaseCheck(path: database, runs: runs, json: output.json).run()
            } else {
                try await connection.withClient {
                    try await SystemCheck(client: $0, runs: runs, json: output.json).run()
                }
            }
        if findings.count > 0 { throw ExitCode(Failure.general) }
    }
}
