import BatonAgent
import Foundation
import Synchronization

/// A program that a test runs beside itself, and that dies with the test process, however that one dies.
///
/// A small shell stands in between: it holds the reading end of a pipe whose writing end is here, and kills the program
/// when the pipe ends. No handler of this process has to run for that.
public final class GuardedProcess: Sendable {
    /// The program itself, not the shell.
    public let identifier: pid_t
    private let shell: pid_t
    private let lifeline: Int32
    private let exitCode = Mutex<Int32?>(nil)

    /// - Parameters:
    ///   - environment: in place of this process's own; nil inherits it.
    ///   - output: a file to which standard output and error are appended; nil throws them away.
    public init(
        _ executable: URL, _ arguments: [String], environment: [String: String]? = nil, directory: URL? = nil,
        output: URL? = nil
    ) throws {
        let (lifelineEnd, lifeline) = try Spawn.pipe()
        let (announcement, announcer) = try Spawn.pipe()
        let folder = directory?.path ?? FileManager.default.currentDirectoryPath
        // What is loaded into the program is none of the shell's business: it must not be able to end it.
        var variables = environment
        let preloaded = variables?.removeValue(forKey: "LD_PRELOAD").map { ["/usr/bin/env", "LD_PRELOAD=\($0)"] } ?? []
        let words =
            ["/bin/sh", "-c", Self.script, output?.path ?? "/dev/null", folder] + preloaded + [executable.path]
            + arguments
        let spawn = Spawn(
            words, environment: variables.map { $0.map { "\($0.key)=\($0.value)" } }, input: lifelineEnd,
            output: announcer)
        let started = Result { try spawn.start() }
        close(lifelineEnd)
        close(announcer)
        defer { close(announcement) }
        self.lifeline = lifeline
        do { shell = try started.get() } catch {
            close(lifeline)
            throw error
        }
        guard let program = Self.readLine(from: announcement).flatMap({ pid_t($0) }), program > 0 else {
            close(lifeline)
            var status: Int32 = 0
            waitpid(shell, &status, 0)
            throw Failure(
                description: "\(executable.lastPathComponent) was not started: its shell ended with status \(status)")
        }
        identifier = program
    }

    private struct Failure: Error, CustomStringConvertible { let description: String }

    /// A line of a few characters; nil when the other side closes before.
    private static func readLine(from descriptor: Int32) -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
    }

    deinit {
        close(lifeline)
        waitUntilExit()
    }

    // Nobody may be left to read the announcement, which must not end the shell before it has its guard. The guard is
    // ended with the program, so that it never kills a stranger that was given the same number.
    private static let script = """
        exec 3<&0; log=$0; cd "$1" || exit 127; shift
        "$@" </dev/null >>"$log" 2>&1 3<&- &
        program=$!; trap "" PIPE; echo $program; exec >/dev/null
        (read line <&3; kill -9 $program) &
        guard=$!; exec 3<&-
        wait $program; code=$?
        kill $guard; exit $code
        """

    public var isRunning: Bool { poll() == nil }

    /// Sends a signal to the program.
    public func signal(_ number: Int32) {
        guard isRunning else { return }
        kill(identifier, number)
    }

    /// Sends a signal until the program has ended: Mosquitto forgets one that comes while it begins.
    public func end(by number: Int32) {
        var next = ContinuousClock.now
        while isRunning {
            if next <= .now {
                signal(number)
                next = .now + .milliseconds(500)
            }
            usleep(2000)
        }
    }

    /// The exit code, once the program has ended; 128 + the signal's number when a signal ended it.
    @discardableResult
    public func waitUntilExit() -> Int32 {
        while true {
            if let code = poll() { return code }
            usleep(2000)
        }
    }

    private func poll() -> Int32? {
        exitCode.withLock { exitCode in
            if let exitCode { return exitCode }
            var status: Int32 = 0
            guard waitpid(shell, &status, WNOHANG) == shell else { return nil }
            exitCode = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
            return exitCode
        }
    }
}
