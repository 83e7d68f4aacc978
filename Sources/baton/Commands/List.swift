import ArgumentParser
import BatonClient
import Foundation

struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List runs, newest first.",
        discussion: """
            Filters and orders look at the 200 newest runs. With --watch and --json, a run is listed again when \
            something of its line has changed.

            Examples:
              baton list
              baton list --status attention --json
              baton list --workflow sdlc --sort progress
              baton list --sort status --limit 50
            """)

    /// How long a watched list stays as it is.
    private static let pace = Duration.seconds(2)

    @Option(help: "Only runs with this status: running, paused, attention, completed, failed or cancelled.")
    var status: String?

    @Option(help: "Only runs of this workflow.")
    var workflow: String?

    @Option(help: "Only runs of this project.")
    var project: String?

    @Option(help: "In which order: started (the newest first), status (what needs a person first), workflow, progress.")
    var sort = "started"

    @Flag(help: "The other way round.")
    var reverse = false

    @Option(help: "At most so many (1 to 200).")
    var limit = WireLimits.defaultRunsPerList

    @Flag(help: "List again every two seconds, until interrupted.")
    var watch = false

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        guard (1...WireLimits.runsPerList).contains(limit) else {
            throw ValidationError("--limit takes 1 to \(WireLimits.runsPerList).")
        }
        if let status, RunStatus(rawValue: status) == nil {
            let known = RunStatus.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--status must be one of \(known).")
        }
        _ = try listing()
    }

    private func listing() throws -> RunListing {
        guard let order = RunListing.Order(rawValue: sort) else {
            let known = RunListing.Order.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--sort must be one of \(known).")
        }
        return RunListing(workflow: workflow, project: project, order: order, isReversed: reverse, limit: limit)
    }

    func run() async throws {
        let listing = try listing()
        try await connection.withClient { client in
            var told: [Identifier: RunRow] = [:]
            while true {
                let asked = listing.needsEveryRow ? WireLimits.runsPerList : listing.limit
                let rows = listing.rows(try await client.runs(status: status.flatMap(RunStatus.init), limit: asked))
                show(output.json ? rows.filter { told[$0.run] != $0 } : rows)
                told = .init(uniqueKeysWithValues: rows.map { ($0.run, $0) })
                guard watch else { return }
                try await Task.sleep(for: Self.pace)
            }
        }
    }

    private func show(_ rows: [RunRow]) {
        if output.json { return rows.forEach { printJSON($0) } }
        guard !rows.isEmpty else {
            let text = "no runs\(status.map { " that are \($0)" } ?? ""); `baton start` begins one"
            return isDrawn ? draw([text]) : Terminal.error(text)
        }
        var table = TextTable("RUN", "STATUS", "", "PHASE", "TIME", "WORKFLOW")
        for row in rows {
            table.add(
                row.run.description, row.status.rawValue, "\(row.percent) %", row.phase?.rawValue ?? "",
                ElapsedTime.text(
                    milliseconds: (row.endedAt ?? .now).milliseconds - row.startedAt.milliseconds),
                row.reason.map { "\(row.workflow) (\($0))" } ?? row.workflow)
        }
        isDrawn ? draw(table.lines(width: Terminal.size.columns)) : Terminal.print(table)
    }

    private var isDrawn: Bool { watch && Terminal.canDraw }

    /// Over what was drawn before, from the screen's first line (ECMA-48 CUP, EL, ED); what has no room is left out.
    private func draw(_ lines: [String]) {
        let shown = lines.prefix(Terminal.size.lines - 1)
        Terminal.write("\u{1B}[H" + shown.map { "\u{1B}[2K\($0)\n" }.joined() + "\u{1B}[J", STDOUT_FILENO)
    }
}
