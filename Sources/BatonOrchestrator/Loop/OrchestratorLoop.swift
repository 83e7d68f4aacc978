import BatonEngine
import BatonMQTT
import BatonStore
import Logging

/// Is told how long a turn of the loop took, from the first read to the last write, and how many task commands it sent.
public typealias TurnObserver = @Sendable (_ duration: Duration, _ commands: Int) -> Void

/// The heart: read, decide, commit, write — on one thread, which alone touches the connection and the database.
///
/// | step | what happens | what a crash behind it leaves |
/// |---|---|---|
/// | read | messages are taken in; their acknowledgements are only queued | the broker sends them again |
/// | decide | the coordinator applies them to the runs in memory | the same |
/// | commit | one transaction for all that was decided | they are sent again, and found to be duplicates |
/// | write | acknowledgements, commands, replies and progress leave together | nothing is missing |
final class OrchestratorLoop {
    private let coordinator: Coordinator
    private let settings: OrchestratorSettings
    private let stopping: StopSignal
    private let logger: Logger
    private let clock: @Sendable () -> Timestamp
    private let observe: TurnObserver?
    private let watcher: LibraryWatcher?
    private var faults: FaultPoints
    private var backoff = Backoff()

    init(
        coordinator: Coordinator, settings: OrchestratorSettings, stopping: StopSignal, faults: FaultPoints,
        logger: Logger, observe: TurnObserver?, watcher: LibraryWatcher?, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.observe = observe
        self.watcher = watcher
        self.coordinator = coordinator
        self.settings = settings
        self.stopping = stopping
        self.faults = faults
        self.logger = logger
        self.clock = clock
    }

    /// Runs until it is told to stop.
    ///
    /// - Throws: what no waiting helps against: a disk that fails, a database that can't be read, another orchestrator
    ///   on
    ///   the namespace, a broker that refuses us.
    func run() throws {
        while !stopping.isRequested {
            do {
                try lookForOthers()
                let session = try Session(coordinator.connection())
                try session.connect()
                logger.info("connecting", metadata: ["broker": "\(settings.brokerHost):\(settings.brokerPort)"])
                try serve(session)
            } catch let error as MQTTError {
                coordinator.connectionLost(now: clock())
                guard error.isRetriable else { throw error }
                let delay = backoff.next()
                logger.warning("not connected: \(error); trying again", metadata: ["in": "\(delay)"])
                pause(delay)
            } catch let error as StoreError where error.isRetriable {
                logger.error("\(error)")
                coordinator.connectionLost(now: clock())
                pause(.seconds(1))
                try coordinator.recover(now: clock())
            }
        }
    }

    /// Reads who else works on the namespace, under another client id: connecting under our own would take over the
    /// connection, and the messages, of an orchestrator that is there.
    private func lookForOthers() throws {
        let session = try Session(try coordinator.lookConnection())
        try session.connect()
        defer { session.abandon() }
        let deadline = ContinuousClock.now + .seconds(5)
        while let descriptor = session.descriptor, ContinuousClock.now < deadline {
            let ready = try Readiness.wait(
                [Interest(descriptor, write: session.wantsWrite)], timeoutMilliseconds: 200)
            if ready[0].canRead { try session.read(maxMessages: 16, maxBytes: 1 << 20) }
            for event in session.takeEvents() where try coordinator.look(event, on: session) {
                session.releaseAcknowledgements()
                session.disconnect(timeoutMilliseconds: 100)
                return
            }
            session.releaseAcknowledgements()
            try session.write()
            try session.misc()
        }
        throw MQTTError(.connectionLost, "the broker did not answer a subscription")
    }

    private func pause(_ duration: Duration) {
        let milliseconds = Int(duration / .milliseconds(1))
        _ = try? Readiness.wait([Interest(stopping.wakeup.descriptor)], timeoutMilliseconds: milliseconds)
        stopping.wakeup.drain()
    }

