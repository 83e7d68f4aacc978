import ArgumentParser
import BatonClient

struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List runs, newest first.")

    @Option(help: "Only runs with this status: running, paused, attention, completed, failed or cancelled.")
    var status: String?

    @Option(help: "At most so many (1 to 200).")
    var limit = WireLimits.defaultRunsPerList

    @Flag(help: "Print JSON, a run per line.")
    var json = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        guard (1...WireLimits.runsPerList).contains(limit) else {
            throw ValidationError("--limit takes 1 to \(WireLimits.runsPerList).")
        }
        if let status, RunStatus(rawValue: status) == nil {
            let known = RunStatus.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--status must be one of \(known).")
        }
    }

    func run() async throws {
        let rows = try await connection.withClient { client in
            try await client.runs(status: status.flatMap(RunStatus.init), limit: limit)
        }
        if json { return rows.forEach { printJSON($0) } }
        guard !rows.isEmpty else {
            Terminal.error("no runs\(status.map { " that are \($0)" } ?? ""); `baton start` begins one")
            return
        }
        var table = TextTable("RUN", "STATUS", "", "PHASE", "TIME", "WORKFLOW")
        for row in rows {
            table.add(
                row.run.description, row.status.rawValue, "\(row.percent) %", row.phase?.rawValue ?? "",
                ElapsedTime.text(
                    milliseconds: (row.endedAt ?? .now).milliseconds - row.startedAt.milliseconds),
                row.reason.map { "\(row.workflow) (\($0))" } ?? row.workflow)
        }
        Terminal.print(table)
    }
}
