import ArgumentParser
import BatonClient
import Foundation

struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List runs, newest first.",
        discussion: """
            ASKS is how many questions a run asks people now: `baton decisions` tells them. --waiting lists what \
            asks something, or is at attention.

            Filters and orders look at the 200 newest runs; --waiting, at the 200 newest of each status. With --watch \
            and --json, a run is listed again when something of its line has changed.

            Examples:
              baton list
              baton list --waiting
              baton list --status attention --json
              baton list --workflow sdlc --sort progress
              baton list --sort status --limit 50
            """)

    /// How long a watched list stays as it is.
    private static let pace = Duration.seconds(2)

    @Option(help: "Only runs with this status: running, paused, attention, completed, failed or cancelled.")
    var status: String?

    @Flag(help: "Only runs that wait for a person.")
    var waiting = false

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
        return RunListing(
            workflow: workflow, project: project, isWaiting: waiting, order: order, isReversed: reverse, limit: limit)
    }

    func run() async throws {
        let listing = try listing()
        try await connection.withClient { client in
            var told: [Identifier: RunRow] = [:]
            while true {
                let rows = listing.rows(try await rows(client, listing.needsEveryRow ? nil : listing.limit))
                show(output.json ? rows.filter { told[$0.run] != $0 } : rows)
                told = .init(uniqueKeysWithValues: rows.map { ($0.run, $0) })
                guard watch else { return }
                try await Task.sleep(for: Self.pace)
            }
        }
    }

    /// The runs to choose from, newest first. What is over waits for nobody, and takes no room from what does.
    private func rows(_ client: Client, _ limit: Int?) async throws -> [RunRow] {
        let limit = limit ?? WireLimits.runsPerList
        guard waiting, status == nil else {
            return try await client.runs(status: status.flatMap(RunStatus.init), limit: limit)
        }
        var rows: [Identifier: RunRow] = [:]
        for status in RunStatus.allCases where !status.isFinal {
            for row in try await client.runs(status: status, limit: limit) { rows[row.run] = row }
        }
        return rows.values.sorted { ($0.startedAt, $0.run) > ($1.startedAt, $1.run) }
    }

    private func show(_ rows: [RunRow]) {
        if output.json { return rows.forEach { printJSON($0) } }
        guard !rows.isEmpty else {
            let which = status.map { " that are \($0)" } ?? ""
            let text = waiting ? "no runs\(which) wait for a person" : "no runs\(which); `baton start` begins one"
            return isDrawn ? draw([text]) : Terminal.error(text)
        }
        var table = TextTable("RUN", "STATUS", "ASKS", "", "PHASE", "TIME", "WORKFLOW")
        for row in rows {
            table.add(
                row.run.description, row.status.rawValue, row.questions > 0 ? "\(row.questions)" : "",
                "\(row.percent) %", row.phase?.rawValue ?? "",
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
