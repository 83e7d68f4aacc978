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
    /// For the next start alone.
    var nextEnvironment: [String: String] = [:]
    private(set) var starts = 0

    init(_ name: String, link: FaultyLink, launch: @escaping ([String: String]) throws -> GuardedProcess) {
        self.name = name
        self.link = link
        self.launch = launch
    }

    var isRunning: Bool { process?.isRunning == true }

    /// Ends it at once; it comes back after a while.
    func kill(backAfter pause: Duration) {
        isEndExpected = true
        process?.signal(SIGKILL)
        process?.waitUntilExit()
        ended(backAfter: pause)
    }

    /// Asks it to end, and gives its exit code; nil when it did not within ten seconds, and was killed.
    func stop(backAfter pause: Duration?) -> Int32? {
        isEndExpected = true
        resume()
        process?.signal(SIGTERM)
        let deadline = ContinuousClock.now + .seconds(10)
        while isRunning, ContinuousClock.now < deadline { usleep(5000) }
        let isStuck = isRunning
        if isStuck { process?.signal(SIGKILL) }
        let code = process?.waitUntilExit()
        ended(backAfter: pause)
        return isStuck ? nil : code ?? 0
    }

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
        startsAt = pause.map { .now + $0 }
    }

    /// Starts it when it is time to; gives the exit code when it ended and nobody had asked it to.
    func attend() throws -> Int32? {
        if let startsAt, startsAt <= .now {
            self.startsAt = nil
            isEndExpected = false
            process = try launch(nextEnvironment)
            isEndExpected = nextEnvironment["BATON_FAULT"] != nil
            nextEnvironment = [:]
            starts += 1
        }
        guard let process, !process.isRunning else { return nil }
        let code = process.waitUntilExit()
        let wasExpected = isEndExpected && code == 128 + SIGKILL
        ended(backAfter: .milliseconds(200))
        return wasExpected ? nil : code
    }
}
