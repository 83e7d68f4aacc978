import BatonTestKit
import Foundation
import Synchronization

/// A process that is started, stopped, and started again.
final class Held: Sendable {
    private let log: URL
    private let process = Mutex<GuardedProcess?>(nil)

    init(log: URL) { self.log = log }

    var isRunning: Bool { process.withLock { $0?.isRunning } ?? false }

    /// - Parameter script: for `sh`; it should end with an `exec`, so that signals reach the program.
    func start(_ script: String, _ environment: [String: String], _ directory: URL) throws {
        let started = try GuardedProcess(
            URL(filePath: "/bin/sh"), ["-c", script], environment: environment, directory: directory, output: log)
        process.withLock { $0 = started }
    }

    /// Sends the signal, and waits for the end; one that does not end in 20 s is killed.
    func stop(_ signal: Int32) {
        let ending = process.withLock { process in
            defer { process = nil }
            return process
        }
        guard let ending else { return }
        ending.signal(signal)
        let deadline = ContinuousClock.now + .seconds(20)
        while ending.isRunning, ContinuousClock.now < deadline { usleep(20_000) }
        ending.signal(SIGKILL)
        ending.waitUntilExit()
    }
}
