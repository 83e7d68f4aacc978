import BatonClient
import BatonOrchestrator

/// Looks at broker, orchestrator, agents and runs as any client can, and says what is wrong and what to do.
struct SystemCheck {
    let client: Client
    /// How many of the newest runs are looked at.
    let runs: Int
    let json: Bool

    /// Clocks that differ by less are taken for the same, in milliseconds.
    private static let tolerance: Int64 = 5000
    /// Dead letters that are older have been there at the last look, in milliseconds.
    private static let recently: Int64 = 86_400_000

    /// - Throws: ``ClientError`` when nobody answers.
    func run() async throws -> Findings {
        var findings = Findings(json: json)
        findings.say("broker: \(client.configuration.broker) takes this client")
        let state = await client.orchestratorState()
        if state?.state == .offline {
            throw ClientError(
                .noOrchestrator, "no orchestrator is online in this namespace; `baton serve` starts one")
        }
        let rows = try await ask(&findings)
        try await listen(&findings)
        versions(state, &findings)
        await clock(rows, &findings)
        let open = rows.filter { !$0.status.isFinal }
        let needy = open.count { $0.status == .attention }
        findings.say("runs: \(open.count) of the newest \(rows.count) have not ended, \(needy) need a person")
        agents(try await client.agents(), &findings)
        try await deadLetters(&findings)
        findings.say("database and disk: `baton doctor --db FILE` reads them, on the orchestrator's machine")
        for status in [RunStatus.attention, .running, .paused] {
            for row in try await client.runs(status: status, limit: runs) {
                findings.tell(try await standstill(of: row.run), of: row.workflow)
            }
        }
        return findings
    }

    /// A login that the broker lets send no requests, or read no replies, hears nothing.
    private func ask(_ findings: inout Findings) async throws -> [RunRow] {
        let began = ContinuousClock.now
        do {
            let rows = try await client.runs(limit: runs)
            findings.say("orchestrator: answers in \((ContinuousClock.now - began).milliseconds) ms")
            return rows
        } catch {
            guard error.code == .noReply else { throw error }
            findings.warn(
                "rights: what \(client.name) asks gets no answer, although the orchestrator is online",
                "the broker may not let this login send to req/\(client.name), or read rsp/\(client.name):",
                "see its log and its access rules (docs/security.md)")
            throw error
        }
    }

    private func listen(_ findings: inout Findings) async throws {
        let asking = "rights: \(client.name) may ask, and read the answers"
        if try await client.mayListen() {
            findings.say("\(asking), and what runs publish")
        } else {
            findings.say("\(asking), not what runs publish: `baton watch` asks every few seconds instead")
        }
    }

    private func versions(_ state: OrchestratorState?, _ findings: inout Findings) {
        guard let state else {
            return findings.say("versions: not told, since this login may not read orchestrator/state")
        }
        guard state.version != BatonVersion.current else {
            return findings.say("versions: \(state.version) on both sides")
        }
        findings.warn("versions: the orchestrator is \(state.version), this program \(BatonVersion.current)")
    }

    /// The orchestrator says every second what time it is; who may not hear it has the newest run, which can't have
    /// begun later than now.
    private func clock(_ rows: [RunRow], _ findings: inout Findings) async {
        if let ahead = await client.clockDifference() {
            let seconds = Double(abs(ahead) / 100) / 10
            guard abs(ahead) > Self.tolerance else { return findings.say("clocks: \(seconds) s apart") }
            return findings.warn(
                "clocks: the orchestrator's is \(seconds) s \(ahead > 0 ? "ahead of" : "behind") this machine's",
                ahead > 0
                    ? "set the one that is wrong: due times, leases and --since go by them"
                    : "set the one that is wrong; or else the broker takes so long to pass on a message")
        }
        guard let newest = rows.map(\.startedAt).max() else { return }
        let ahead = newest.milliseconds - Timestamp.now.milliseconds
        guard ahead > Self.tolerance else { return }
        findings.warn(
            "clocks: a run began \(ahead / 1000) s in the future; this machine's or the orchestrator's is off")
    }

    private func agents(_ agents: [AgentStanding], _ findings: inout Findings) {
        let there = agents.filter { $0.state != .offline }
        findings.say("agents: \(there.count) there, \(agents.count - there.count) not")
        for agent in agents where agent.isBenched {
            findings.warn(
                "agents: \(agent.id) failed everything it got and gets nothing until it reports in again",
                "look at its log, and restart it")
        }
    }

    /// Not every login may see them.
    private func deadLetters(_ findings: inout Findings) async throws {
        let letters: [DeadLetterEntry]
        do { letters = try await client.deadLetters(.init(limit: 1)) } catch {
            guard error.code == .refused(.notAllowed) else { throw error }
            return findings.say("dead letters: this login may not see them")
        }
        guard let newest = letters.first else { return findings.say("dead letters: none") }
        let text = "dead letters: the newest is of \(newest.at), from \(newest.sender ?? "nobody"): \(newest.reason)"
        guard Timestamp.now.milliseconds - newest.at.milliseconds < Self.recently else { return findings.say(text) }
        findings.warn(text, "`baton dead-letters` lists them")
    }

    private func standstill(of run: Identifier) async throws -> Standstill {
        try await client.standstill(of: try await client.snapshot(of: run))
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
