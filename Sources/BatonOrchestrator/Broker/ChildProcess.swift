import Foundation
import Synchronization

/// A process that never outlives the one that started it, however that one ends.
///
/// Between the two stands a shell, the keeper. It holds the reading end of a pipe, the lifeline, whose writing end this
/// process alone has: the pipe ends when this object closes it, and when this process is gone, even by SIGKILL. Then
/// the keeper asks the child to end (SIGTERM), and after a grace time makes it (SIGKILL, to the whole process group).
/// (PR_SET_PDEATHSIG would not do: it goes by the thread that forked, and a child that changes its user loses it.)
///
/// Keeper and child are a process group of their own, so that Ctrl-C in a terminal reaches this process only, which
/// then ends them in order. They inherit no descriptor, no blocked and no ignored signal (the keeper makes the child
/// ignore SIGINT and SIGQUIT, as shells do in the background).
package final class ChildProcess: Sendable {
    package enum Output: Sendable {
        /// Called with each line of standard output and error, without its end.
        case lines(@Sendable (String) -> Void)
        /// Appended to this file.
        case file(String)
    }

    /// How a process ended; 128 + its number for a signal, as shells count.
    package struct Exit: Sendable, Equatable, CustomStringConvertible {
        package let code: Int32

        package init(code: Int32) { self.code = code }

        package var description: String {
            code > 128 ? "ended by signal \(code - 128)" : "ended with exit code \(code)"
        }
    }

    /// Apart from the process object, so that the thread that waits does not keep that alive.
    fileprivate final class Status: Sendable {
        struct State {
            var exit: Exit?
            var waiters: [CheckedContinuation<Exit, Never>] = []
        }

        let state = Mutex(State())
        /// Signalled when the output has ended.
        let outputEnd = DispatchSemaphore(value: 0)
    }

    /// The keeper's process id, which is the process group's too.
    package let group: pid_t
    private let graceMilliseconds: Int
    private let lifeline: Mutex<Int32?>
    private let status = Status()

    /// Starts `executable`, a path.
    ///
    /// - Parameter graceMilliseconds: how long it may take to end when it is asked to; in steps of 100.
    /// - Throws: a `POSIXError`, if the system has no process or descriptor left or the file of the output can't be
    ///   opened. A missing executable is reported by the exit code 127.
    package init(
        executable: String, arguments: [String],
        environment: [String: String] = ProcessInfo.processInfo.environment, output: Output,
        graceMilliseconds: Int = 5000
    ) throws {
        self.graceMilliseconds = graceMilliseconds
        let lifeline = try Self.pipe()
        defer { close(lifeline.reading) }
        var outputPipe: (reading: Int32, writing: Int32)?
        defer { if let outputPipe { close(outputPipe.writing) } }
        do {
            let target: Int32
            switch output {
            case .lines:
                let pipe = try Self.pipe()
                outputPipe = pipe
                target = pipe.writing
            case .file(let path):
                target = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
                guard target >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            }
            defer { if case .file = output { close(target) } }
            group = try Self.spawn(
                ["/bin/sh", "-c", Self.keeper, "keeper", "\(graceMilliseconds / 100)", executable] + arguments,
                environment: environment,
                output: target, lifeline: lifeline.reading)
        } catch {
            close(lifeline.writing)
            if let outputPipe { close(outputPipe.reading) }
            throw error
        }
        self.lifeline = Mutex(lifeline.writing)
        if case .lines(let receive) = output, let reading = outputPipe?.reading {
            Thread.detachNewThread { [status] in
                Self.forward(from: reading, to: receive)
                status.outputEnd.signal()
            }
        } else {
            status.outputEnd.signal()
        }
        Thread.detachNewThread { [group, status] in status.wait(for: group) }
    }

    /// Waits until the process has ended.
    package func exit() async -> Exit {
        await withCheckedContinuation { continuation in
            let exit = status.state.withLock { state in
                if state.exit == nil { state.waiters.append(continuation) }
                return state.exit
            }
            if let exit { continuation.resume(returning: exit) }
        }
    }

    /// How it ended; nil while it runs.
    package var ended: Exit? { status.state.withLock { $0.exit } }

    /// Asks the process to end, makes it after the grace time, and waits for it.
    @discardableResult
    package func stop() async -> Exit {
        cut()
        // The keeper does the rest; if somebody stopped or killed it, the group goes at once.
        let last = Task { [group, graceMilliseconds] in
            try await Task.sleep(for: .milliseconds(graceMilliseconds + 3000))
            kill(-group, SIGKILL)
        }
        defer { last.cancel() }
        return await exit()
    }

    deinit { cut() }

    /// Lets go of the lifeline.
    private func cut() {
        if let lifeline = lifeline.withLock({ $0.take() }) { close(lifeline) }
    }
}

extension ChildProcess.Status {
    /// Blocks until the process has ended, and tells those who wait for it.
    func wait(for group: pid_t) {
        var status: Int32 = 0
        while waitpid(group, &status, 0) == -1, errno == EINTR {}
        let signal = status & 0x7F
        let exit = ChildProcess.Exit(code: signal == 0 ? status >> 8 & 0xFF : 128 + signal)
        // What it said last comes first, unless a descendant keeps the pipe open.
        _ = outputEnd.wait(timeout: .now() + .milliseconds(500))
        let waiters = state.withLock { state in
            state.exit = exit
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: exit) }
    }
}

extension ChildProcess {
    /// Runs a command until it ends or descriptor 3 does; before the command, the grace time in tenths of a second.
    private static let keeper = """
        grace=$1
        shift
        "$@" 3<&- &
        child=$!
        (
            read -r line <&3
            kill -TERM "$child" 2>/dev/null
            tenths=0
            while kill -0 "$child" 2>/dev/null && [ "$tenths" -lt "$grace" ]; do
                sleep 0.1
                tenths=$((tenths + 1))
            done
            kill -KILL 0
        ) &
        watcher=$!
        exec 3<&-
        wait "$child"
        code=$?
        kill -KILL "$watcher" 2>/dev/null
        exit "$code"
        """

    private static func spawn(
        _ command: [String], environment: [String: String], output: Int32, lifeline: Int32
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        posix_spawn_file_actions_adddup2(&actions, lifeline, 3)
        // Whatever a library opened without O_CLOEXEC: a database's lock must not live on in a child. One more than is
        // open now may be open by then; closing what is not open does nothing.
        for descriptor in 4..<highestDescriptor() + 256 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        sigfillset(&all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var arguments = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var id: pid_t = 0
        let failure = posix_spawn(&id, command[0], &actions, &attributes, &arguments, &variables)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EAGAIN) }
        return id
    }

    private static func highestDescriptor() -> Int32 {
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return open.compactMap { Int32($0) }.max() ?? 1024
    }

    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EMFILE) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func forward(from descriptor: Int32, to receive: (String) -> Void) {
        defer { close(descriptor) }
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            pending += chunk[..<count]
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                receive(String(decoding: pending[..<end], as: UTF8.self))
                pending.removeSubrange(...end)
            }
            // A line without an end is passed on in pieces, so that nothing grows without bound.
            if pending.count > 65_536 {
                receive(String(decoding: pending, as: UTF8.self))
                pending = []
            }
        }
        if !pending.isEmpty { receive(String(decoding: pending, as: UTF8.self)) }
    }
}
