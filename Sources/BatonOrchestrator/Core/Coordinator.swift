import BatonEngine
import BatonMQTT
import BatonMessages
import BatonStore
import BatonWorkflow
import Logging
import OrderedCollections

/// What the loop decides with: the runs in memory, the dispatcher, and the batch that is being put together.
///
/// Messages and timers change the state in memory and collect what has to be stored. Nothing leaves before
/// ``commit()``; after it ``send(on:now:)`` hands out what the batch led to. When a commit fails, ``recover(now:)``
/// throws the memory away and reads the database again.
package final class Coordinator {
    let settings: OrchestratorSettings
    package let store: Store
    package let topics: Topics
    let logger: Logger
    /// What can be started.
    package var catalogue: Catalogue
    let makeSeed: () -> Seed
    /// Who may do what; nil: everybody may everything. See ``adopt(_:now:)``.
    package var access: AccessRules?

    /// Runs that have not ended, and those that ended in this batch.
    package var runs: [Identifier: OpenRun] = [:]
    /// Runs that ended last.
    package var ended = EndedRuns(capacity: 200)
    package var dispatch: Dispatch
    var wakeups = Wakeups()
    package var outbox = Outbox()
    var blobs: BlobCache
    var outlines = OutlineCache()
    /// Artifacts that come in ranges.
    var transfers: [ContentFolder.Half: PutTransfer] = [:]
    package var batch = Batch()
    /// Messages that leave after the commit and that need not outlive a crash, since they are asked for again.
    var direct: [DirectMessage] = []
    var progress: Progress
    var link = Link()
    /// When the oldest delivery was noted that is not on disk.
    var deliveredSince: Timestamp?
    var lastTick = Timestamp(milliseconds: 0)
    /// Topics of ours whose retained message was cleared, and not yet heard of.
    var cleared: Set<String> = []
    var presenceReading = PresenceReading()
    package var epoch: Int64 = 0
    /// What the retained state on this connection tells of another orchestrator.
    var otherOrchestrator: OrchestratorError?
    /// Of lines about what strangers sent.
    var logRate: LogRate
    /// A dead letter is being received again.
    var isOffering = false
    /// Messages that may end the process.
    var suspects = Suspects()
    /// When runs that ended long ago are looked for.
    var nextForgetting = Timestamp(milliseconds: 0)
    /// There may be contents that no run has.
    var contentsAreUnused = true
    var announcement = Announcement()
    /// Who asks how a run was.
    var past = PastQuestions()
    /// Nil: nothing is measured.
    var metrics: OrchestratorMetrics?
    /// Where spans are written; nil: nowhere.
    var traces: TraceFile?

    package init(
        store: Store, catalogue: Catalogue, settings: OrchestratorSettings, logger: Logger,
        makeSeed: @escaping () -> Seed
    ) {
        self.store = store
        self.catalogue = catalogue
        self.settings = settings
        self.logger = logger
        self.makeSeed = makeSeed
        topics = Topics(namespace: settings.namespace)
        dispatch = Dispatch(settings: settings.dispatch)
        blobs = BlobCache(capacity: settings.limits.blobCacheBytes)
        logRate = LogRate(linesPerMinute: settings.limits.logLinesPerSender)
        progress = Progress(snapshotsPerSecond: settings.limits.snapshotsPerSecond)
    }

    /// Who speaks in everything that is sent.
    var by: By { By(store: store.id, epoch: epoch) }

    var hasTasksOut: Bool { !dispatch.outstanding.isEmpty }
    var batchSendsCommand: Bool { batch.outbox.contains { $0.lease != nil } }
    var batchEndsRun: Bool { batch.runs.keys.contains { runs[$0]?.state.status.isFinal == true } }

    // MARK: Recovery

    /// Begins from what the database has, as after a start.
    package func recover(now: Timestamp) throws {
        if !batch.definitions.isEmpty { try restoreDefinitions() }
        batch = Batch()
        traces?.pending = []
        deliveredSince = nil
        direct = []
        // Whoever asked asks again.
        past = PastQuestions()
        runs = [:]
        wakeups = Wakeups()
        outbox = Outbox()
        let agents = dispatch.agents.values
        dispatch = Dispatch(settings: settings.dispatch)
        for agent in agents {
            _ = dispatch.presence(
                agent.id, agent.presence, roles: agent.roles, slots: agent.slots, epoch: agent.epoch,
                beats: agent.beats, now: now)
            if let seen = agent.seenAt { dispatch.seen(agent.id, at: seen) }
        }
        outbox.restore(try store.outbox())
        for run in try store.openRuns() {
            runs[run.id] = OpenRun(run)
            progress.changed(run.id)
            resumeWork(of: run, now: now)
        }
        // Their snapshots stay with the broker, and so they stay in the index, as if nothing had happened.
        ended = EndedRuns(capacity: ended.capacity)
        for run in try store.endedRuns(last: ended.capacity) { _ = ended.append(OpenRun(run)) }
        if !runs.isEmpty { logger.info("recovered", metadata: ["runs": "\(runs.count)"]) }
    }

    /// Takes up what a run is at: its tasks, and what it waits for.
    func resumeWork(of run: RunState, now: Timestamp) {
        if run.isHeld { dispatch.pause(run.id) }
        if let due = run.timeDueAt { wakeups.add(TaskKey(run: run.id, task: 0), at: due) }
        for decision in run.decisions where run.accepts(.answerDue(decision: decision.ordinal)) {
            guard let due = decision.approval?.dueAt else { continue }
            wakeups.add(TaskKey(run: run.id, task: decision.ordinal), at: due)
        }
        for task in run.tasks where !task.status.isEnded && task.decision == 0 { restore(task, of: run, now: now) }
    }

    private func restore(_ task: TaskState, of run: RunState, now: Timestamp) {
        guard case .agent(let work) = run.plan.steps[task.step].kind else { return }
        let key = TaskKey(run: run.id, task: task.ordinal)
        if task.status == .running, let out = task.dispatch {
            dispatch.restore(readyTask(key, now: now), agent: out.agent, role: out.role, lease: out.lease, now: now)
        } else if let due = task.retryAt {
            // The clock may have been set back while nobody was here.
            wakeups.add(key, at: min(due, now + work.retry.maxMilliseconds))
        } else if task.status == .waiting {
            dispatch.ready(readyTask(key, now: now))
        }
    }

    // MARK: Deciding

    /// Applies an event to a run, and collects what follows.
    func apply(_ event: RunEvent, to id: Identifier, now: Timestamp) {
        let input = RunInput(now: now, seed: makeSeed(), event: event)
        guard let output = runs[id]?.state.apply(input) else {
            preconditionFailure("an event for a run that is not open")
        }
        collect(output, of: input, run: id)
        var own: [UInt32] = []
        for effect in output.effects {
            switch effect {
            case .ready(let task):
                if isOwnWork(task, of: id) { own.append(task) }
                dispatch.ready(readyTask(TaskKey(run: id, task: task), now: now))
            case .withdraw(let task, let lease, let reason):
                drop(lease)
                perform(dispatch.withdraw(TaskKey(run: id, task: task), lease: lease, reason: reason), now: now)
            case .wake(let task, let at):
                wakeups.add(TaskKey(run: id, task: task), at: at)
            case .wakeDecision(let decision, let at): wakeups.add(TaskKey(run: id, task: decision), at: at)
            case .wakeRun(let at): wakeups.add(TaskKey(run: id, task: 0), at: at)
            case .decision(let decision):
                progress.changed(decision: id.child(decision), of: id)
            case .startChild(let task, let child):
                startChild(child, for: id.child(task), now: now)
            case .cancelChild(let child, let reason):
                cancelChild(child, reason: reason, of: id, now: now)
            case .pause:
                dispatch.pause(id)
                takeBackUnsent(of: id, now: now)
            case .resume:
                dispatch.resume(id)
                own += waitingOwnWork(of: id)
            case .pauseChild(let child, let reason):
                pauseChild(child, reason: reason, of: id, now: now)
            case .resumeChild(let child):
                resumeChild(child, of: id, now: now)
            case .ended:
                dispatch.resume(id)
                logger.info(
                    "run ended", metadata: ["run": "\(id)", "status": "\(runs[id]!.state.status.rawValue)"])
                tellParent(of: id, now: now)
            }
        }
        // At the end, since it changes the run again.
        for task in own { doOwnWork(task, of: id, now: now) }
    }

    private func collect(_ output: RunOutput, of input: RunInput, run id: Identifier) {
        guard let run = runs[id]?.state else { return }
        let event = EventRow(input, output, of: run)
        batch.runs[id, default: RunDelta()].add(output, event, of: run)
        metrics?.happened(output, input.event, run)
        let message = LogEvent(event, input.event, of: run)
        direct.append(DirectMessage(topic: topics.runLog(id), payload: message.encode(), qos: 0))
        progress.changed(id)
    }

    /// Carries out what the dispatcher decided.
    func perform(_ outputs: [DispatchOutput], now: Timestamp) {
        for output in outputs {
            switch output {
            case .assign(let task, let agent, let role, let lease):
                metrics?.assigned(task, now: now)
                apply(
                    .dispatched(task: task.key.task, agent: agent, role: role, lease: lease), to: task.key.run, now: now
                )
                batch.outbox.append(
                    outbox.add(topic: topics.task(agent), task: task.key, lease: lease, payload: nil))
            case .end(let key, let lease, let agent, let outcome, let message):
                drop(lease)
                endAttempt(key, lease, agent: agent, outcome, message, mayRetry: true, now: now)
            case .cancel(let key, let lease, let agent, let reason):
                drop(lease)
                let notice = Control.cancel(CancelNotice(task: key.id, lease: lease, reason: reason, by: by))
                direct.append(DirectMessage(topic: topics.control(agent), payload: notice.encode(), qos: 1))
            }
        }
    }

    func endAttempt(
        _ key: TaskKey, _ lease: Identifier, agent: String, _ outcome: AttemptOutcome, _ message: String,
        mayRetry: Bool, usage: JSON? = nil, now: Timestamp
    ) {
        let event = RunEvent.attemptEnded(
            task: key.task, lease: lease, outcome: outcome, message: message, mayRetry: mayRetry, usage: usage)
        guard runs[key.run]?.state.accepts(event) == true else { return }
        avoided[key] = agent
        apply(event, to: key.run, now: now)
    }

    /// The agent whose attempt at a task came to nothing: another one goes first.
    private var avoided: [TaskKey: String] = [:]

    private func readyTask(_ key: TaskKey, now: Timestamp) -> ReadyTask {
        guard let run = runs[key.run]?.state, let task = run.task(key.task),
            case .agent(let work) = run.plan.steps[task.step].kind
        else { preconditionFailure("a task without an agent step") }
        return ReadyTask(
            key: key, roles: run.roles(of: task), priority: work.priority,
            timeoutMilliseconds: run.timeoutMilliseconds(of: task), leaseMilliseconds: work.heartbeatMilliseconds,
            avoidedAgent: avoided.removeValue(forKey: key), readyAt: now)
    }

    /// A command that is not to be sent any more.
    func drop(_ lease: Identifier?) {
        guard let lease, let id = outbox.drop(lease: lease) else { return }
        if let index = batch.outbox.firstIndex(where: { $0.id == id }) {
            batch.outbox.remove(at: index)
        } else {
            batch.delivered.append(id)
        }
    }

    // MARK: Time

    /// What time alone leads to.
    func tick(now: Timestamp) {
        lastTick = now
        wake(now: now)
        outbox.retryRefused(now: now)
        forgetOld(now: now)
        hashPuts()
        replayPast(now: now)
        perform(dispatch.assign(now: now, seed: makeSeed()), now: now)
        measure(now: now)
    }

    /// How long the loop may sleep when nothing arrives.
    package func timeoutMilliseconds(now: Timestamp) -> Int {
        var moments = [now + 1000]
        if let wakeup = wakeups.next { moments.append(wakeup) }
        if let retry = outbox.nextRetry { moments.append(retry) }
        if hasPutsToHash { moments.append(now) }
        if let due = past.next { moments.append(due) }
        if settings.keepMilliseconds != nil { moments.append(nextForgetting) }
        if link.isLive {
            moments.append(link.nextMarkAt)
            if let flush = progress.nextFlush(now: now) { moments.append(flush) }
        }
        return Int(max(0, moments.min()! - now))
    }

    // MARK: Committing

    /// Deliveries wait for a commit that has more to do, but not for long, and not beyond the end.
    private var deliveriesAreOverdue: Bool {
        deliveredSince.map { lastTick - $0 >= 1000 || link.isLeaving } ?? false
    }

    /// What is to be sent for so many runs takes as long to make as the disk takes to sync, and both are done at once.
    /// For less, the way to another thread and back takes longer than it saves.
    private static let runsPerDeferredSync = 8

    /// What follows from the batch is sent, which waits for ``settle()``, and nothing else is done: no span is written
    /// into a file, and no half of a content removed.
    private var mayDeferSync: Bool {
        batch.runs.count >= Self.runsPerDeferredSync && batch.forgotten.isEmpty && traces == nil
            && store.files?.halves.isEmpty != false
    }

    /// Writes the batch; false if there was nothing that had to be. What was written is on disk when ``settle()``
    /// returns.
    func commit() throws(StoreError) -> Bool {
        guard !batch.isOnlyDeliveries || batch.delivered.count >= 256 || deliveriesAreOverdue else { return false }
        deliveredSince = nil
        try store.commit(batch, defersSync: mayDeferSync) { runs[$0]!.state }
        traces?.committed(batch.runs.flatMap { id, delta in runs[id]?.state.spans(endedIn: delta) ?? [] })
        for (digest, content) in batch.blobs { blobs.insert(content, for: digest) }
        dropForgotten()
        for id in batch.runs.keys where runs[id]?.state.status.isFinal == true {
            dropPuts(of: id)
            if let forgotten = ended.append(runs.removeValue(forKey: id)!) { progress.forget(forgotten) }
        }
        batch = Batch()
        return true
    }
}

extension RunDelta {
    /// Adds what an input led to; `run` is the state behind it.
    mutating func add(_ output: RunOutput, _ event: EventRow, of run: RunState) {
        headerChanged = headerChanged || output.headerChanged
        for task in output.tasks {
            tasks.append(task)
            if let handoff = run.handoffs[task] { handoffs[handoff.id.ordinal] = (task, handoff) }
        }
        artifacts += output.artifacts
        facts += output.facts
        attempts += output.attempts
        decisions.formUnion(output.decisions)
        events.append(event)
    }
}

extension Batch {
    /// Nothing is lost if this is stored later: the broker is sent the same again.
    fileprivate var isOnlyDeliveries: Bool {
        workflows.isEmpty && definitions.isEmpty && runs.isEmpty && blobs.isEmpty && files.isEmpty && replies.isEmpty
            && outbox.isEmpty && agents.isEmpty && deadLetters.isEmpty && forgotten.isEmpty
            && offered.isEmpty && verdicts.isEmpty
    }
}

/// A message that is not kept.
struct DirectMessage {
    let topic: String
    let payload: [UInt8]
    let qos: Int
    var isRetained = false
}
