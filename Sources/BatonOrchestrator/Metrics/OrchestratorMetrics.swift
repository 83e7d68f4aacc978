import BatonEngine
import BatonMessages
import Metrics

/// What the orchestrator measures of itself, through swift-metrics.
///
/// Only counts and times: labels are words of the protocol, and never come from outside.
public final class OrchestratorMetrics {
    /// Each name, and what it stands for.
    public static let help = [
        "baton_info": "1, with the version.",
        "baton_connected": "1 while the orchestrator works on a broker.",
        "baton_connects_total": "Connections to the broker that came about.",
        "baton_runs": "Runs that have not ended, by status.",
        "baton_runs_started_total": "Runs that were started.",
        "baton_runs_ended_total": "Runs that ended, by how.",
        "baton_decisions": "Questions that nobody has answered.",
        "baton_decision_oldest_seconds": "How long the oldest of these questions has been open.",
        "baton_tasks_waiting": "Tasks that wait for an agent.",
        "baton_task_oldest_wait_seconds": "How long the task has been waiting that waits longest.",
        "baton_tasks_out": "Tasks that agents have.",
        "baton_task_wait_seconds": "How long tasks waited for an agent, each time that they were given to one.",
        "baton_task_seconds": "From giving a task out to its accepted result.",
        "baton_attempts_ended_total": "Attempts that ended without an accepted result, by how.",
        "baton_results_total": "Results that came, by the answer that they got.",
        "baton_dead_letters_total": "Messages that were not read.",
        "baton_agents": "Agents, by where they stand.",
        "baton_outbox_messages": "Messages that are on disk and on their way.",
        "baton_batch_messages": "Messages and other events that one turn of the loop took.",
        "baton_batch_seconds": "How long a turn took, from the first message to the last byte written.",
        "baton_commit_seconds": "How long the database took to have a batch on disk.",
    ]

    private static let interval: Int64 = 1000

    private let started, connects, deadLetters: Counter
    private let ended, attempts, results: [String: Counter]
    private let runs, agents: [String: Gauge]
    private let connected, decisions, oldestDecision, waiting, oldestWait, out, outbox: Gauge
    private let wait, work, batch, commit: Timer
    private let batchMessages: Recorder
    /// How long the commits of this turn took, until the disk is waited for.
    private var unsettled: Duration?
    private var lookedAt = Timestamp(milliseconds: 0)
    private var wasConnected = false

    init(factory: any MetricsFactory) {
        func counter(_ name: String) -> Counter { Counter(label: "baton_\(name)", factory: factory) }
        func counters(_ name: String, _ label: String, _ values: [String]) -> [String: Counter] {
            .init(
                uniqueKeysWithValues: values.map {
                    ($0, Counter(label: "baton_\(name)", dimensions: [(label, $0)], factory: factory))
                })
        }
        func gauge(_ name: String, _ dimensions: [(String, String)] = []) -> Gauge {
            Gauge(label: "baton_\(name)", dimensions: dimensions, factory: factory)
        }
        func gauges(_ name: String, _ label: String, _ values: [String]) -> [String: Gauge] {
            .init(uniqueKeysWithValues: values.map { ($0, gauge(name, [(label, $0)])) })
        }
        func timer(_ name: String) -> Timer { Timer(label: "baton_\(name)_seconds", factory: factory) }
        gauge("info", [("version", BatonVersion.current)]).record(1)
        connected = gauge("connected")
        connects = counter("connects_total")
        runs = gauges("runs", "status", RunStatus.allCases.filter { !$0.isFinal }.map(\.rawValue))
        started = counter("runs_started_total")
        ended = counters("runs_ended_total", "status", RunStatus.allCases.filter(\.isFinal).map(\.rawValue))
        decisions = gauge("decisions")
        oldestDecision = gauge("decision_oldest_seconds")
        waiting = gauge("tasks_waiting")
        oldestWait = gauge("task_oldest_wait_seconds")
        out = gauge("tasks_out")
        wait = timer("task_wait")
        work = timer("task")
        attempts = counters("attempts_ended_total", "outcome", AttemptOutcome.allCases.map(\.rawValue))
        results = counters("results_total", "answer", AckNotice.Outcome.allCases.map(\.rawValue))
        deadLetters = counter("dead_letters_total")
        agents = gauges("agents", "state", ["online", "draining", "benched"])
        outbox = gauge("outbox_messages")
        batchMessages = Recorder(label: "baton_batch_messages", factory: factory)
        batch = timer("batch")
        commit = timer("commit")
    }

    // MARK: Events

    func assigned(_ task: ReadyTask, now: Timestamp) { wait.recordMilliseconds(max(0, now - task.readyAt)) }
    func completed(_ task: Outstanding, now: Timestamp) { work.recordMilliseconds(max(0, now - task.sentAt)) }
    func answered(_ outcome: AckNotice.Outcome) { results[outcome.rawValue]?.increment() }
    func buried() { deadLetters.increment() }

    func happened(_ output: RunOutput, _ event: RunEvent, _ run: RunState) {
        if case .started = event { started.increment() }
        for attempt in output.attempts { attempts[attempt.outcome.rawValue]?.increment() }
        if output.effects.contains(.ended) { ended[run.status.rawValue]?.increment() }
    }

    // MARK: Times

    func batch<Value>(of count: Int, _ body: () throws -> Value) rethrows -> Value {
        batchMessages.record(count)
        let began = ContinuousClock.now
        defer { batch.record(duration: .now - began) }
        return try body()
    }

    func commit<Failure: Error>(_ body: () throws(Failure) -> Bool) throws(Failure) -> Bool {
        let began = ContinuousClock.now
        let isWritten = try body()
        if isWritten { unsettled = (unsettled ?? .zero) + (.now - began) }
        return isWritten
    }

    /// What was written in this turn is on disk behind this: both together are what a commit takes.
    func settle<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) {
        let began = ContinuousClock.now
        try body()
        guard let written = unsettled else { return }
        unsettled = nil
        commit.record(duration: written + (.now - began))
    }

    // MARK: Standings

    /// Whether it is time to look around; looking costs as much as there are runs and agents.
    func takeLook(now: Timestamp) -> Bool {
        guard lookedAt + Self.interval <= now || now < lookedAt else { return false }
        lookedAt = now
        return true
    }

    func stands(_ standing: Standing, now: Timestamp) {
        for (status, gauge) in runs { gauge.record(standing.runs[status] ?? 0) }
        for (state, gauge) in agents { gauge.record(standing.agents[state] ?? 0) }
        decisions.record(standing.decisions)
        oldestDecision.record(seconds(since: standing.oldestDecision, now))
        waiting.record(standing.waiting)
        oldestWait.record(seconds(since: standing.waitingSince, now))
        out.record(standing.out)
        outbox.record(standing.outbox)
        connected.record(standing.isConnected ? 1 : 0)
    }

    func connection(isLive: Bool) {
        if isLive && !wasConnected { connects.increment() }
        wasConnected = isLive
        connected.record(isLive ? 1 : 0)
    }

    private func seconds(since begin: Timestamp?, _ now: Timestamp) -> Double {
        begin.map { Double(max(0, now - $0)) / 1000 } ?? 0
    }

    /// How much there is of everything.
    struct Standing {
        var runs: [String: Int] = [:]
        var agents: [String: Int] = [:]
        var decisions = 0
        var oldestDecision: Timestamp?
        var waiting = 0
        var waitingSince: Timestamp?
        var out = 0
        var outbox = 0
        var isConnected = false
    }
}
