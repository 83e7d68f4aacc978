import BatonEngine
import BatonMQTT
import BatonMessages
import BatonOrchestrator
import BatonStore

/// Watches a simulation, and says what must never be: it knows what is on disk, what was acknowledged, and what agents
/// were told.
final class SimulationAuditor {
    private unowned let world: Simulation
    /// The runs as they are on disk.
    private(set) var committed: [Identifier: RunState] = [:]
    /// What the commit that is under way is to bring.
    private var pending: (runs: [(state: RunState, events: [EventRow])], requests: Set<String>) = ([], [])
    /// The lease under which each task is out, and the agent that has it, on disk.
    private var leases: [TaskKey: (lease: Identifier, agent: String)] = [:]
    /// Requests whose answer is on disk.
    private var answeredRequests: Set<String> = []
    /// What agents sent, by lease.
    private var sent: [Identifier: [(agent: String, digests: [Digest])]] = [:]
    /// The events that were told when they happened, by run.
    private var told: [Identifier: Set<[UInt8]>] = [:]
    private(set) var commits = 0

    init(in world: Simulation) { self.world = world }

    // MARK: Commits

    func willCommit(_ coordinator: Coordinator) {
        pending.runs = coordinator.batch.runs.compactMap { id, delta in
            coordinator.runs[id].map { ($0.state, delta.events) }
        }
        pending.requests = Set(coordinator.batch.replies.map { "\($0.client)/\($0.requestID)" })
    }

    func didCommit() {
        commits += 1
        for (state, events) in pending.runs {
            let before = committed[state.id]
            if state.sequence != (before?.sequence ?? 0) + events.count {
                world.violate("\(state.id) goes from \(before?.sequence ?? 0) to \(state.sequence) in \(events.count)")
            }
            // Only a person takes back what has ended, and nobody what was done.
            let isRetried = events.contains { $0.kind == "retried" }
            for (old, new) in zip(before?.tasks ?? [], state.tasks) where old.status.isEnded && old.status != new.status
            {
                if !isRetried || old.status == .completed {
                    world.violate("a task that was \(old.status) is \(new.status)")
                }
            }
            if before?.status.isFinal == true, !isRetried { world.violate("\(state.id) goes on after its end") }
            // A person may end a task that is out, and have it given out again, in one batch.
            let isSteered = events.contains { ["failed", "skipped", "retried"].contains($0.kind) }
            for event in events { follow(event, of: state.id, isSteered: isSteered) }
            forgetLeases(notOutIn: state)
            if let fault = RunInvariants.fault(in: state) { world.violate(fault) }
            committed[state.id] = state
        }
        answeredRequests.formUnion(pending.requests)
        pending = ([], [])
    }

    /// A result counts only under the lease that is out.
    private func follow(_ row: EventRow, of run: Identifier, isSteered: Bool) {
        guard let json = try? JSON.parse(row.input), let event = RunEvent(kind: row.kind, json: json) else {
            return world.violate("the event \(row.kind) can't be read back")
        }
        switch event {
        case .dispatched(let task, let agent, _, let lease):
            let key = TaskKey(run: run, task: task)
            if leases[key] != nil, !isSteered { world.violate("the task \(key.id) is out twice") }
            leases[key] = (lease, agent)
        case .completed(let report):
            let key = TaskKey(run: run, task: report.task)
            if leases[key]?.lease != report.lease { world.violate("a result counted under a lease that is over") }
            let digests = report.artifacts.map(\.digest)
            let isKnown = sent[report.lease]?.contains { $0.agent == leases[key]?.agent && $0.digests == digests }
            if isKnown != true { world.violate("a result counted that the agent of its lease never sent") }
            leases[key] = nil
        case .attemptEnded(let task, let lease, _, _, _, _):
            let key = TaskKey(run: run, task: task)
            if leases[key]?.lease != lease { world.violate("an attempt ended under a lease that is over") }
            leases[key] = nil
        default: break
        }
    }

    /// A person, a join or a sibling's failure may end a task that is out.
    private func forgetLeases(notOutIn state: RunState) {
        leases = leases.filter { $0.key.run != state.id || state.isOut($0.key.task, lease: $0.value.lease) }
    }

    // MARK: After each turn

    /// The outbox in memory is the one on disk, and queues are bounded.
    func turned(_ coordinator: Coordinator) {
        guard commits % 16 == 0, world.random.chance(0.2) else { return }
        let rows = (try? world.orchestrator.image.query("SELECT count(*) FROM outbox")) ?? []
        let expected = coordinator.outbox.liveCount + coordinator.batch.delivered.count
        if rows != ["\(expected)"] {
            world.violate("the outbox has \(rows.first ?? "?") rows on disk and \(expected) in memory")
        }
        if coordinator.outbox.count > 2000 { world.violate("the outbox grows without end") }
        for out in coordinator.dispatch.outstanding.all
        where coordinator.runs[out.task.key.run]?.state.isOut(out.task.key.task, lease: out.lease) != true {
            world.violate("the dispatcher waits for a task that is not out")
        }
    }

    // MARK: Restarts

    /// What was on disk is what a new life begins with.
    func recovered(_ coordinator: Coordinator) {
        pending = ([], [])
        let open = committed.filter { !$0.value.status.isFinal }
        if coordinator.runs.count != open.count {
            world.violate("\(open.count) runs are open on disk, and \(coordinator.runs.count) were recovered")
        }
        for (id, state) in open where coordinator.runs[id]?.state != state {
            world.violate("the run \(id) was recovered in another state")
        }
    }

