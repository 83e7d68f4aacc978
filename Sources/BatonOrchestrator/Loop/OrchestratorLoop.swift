import BatonEngine
import BatonMQTT
import BatonStore
import Logging

/// Is told how long a turn of the loop took, from the first read to the last write, and how many task commands it sent.
public typealias TurnObserver = @Sendable (_ duration: Duration, _ commands: Int) -> Void

/// The heart: read, decide, commit, write — on one thread, which alone touches the connection and the database. Here
/// are the connection and the waiting; what is done behind each read is ``LoopTurn``.
final class OrchestratorLoop {
    private let coordinator: Coordinator
    private let settings: OrchestratorSettings
    private let stopping: StopSignal
    private let logger: Logger
    private let turn: LoopTurn
    private let clock: () -> Timestamp
    private let observe: TurnObserver?
    private let watcher: LibraryWatcher?
    private let access: AccessFile?
    private var backoff = Backoff()

    init(
        coordinator: Coordinator, settings: OrchestratorSettings, stopping: StopSignal, faults: FaultPoints,
        logger: Logger, observe: TurnObserver?, watcher: LibraryWatcher?, access: AccessFile?,
        clock: @escaping () -> Timestamp
    ) {
        self.observe = observe
        self.watcher = watcher
        self.access = access
        self.coordinator = coordinator
        self.settings = settings
        self.stopping = stopping
        self.logger = logger
        self.clock = clock
        turn = LoopTurn(coordinator: coordinator, logger: logger, faults: faults)
    }

    /// Runs until it is told to stop.
    ///
    /// - Throws: what no waiting helps against: a disk that fails, a database that can't be read, another orchestrator
    ///   on the namespace, a broker that refuses us.
    func run() throws {
        var mustRecover = false
        while !stopping.isRequested {
            do {
                if mustRecover { try coordinator.recover(now: clock()) }
                mustRecover = false
                try lookForOthers()
                let session = try Session(coordinator.connection())
                try session.connect()
                logger.info("connecting", metadata: ["broker": "\(settings.broker.address)"])
                try serve(session)
            } catch let error as MQTTError {
                coordinator.connectionLost(now: clock())
                guard error.isRetriable else { throw error }
                guard !stopping.isRequested else { return }
                let delay = backoff.next()
                logger.warning("not connected: \(error); trying again", metadata: ["in": "\(delay)"])
                pause(delay)
            } catch let error as StoreError where error.isRetriable {
                logger.error("\(error)")
                coordinator.connectionLost(now: clock())
                mustRecover = true
                pause(.seconds(1))
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
            if let rules = access?.takeChange() { coordinator.adopt(rules, now: clock()) }
            let turnBegan = observe == nil ? nil : ContinuousClock.now
            let sent = try takeTurn(session, canRead: ready[0].canRead)
            if let observe, let turnBegan, sent > 0 { observe(.now - turnBegan, sent) }
        }
        try leave(session)
    }

    private func takeTurn(_ session: Session, canRead: Bool) throws -> Int {
        if canRead {
            try session.read(maxMessages: settings.limits.batchMessages, maxBytes: settings.limits.batchBytes)
        }
        return try turn.take(on: session, clock: clock)
    }

    /// Ends the connection with a goodbye in place of the will, once the broker has all that was said before it: what
    /// was decided is on disk, and what was delivered need not be sent again by the next process. Of a broker that does
    /// not take it within a second the will is left.
    private func leave(_ session: Session) throws {
        guard session.isConnected else { return }
        try coordinator.sayGoodbye(session)
        try session.write()
        let deadline = ContinuousClock.now + .seconds(1)
        while !coordinator.hasLeft {
            guard coordinator.isLeaving, ContinuousClock.now < deadline, let descriptor = session.descriptor else {
                return
            }
            let ready = try Readiness.wait(
                [Interest(descriptor, write: session.wantsWrite)], timeoutMilliseconds: 50)
            _ = try takeTurn(session, canRead: ready[0].canRead)
        }
        session.disconnect()
    }
}
