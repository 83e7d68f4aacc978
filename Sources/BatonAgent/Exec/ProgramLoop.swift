import BatonMQTT
import Glibc

/// The thread that feeds a program, reads it, and waits for its end.
struct ProgramLoop {
    /// How often to look whether the program has ended while something holds its output open.
    private static let tickMilliseconds = 50
    /// What the program left running in the background may go on writing for so long after its end.
    private static let afterlife: Duration = .milliseconds(500)

    private let program: Program
    private let cancellation: Program.Cancellation
    private let onErrorLine: @Sendable (String) -> Void
    private let onProgressLine: @Sendable (String) -> Void
    private let process: pid_t
    private var input: Int32?
    private var output: Int32?
    private var errors: Int32?
    private var progress: Int32?
    private var written = 0
    private var collected: CollectedOutput
    private var lines = LineSplitter()
    private var progressLines = LineSplitter()
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    private var cause: Program.End.Cause?
    private let deadline: ContinuousClock.Instant?
    private var killAt: ContinuousClock.Instant?
    private var endedAt: ContinuousClock.Instant?

    init(
        _ program: Program, _ cancellation: Program.Cancellation, _ onErrorLine: @escaping @Sendable (String) -> Void,
        _ onProgressLine: @escaping @Sendable (String) -> Void
    ) throws {
        self.program = program
        self.cancellation = cancellation
        collected = CollectedOutput(in: program.overflowFolder)
        self.onErrorLine = onErrorLine
        self.onProgressLine = onProgressLine
        // A program that does not read its input must not end this process; the write says EPIPE instead.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)

        var ends: [Int32] = []
        do {
            for _ in 1...(program.progressDescriptor == nil ? 3 : 4) {
                let (reader, writer) = try Spawn.pipe()
                ends += [reader, writer]
            }
            var spawn = Spawn(
                program.arguments, environment: program.environment, input: ends[0], output: ends[3], error: ends[5])
            if let number = program.progressDescriptor { spawn.extra = (number, ends[7]) }
            process = try spawn.start()
        } catch {
            for end in ends { close(end) }
            throw error
        }
        for end in [ends[0], ends[3], ends[5]] { close(end) }
        for end in [ends[1], ends[2], ends[4]] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        (input, output, errors) = (ends[1], ends[2], ends[4])
        if program.progressDescriptor != nil {
            close(ends[7])
            _ = fcntl(ends[6], F_SETFL, O_NONBLOCK)
            progress = ends[6]
        }
        deadline = program.timeout.map { ContinuousClock.now + $0 }
    }

    mutating func run() throws -> Program.End {
        let failure: MQTTError?
        do throws(MQTTError) {
            try serve()
            failure = nil
        } catch { failure = error }
        // What it left in the background ends too. Until it is waited for, the process keeps its number, and so does
        // its group.
        kill(-process, SIGKILL)
        let natural = wait()
        for descriptor in [input, output, errors, progress].compactMap({ $0 }) { close(descriptor) }
        let whole = collected.finish()
        if let failure { throw failure }
        if let line = lines.finish() { onErrorLine(line) }
        if let line = progressLines.finish() { onProgressLine(line) }
        return Program.End(cause: cause ?? natural, output: whole, lastErrors: lines.last)
    }

    private mutating func serve() throws(MQTTError) {
        while !isOver {
            let interests = [
                Interest(cancellation.wakeup.descriptor, read: cause == nil),
                Interest(input ?? -1, read: false, write: true), Interest(output ?? -1), Interest(errors ?? -1),
                Interest(progress ?? -1),
            ]
            let ready = try Readiness.wait(interests, timeoutMilliseconds: patience)
            if ready[1].canWrite { feed() }
            if ready[2].canRead { collect() }
            if ready[3].canRead { listen() }
            if ready[4].canRead { follow() }
            watch()
        }
    }

    private var isOver: Bool {
        guard let endedAt else { return false }
        return isSilent || ContinuousClock.now > endedAt + Self.afterlife
    }

    /// Nothing more can come.
    private var isSilent: Bool { output == nil && errors == nil && progress == nil }

    private var patience: Int { isSilent ? 2 : Self.tickMilliseconds }

    /// Notices the end, the cancellation and the timeout.
    private mutating func watch() {
        if endedAt == nil, hasEnded { endedAt = .now }
        if cancellation.isCancelled { end(.cancelled) }
        if let deadline, deadline < .now { end(.timedOut) }
        if let killAt, killAt < .now { kill(-process, SIGKILL) }
    }

    /// Asks the program to end, and does not ask again.
    private mutating func end(_ why: Program.End.Cause) {
        guard cause == nil, endedAt == nil else { return }
        cause = why
        killAt = .now + program.grace
        kill(-process, SIGTERM)
    }

    private mutating func feed() {
        guard let descriptor = input else { return }
        let count = program.input[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 { written += count }
        let isStuck = count < 0 && errno != EAGAIN && errno != EINTR
        guard isStuck || written == program.input.count else { return }
        close(descriptor)
        input = nil
    }

    private mutating func collect() {
        guard let bytes = take(from: \.output) else { return }
        do throws(AgentError) {
            try collected.append(bytes)
            guard collected.size > program.maxOutputBytes else { return }
            stopCollecting(.outputTooLarge)
        } catch { stopCollecting(.outputLost(error.cause)) }
    }

    private mutating func stopCollecting(_ why: Program.End.Cause) {
        guard let descriptor = output else { return }
        close(descriptor)
        output = nil
        end(why)
    }

    private mutating func listen() {
        guard let bytes = take(from: \.errors) else { return }
        for line in lines.append(bytes) { onErrorLine(line) }
    }

    private mutating func follow() {
        guard let bytes = take(from: \.progress) else { return }
        for line in progressLines.append(bytes) { onProgressLine(line) }
    }

    /// What can be read now; closes at the end of the stream.
    private mutating func take(from stream: WritableKeyPath<ProgramLoop, Int32?>) -> [UInt8]? {
        guard let descriptor = self[keyPath: stream] else { return nil }
        let count = read(descriptor, &buffer, buffer.count)
        if count > 0 { return Array(buffer[..<count]) }
        if count < 0, errno == EAGAIN || errno == EINTR { return nil }
        close(descriptor)
        self[keyPath: stream] = nil
        return nil
    }

    // MARK: The process

    /// Looks without waiting for it: a process that was not waited for keeps its number.
    private var hasEnded: Bool {
        var info = siginfo_t()
        return waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
    }

    private func wait() -> Program.End.Cause {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
    }
}