    // MARK: Results

    /// An agent sends a result, whether it is its own or not.
    func sending(_ payload: [UInt8], from agent: String) {
        guard let result = try? TaskResult.decode(payload) else { return }
        let digests = result.artifacts.compactMap { $0.bytes.map(ContentHash.of) }
        if sent[result.lease]?.contains(where: { $0.agent == agent && $0.digests == digests }) != true {
            sent[result.lease, default: []].append((agent, digests))
        }
    }

    // MARK: The log

    /// The broker got a message.
    func published(_ message: MQTTMessage) {
        guard case .runLog(let run) = world.topics.parse(message.topic) else { return }
        told[run, default: []].insert(message.payload)
    }

    /// The history says of each event what was said when it happened.
    private func compareLog(with store: Store) throws {
        for (id, events) in told {
            guard let run = committed[id] else { return world.violate("\(id) was told of, and is not on disk") }
            var untrue = events
            for row in try store.events(of: id, after: 0, limit: .max) {
                if let event = LogEvent(row, of: run) { untrue.remove(event.encode()) }
            }
            if let told = untrue.first {
                world.violate(
                    "what was told of \(id) is not in its history: \(String(decoding: told, as: UTF8.self))")
            }
        }
    }

    // MARK: Acknowledgements

    /// The broker is told that it need not send this again: what followed from it must be on disk.
    func acknowledged(_ message: MQTTMessage) {
        switch world.topics.parse(message.topic) {
        case .result(let agent):
            guard let result = try? TaskResult.decode(message.payload), let state = committed[result.task.run] else {
                return
            }
            let isOut = state.isOut(result.task.ordinal, lease: result.lease)
            if isOut, state.task(result.task.ordinal)?.dispatch?.agent == agent {
                world.violate("a result was acknowledged to the broker before it was on disk")
            }
        case .request(let client):
            guard let request = try? Request.decode(message.payload), request.isChange else { return }
            if !answeredRequests.contains("\(client)/\(request.id)"), !isPutAside(message) {
                world.violate("a request was acknowledged to the broker before it was on disk")
            }
        default: break
        }
    }

    private func isPutAside(_ message: MQTTMessage) -> Bool {
        let rows = try? world.orchestrator.image.query("SELECT 1 FROM dead_letters WHERE topic = ?", [message.topic])
        return rows != []
    }

    /// An agent was told what became of its result.
    func told(_ agent: String, _ ack: AckNotice) {
        guard ack.outcome == .accepted, let lease = ack.lease, let task = ack.task else { return }
        // A task that waits for people to approve what it made has a summary, which comes with an accepted result only.
        let outcomes =
            (try? world.orchestrator.image.query(
                """
                SELECT iif(summary IS NULL, status, 'completed') FROM tasks
                    WHERE lease = ?1 AND agent = ?2
                UNION ALL SELECT outcome FROM attempts WHERE lease = ?1 AND agent = ?2
                """, [lease.description, agent])) ?? []
        if outcomes != ["completed"] && outcomes != ["failed"] {
            world.violate("\(agent) was told that its result for \(task) was accepted, and the store has \(outcomes)")
        }
    }

    // MARK: The end

    /// What must hold when everything has come to rest.
    func finish() throws {
        let image = world.orchestrator.image
        let store = try Store(image: image)
        for (id, state) in committed {
            guard let stored = try store.run(id) else { return world.violate("the run \(id) is gone") }
            if stored != state { world.violate("the run \(id) is not on disk as it was committed") }
            var replayed = RunState(id: id, plan: stored.plan)
            for input in try store.inputs(of: id) { _ = replayed.apply(input) }
            if replayed != stored { world.violate("the history of \(id) gives another state") }
            for version in stored.artifacts where try store.blob(version.digest).map(ContentHash.of) != version.digest {
                world.violate("the content of \(version.name.text) is not what its hash says")
            }
        }
        try compareLog(with: store)
        for (what, query) in [
            (
                "tasks whose result was counted twice",
                """
                SELECT run, json_extract(input, '$.task') FROM events WHERE kind = 'completed'
                GROUP BY 1, 2 HAVING count(*) > 1
                """
            ),
            ("gaps in the history", "SELECT run FROM events GROUP BY run HAVING count(*) <> max(seq)"),
            ("a message in the outbox at rest", "SELECT topic FROM outbox"),
            ("broken references", "PRAGMA foreign_key_check"),
        ] as [(String, StaticString)] {
            let rows = try image.query(query)
            if !rows.isEmpty { world.violate("\(what): \(rows.prefix(3))") }
        }
        for message in world.broker.retained {
            switch world.topics.parse(message.topic) {
            case .decision: world.violate("a question is retained although nobody asks it: \(message.topic)")
            case .runState(let run):
                let snapshot = try? RunSnapshot.decode(message.payload)
                if snapshot?.sequence != committed[run]?.sequence || snapshot?.status != committed[run]?.status {
                    world.violate("the broker retains an old state of \(run)")
                }
            default: break
            }
        }
    }
}

extension Request {
    /// Remembered with its answer.
    fileprivate var isChange: Bool {
        switch kind {
        case .start, .cancel, .pause, .resume, .retry, .rework, .fork, .skip, .fail, .forget, .decide, .define, .offer:
            true
        case .get, .list, .agents, .validate, .deadLetters, .deadLetter: false
        }
    }
}
