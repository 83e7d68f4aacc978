import BatonMessages
import Logging

/// What an agent does, without the doing: inputs with the time they came at go in, actions come out.
///
///     command ─▶ fetching ─▶ running ─▶ finished ─▶ (ack) gone
///                    │           │           └─ sent again until the ack
///                    └───────────┴─ (cancel) gone, its lease remembered
///
/// Rules from `docs/protocol.md`, “What each side promises: an agent”. Times are milliseconds of one clock that never
/// goes back, and `nextDeadline` says when ``tick(now:)`` is wanted.
package struct AgentMachine {
    package enum Action: Equatable {
        case publish(Channel, [UInt8], trace: TraceParent?)
        /// Puts so many bytes of a file, from the message's offset on.
        case put(HeldTask.Run, ArtifactPut, of: ContentFile, count: Int)
        /// Keeps a range of a large document behind what is kept of it; `index` is the document's in `requires`.
        case keep(HeldTask.Run, index: Int, [UInt8])
        /// What is kept for a task is not needed: its handler was not started.
        case discard(HeldTask.Run)
        /// The contents are in the order of `requires`; nil for one that is kept.
        case run(HeldTask.Run, TaskCommand, contents: [[UInt8]?])
        case cancel(HeldTask.Run)
        /// Connect anew: the will has to carry another epoch.
        case reconnect(epoch: Int64)
        /// Everything is handed over: say goodbye.
        case stop
        case log(Logger.Level, String)
    }

    package enum Channel: Equatable {
        /// Retained.
        case state
        case beat, decline, result, get, put
    }

    /// A task that takes less gets no beat: its result is claim enough.
    static let firstBeatMilliseconds: Int64 = 150
    static let presencePauseMilliseconds: Int64 = 1000
    /// For the acknowledgements of the last results, before a stop.
    static let lastAcksMilliseconds: Int64 = 5000
    /// Results that wait for their acknowledgement, beside the slots; beyond, tasks are declined.
    static let maxUnacknowledged = 1000
    static let leasesPerBeat = 1000

    package enum Stage: Equatable {
        case serving
        /// Takes nothing new; at the deadline what still runs is handed back.
        case draining(deadline: Int64)
        /// Only waits for acknowledgements.
        case leaving(deadline: Int64)
        case stopped
    }

    let configuration: AgentConfiguration
    package var epoch: Int64
    package var stage = Stage.serving
    var isConnected = false
    package var held: [HeldTask.Run: HeldTask] = [:]
    var byLease: [Identifier: HeldTask.Run] = [:]
    var byKey: [Identifier: HeldTask.Run] = [:]
    /// Handlers that have not returned, those of cancelled tasks among them.
    var active: Set<HeldTask.Run> = []
    var lastRun: UInt64 = 0
    var over = LeaseMemory()
    /// The orchestrator as last heard of.
    var orchestrator: By?
    var nextPresence: Int64 = 0
    var wantsPresence = false
    var actions: [Action] = []
    /// No later than anything that is due; the exact moment after each ``tick(now:)``.
    package private(set) var nextDeadline: Int64?

    package init(_ configuration: AgentConfiguration, epoch: Int64) {
        self.configuration = configuration
        self.epoch = epoch
    }

    /// What is to be done since the last call, in order.
    package mutating func takeActions() -> [Action] {
        defer { actions = [] }
        return actions
    }

    /// It has no task, and no result that was not acknowledged.
    package var isIdle: Bool { held.isEmpty }

    // MARK: Connection

    package mutating func connected(now: Int64) {
        isConnected = true
        publishPresence(now: now)
        for run in held.keys.sorted() { startAgain(run, now: now) }
        renew(now: now)
        setDeadline(now: now)
    }

    package mutating func disconnected() { isConnected = false }

    /// Tells the orchestrator everything it may not know: what is held, and every result that waits for its ack.
    mutating func renew(now: Int64) {
        guard isConnected, !held.isEmpty else { return }
        beat(now: now)
        for run in held.keys.sorted() {
            putAgain(run, now: now)
            guard case .finished(let result, _) = held[run]?.work else { continue }
            held[run]?.work = .finished(result, ResendSchedule(sentAt: now))
            publish(result)
        }
    }

    // MARK: Time

    package mutating func tick(now: Int64) {
        if isConnected {
            if wantsPresence, nextPresence <= now { publishPresence(now: now) }
            if held.values.contains(where: { $0.beatDue <= now }) { beat(now: now) }
            for run in held.keys.sorted() {
                guard let task = held[run], task.dueAt <= now else { continue }
                switch task.work {
                case .fetching: askAgain(run, now: now)
                case .running: break
                // More than a beat is due.
                case .putting(let upload, _): if upload.dueAt <= now { put(run, now: now) { $0.ask(now: now) } }
                case .finished(let result, var schedule):
                    schedule.repeated(at: now)
                    held[run]?.work = .finished(result, schedule)
                    publish(result)
                }
            }
        }
        advanceStage(now: now)
        setDeadline(now: now)
    }

    private mutating func setDeadline(now: Int64) {
        var deadline = held.values.map(\.dueAt).min()
        if wantsPresence { deadline = min(deadline ?? .max, nextPresence) }
        switch stage {
        case .draining(let end), .leaving(let end): deadline = min(deadline ?? .max, end)
        case .serving, .stopped: break
        }
        // Without a connection nothing that is due can be done; the next one brings everything up to date.
        nextDeadline = isConnected || stage != .serving ? deadline.map { max($0, now + 1) } : nil
    }

    mutating func schedule(_ moment: Int64) { nextDeadline = min(nextDeadline ?? .max, moment) }

    /// One message renews every lease.
    mutating func beat(now: Int64) {
        let runs = held.keys.sorted()
        for run in runs {
            let interval = held[run]?.beatMilliseconds ?? 0
            held[run]?.beatDue = configuration.beats ? now + interval : .max
            if configuration.beats { schedule(now + interval) }
        }
        guard configuration.beats else { return }
        for start in stride(from: 0, to: runs.count, by: Self.leasesPerBeat) {
            let part = runs[start..<min(start + Self.leasesPerBeat, runs.count)]
            publish(.beat, Beat(epoch: epoch, held: part.compactMap { held[$0]?.entry }).encode())
        }
    }

    mutating func publish(_ channel: Channel, _ payload: [UInt8]) {
        guard isConnected else { return }
        actions.append(.publish(channel, payload, trace: nil))
    }

    mutating func publish(_ result: TaskResult) {
        guard isConnected else { return }
        actions.append(.publish(.result, result.encode(), trace: result.traceparent))
    }

    mutating func log(_ level: Logger.Level, _ text: String) { actions.append(.log(level, text)) }

    /// Forgets a task; its lease is over.
    mutating func drop(_ run: HeldTask.Run, now: Int64) {
        guard let task = held.removeValue(forKey: run) else { return }
        byLease[task.lease] = nil
        byKey[task.command.idempotencyKey] = nil
        over.insert(task.lease, now: now)
        if case .fetching(let fetch) = task.work, fetch.hasKept { actions.append(.discard(run)) }
    }
}