    /// One connection, from CONNECT to its end.
    private func serve(_ session: Session) throws {
        defer { session.abandon() }
        let began = ContinuousClock.now
        defer { backoff.connectionEnded(after: .now - began) }
        while !stopping.isRequested {
            guard let descriptor = session.descriptor else {
                throw MQTTError(.connectionLost, "the connection is gone")
            }
            let ready = try Readiness.wait(
                [
                    Interest(descriptor, write: session.wantsWrite),
                    Interest(stopping.wakeup.descriptor),
                ], timeoutMilliseconds: coordinator.timeoutMilliseconds(now: clock()))
            if ready[1].canRead { stopping.wakeup.drain() }
            if let library = watcher?.take() { coordinator.adopt(library) }
            let turnBegan = observe == nil ? nil : ContinuousClock.now
            if ready[0].canRead {
                try session.read(
                    maxMessages: settings.limits.batchMessages, maxBytes: settings.limits.batchBytes)
            }
            let sent = try turn(session)
            if let observe, let turnBegan, sent > 0 { observe(.now - turnBegan, sent) }
        }
        // What was decided is on disk; a goodbye in place of the will.
        if session.isConnected {
            try coordinator.sayGoodbye(session)
            session.disconnect()
        }
    }

    /// One turn behind a read; gives how many task commands it sent.
    private func turn(_ session: Session) throws -> Int {
        let events = session.takeEvents()
        if faults.acknowledgesEarly {
            session.releaseAcknowledgements()
            try session.write()
        }
        reachReadFaults(events)
        let now = clock()
        do {
            if try coordinator.prepare(events.compactMap(\.message)) {
                for event in events { try decide(event, on: session, now: now) }
            } else {
                try decideOneByOne(events, on: session)
            }
            coordinator.tick(now: now)
            try commit()
        } catch let error as StoreError where error.code == .failed {
            logger.error("a batch could not be stored, trying its messages one by one: \(error)")
            try replayOneByOne(events, on: session)
        }
        session.releaseAcknowledgements()
        let commands = try coordinator.send(on: session, now: now)
        faults.reach(.beforeWrite)
        try session.write()
        if !events.isEmpty { faults.reach(.afterWrite) }
        try session.misc()
        return commands
    }

    private func decide(_ event: SessionEvent, on session: Session, now: Timestamp) throws {
        if let message = event.message { faults.decide(message.payload) }
        try coordinator.handle(event, on: session, now: now)
    }

    /// One of the messages may have ended processes before this one: each is noted and stored by itself.
    private func decideOneByOne(_ events: [SessionEvent], on session: Session) throws {
        for event in events {
            if let message = event.message, try !coordinator.prepare(alone: message, now: clock()) { continue }
            try decide(event, on: session, now: clock())
            try commit()
        }
    }

    private func commit() throws {
        let isCommand = coordinator.batchSendsCommand
        let isEnd = coordinator.batchEndsRun
        faults.reach(.beforeCommit)
        guard try coordinator.commit() else { return }
        faults.reach(.afterCommit)
        if isCommand { faults.reach(.afterCommitOfCommand) }
        if isEnd { faults.reach(.afterCommitOfEnd) }
    }

    /// A message that makes a commit fail is found by storing each by itself, and goes to the dead letters.
    private func replayOneByOne(_ events: [SessionEvent], on session: Session) throws {
        for event in events {
            try coordinator.recover(now: clock())
            do {
                try decide(event, on: session, now: clock())
                _ = try coordinator.commit()
            } catch let error as StoreError where error.code == .failed {
                guard case .message(let message) = event else { throw error }
                logger.error("a message can't be stored: \(error)", metadata: ["topic": "\(message.topic)"])
                try coordinator.recover(now: clock())
                coordinator.bury(message, reason: "storing it failed: \(error)", now: clock())
                _ = try coordinator.commit()
            }
        }
    }

    private func reachReadFaults(_ events: [SessionEvent]) {
        let messages = events.compactMap(\.message)
        if !messages.isEmpty { faults.reach(.afterRead) }
        if messages.contains(where: { $0.topic.hasSuffix("/out/result") }) { faults.reach(.afterReadResult) }
        if events.contains(where: { if case .connected = $0 { true } else { false } }) { faults.reach(.afterConnect) }
        if events.isEmpty && coordinator.hasTasksOut { faults.reach(.whileTasksAreOut) }
    }
}

extension SessionEvent {
    /// The message that came, when it is that.
    fileprivate var message: MQTTMessage? {
        guard case .message(let message) = self else { return nil }
        return message
    }
}
