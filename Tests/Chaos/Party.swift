import BatonTestKit
import Foundation

/// One of the programs under chaos, behind a link of its own; it is started again whenever it ended.
///
/// Used from the main thread alone.
final class Party {
    let name: String
    /// Between it and the broker.
    let link: FaultyLink
    private let launch: (_ environment: [String: String]) throws -> GuardedProcess
    private(set) var process: GuardedProcess?
    /// What it was told to die of: its end is no surprise.
    private var isEndExpected = false
    private(set) var isSuspended = false
    /// When it is to be started; nil while it runs.
    private var startsAt: ContinuousClock.Instant? = .now
    /// Whether there is a reason now for which it can't start.
    var mayFailToStart: () -> Bool = { false }
    /// Whether there was one since it was started.
    private var mightHaveFailedToStart = false
    /// For the next start alone.
    var nextEnvironment: [String: String] = [:]
    private(set) var starts = 0
    private var startedAt = ContinuousClock.now
    /// When it must have ended, once it was asked to.
    private var stopsUntil: ContinuousClock.Instant?
    private var pauseAfterStop: Duration?

    init(_ name: String, link: FaultyLink, launch: @escaping ([String: String]) throws -> GuardedProcess) {
        self.name = name
        self.link = link
        self.launch = launch
    }

    var isRunning: Bool { process?.isRunning == true }

    /// Whether something can be done to it: it runs, is past its beginning, and has not been asked to end.
    var isAvailable: Bool { isRunning && stopsUntil == nil && age > .seconds(1) }

    private var age: Duration { .now - startedAt }

    /// Ends it at once; it comes back after a while.
    func kill(backAfter pause: Duration) {
        isEndExpected = true
        process?.signal(SIGKILL)
        process?.waitUntilExit()
        ended(backAfter: pause)
    }

    /// Asks it to end; ``attend()`` tells when it did not do so well.
    ///
    /// - Parameter pause: after which it comes back; nil: it does not.
    func stop(backAfter pause: Duration?) {
        resume()
        pauseAfterStop = pause
        stopsUntil = .now + Self.patience
        process?.signal(SIGTERM)
    }

    /// How long a program may take to end when it is asked to: an agent lets its tasks finish, hands over its results
    /// and says goodbye, and for each it waits some seconds for a broker that does not answer.
    private static let patience = Duration.seconds(20)

    func suspend() {
        isSuspended = true
        process?.signal(SIGSTOP)
    }

    func resume() {
        isSuspended = false
        process?.signal(SIGCONT)
    }

    private func ended(backAfter pause: Duration?) {
        process = nil
        isSuspended = false
        stopsUntil = nil
        startsAt = pause.map { .now + $0 }
    }

    /// Starts it when it is time to, and gives what is wrong with its end, if it has ended.
    func attend() throws -> String? {
        if let startsAt, startsAt <= .now {
            // Tried again when even that fails.
            self.startsAt = .now + .seconds(1)
            process = try launch(nextEnvironment)
            self.startsAt = nil
            mightHaveFailedToStart = false
            isEndExpected = nextEnvironment["BATON_FAULT"] != nil
            nextEnvironment = [:]
            starts += 1
            startedAt = .now
        }
        guard let process else { return nil }
        if age < .seconds(1) { mightHaveFailedToStart = mightHaveFailedToStart || mayFailToStart() }
        if let stopsUntil { return attendStop(of: process, until: stopsUntil) }
        guard !process.isRunning else { return nil }
        let code = process.waitUntilExit()
        let wasExpected = isEndExpected && code == 128 + SIGKILL || age < .seconds(1) && mightHaveFailedToStart
        ended(backAfter: .milliseconds(500))
        return wasExpected ? nil : "\(name) ended by itself, with \(code)"
    }

    private func attendStop(of process: GuardedProcess, until deadline: ContinuousClock.Instant) -> String? {
        guard process.isRunning else {
            let code = process.waitUntilExit()
            let wasExpected = code == 0 || isEndExpected && code == 128 + SIGKILL
            ended(backAfter: pauseAfterStop)
            return wasExpected ? nil : "\(name) ended with \(code) when it was stopped"
        }
        guard deadline <= .now else { return nil }
        kill(backAfter: pauseAfterStop ?? .zero)
        if pauseAfterStop == nil { startsAt = nil }
        return "\(name) did not end within \(Self.patience) when it was stopped"
    }
}
