import BatonEngine
import BatonMQTT
import BatonStore
import Logging

/// What the loop does behind each read: decide, commit, write; without a clock, a thread or a socket of its own, so
/// that a simulation takes the same turns as the program.
///
/// | step | what happens | what a crash behind it leaves |
/// |---|---|---|
/// | read | messages are taken in; their acknowledgements are only queued | the broker sends them again |
/// | decide | the coordinator applies them to the runs in memory | the same |
/// | commit | one transaction for all that was decided | they are sent again, and found to be duplicates |
/// | send | what is to leave is queued, while the disk syncs | the same |
/// | settle | waits for the disk | the same |
/// | write | acknowledgements, commands, replies and progress leave together | nothing is missing |
package final class LoopTurn {
    private let coordinator: Coordinator
    private let logger: Logger
    private var faults: any FaultSource

    package init(coordinator: Coordinator, logger: Logger, faults: some FaultSource) {
        self.coordinator = coordinator
        self.logger = logger
        self.faults = faults
    }

    /// Decides what was read, stores it, and writes what follows; gives how many task commands it sent.
    package func take(on wire: some Wire, clock: () -> Timestamp) throws -> Int {
        let events = wire.takeEvents()
        guard let metrics = coordinator.metrics, !events.isEmpty else {
            return try take(events, on: wire, clock: clock)
        }
        return try metrics.batch(of: events.count) { try take(events, on: wire, clock: clock) }
    }

    private func take(_ events: [SessionEvent], on wire: some Wire, clock: () -> Timestamp) throws -> Int {
        if faults.acknowledgesEarly {
            wire.releaseAcknowledgements()
            try wire.write()
        }
        try reachReadFaults(events)
        let now = clock()
        do {
            if try coordinator.prepare(events.compactMap(\.message)) {
                for event in events { try decide(event, on: wire, now: now) }
            } else {
                try decideOneByOne(events, on: wire, clock: clock)
            }
            coordinator.tick(now: now)
            try commit()
        } catch let error as StoreError where error.code == .failed {
            // What became due fails by itself: nobody else is to blame, and memory is ahead of the disk.
            guard !events.isEmpty else { throw error }
            logger.error("a batch could not be stored, trying its messages one by one: \(error)")
            try replayOneByOne(events, on: wire, clock: clock)
        }
        let commands = try coordinator.send(on: wire, now: now)
        try coordinator.settle()
        wire.releaseAcknowledgements()
        try faults.reach(.beforeWrite)
        try wire.write()
        if !events.isEmpty { try faults.reach(.afterWrite) }
        try wire.misc()
        return commands
    }

    private func decide(_ event: SessionEvent, on wire: some Wire, now: Timestamp) throws {
        if let message = event.message { try faults.decide(message.payload) }
        try coordinator.handle(event, on: wire, now: now)
    }

    /// One of the messages may have ended processes before this one: each is noted and stored by itself.
    private func decideOneByOne(
        _ events: [SessionEvent], on wire: some Wire, clock: () -> Timestamp
    ) throws {
        for event in events {
            if let message = event.message, try !coordinator.prepare(alone: message, now: clock()) { continue }
            try decide(event, on: wire, now: clock())
            try commit()
        }
    }

    private func commit() throws {
        let isCommand = coordinator.batchSendsCommand
        let isEnd = coordinator.batchEndsRun
        try faults.reach(.beforeCommit)
        guard try coordinator.measuredCommit() else { return }
        try faults.reach(.afterCommit)
        if isCommand { try faults.reach(.afterCommitOfCommand) }
        if isEnd { try faults.reach(.afterCommitOfEnd) }
    }

    /// A message that makes a commit fail is found by storing each by itself, and goes to the dead letters.
    private func replayOneByOne(
        _ events: [SessionEvent], on wire: some Wire, clock: () -> Timestamp
    ) throws {
        for event in events {
            try coordinator.recover(now: clock())
            do {
                try decide(event, on: wire, now: clock())
                try commit()
            } catch let error as StoreError where error.code == .failed {
                guard case .message(let message) = event else { throw error }
                logger.error("a message can't be stored: \(error)", metadata: ["topic": "\(message.topic)"])
                try coordinator.recover(now: clock())
                coordinator.putAside(message, reason: "storing it failed: \(error)", now: clock())
                try commit()
            }
        }
    }

    private func reachReadFaults(_ events: [SessionEvent]) throws {
        let messages = events.compactMap(\.message)
        if !messages.isEmpty { try faults.reach(.afterRead) }
        if messages.contains(where: { $0.topic.hasSuffix("/out/result") }) { try faults.reach(.afterReadResult) }
        if events.contains(where: { if case .connected = $0 { true } else { false } }) {
            try faults.reach(.afterConnect)
        }
        if events.isEmpty && coordinator.hasTasksOut { try faults.reach(.whileTasksAreOut) }
    }
}

extension SessionEvent {
    /// The message that came, when it is that.
    fileprivate var message: MQTTMessage? {
        guard case .message(let message) = self else { return nil }
        return message
    }
}
