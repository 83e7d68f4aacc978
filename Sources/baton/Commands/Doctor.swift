import ArgumentParser
import BatonClient
import BatonOrchestrator

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for what is wrong: broker, orchestrator, clocks, agents, and runs that do not move.",
        discussion: """
            Everything is asked over MQTT. A line that begins with `!` is something to look at. Ends with 0 when there \
            is none, 1 when there is, 4 when the broker or the orchestrator is not there.

            Examples:
              baton doctor
              baton doctor --runs 20
            """)

    /// Clocks that differ by less are taken for the same.
    private static let tolerance: Int64 = 5000

    @Option(help: "How many of the newest runs that have not ended are looked at (1 to 200).")
    var runs = WireLimits.runsPerList

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        guard (1...WireLimits.runsPerList).contains(runs) else {
            throw ValidationError("--runs takes 1 to \(WireLimits.runsPerList).")
        }
    }

    func run() async throws {
        let findings = try await connection.withClient { client in
            say("broker: \(client.configuration.broker) takes this client")
            let state = await client.orchestratorState()
            guard let state, state.state == .online else {
                throw ClientError(
                    .noOrchestrator, "no orchestrator is online in this namespace; `baton serve` starts one")
            }
            var findings = versions(state)
            let began = ContinuousClock.now
            let rows = try await client.runs(limit: runs)
            say("orchestrator: answers in \((ContinuousClock.now - began).milliseconds) ms")
            let open = rows.filter { !$0.status.isFinal }
            let needy = open.count { $0.status == .attention }
            say("runs: \(open.count) of the newest \(rows.count) have not ended, \(needy) need a person")
            findings += clock(rows)
            findings += agents(try await client.agents())
            findings += try await standstills(client)
            return findings
        }
        if findings > 0 { throw ExitCode(Failure.general) }
    }

    private func say(_ text: String) { Terminal.output("  \(TerminalText.line(text))") }

    /// - Returns: 1: one finding.
    private func warn(_ text: String) -> Int {
        Terminal.output("! \(TerminalText.line(text))")
        return 1
    }

    private func versions(_ state: OrchestratorState) -> Int {
        guard state.version != BatonVersion.current else {
            say("versions: \(state.version) on both sides")
            return 0
        }
        return warn("versions: the orchestrator is \(state.version), this program \(BatonVersion.current)")
    }

    /// The newest run can't have begun later than now.
    private func clock(_ rows: [RunRow]) -> Int {
        guard let newest = rows.map(\.startedAt).max() else { return 0 }
        let ahead = newest.milliseconds - Timestamp.now.milliseconds
        guard ahead > Self.tolerance else { return 0 }
        return warn(
            "clock: a run began \(ahead / 1000) s in the future; this machine's clock or the orchestrator's is off")
    }

    private func agents(_ agents: [AgentStanding]) -> Int {
        let there = agents.filter { $0.state != .offline }
        say("agents: \(there.count) there, \(agents.count - there.count) not")
        return agents.filter(\.isBenched).reduce(0) {
            $0 + warn("agents: \($1.id) failed everything it got and gets nothing until it reports in again")
        }
    }

    private func standstills(_ client: Client) async throws -> Int {
        var findings = 0
        for status in [RunStatus.attention, .running, .paused] {
            for row in try await client.runs(status: status, limit: runs) {
                let standstill = Standstill(try await client.snapshot(of: row.run))
                guard !standstill.causes.isEmpty else { continue }
                findings += warn("run \(row.run) of \(row.workflow) is held up:")
                for line in standstill.lines(now: .now, width: Terminal.width - 4, style: Terminal.style) {
                    Terminal.output("    \(line)")
                }
            }
        }
        return findings
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
