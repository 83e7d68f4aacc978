import Foundation

/// Runs a program to its end; one that takes longer than `limit` is killed, and ended with 137.
///
/// - Parameters:
///   - environment: in place of this process's own; nil inherits it.
///   - directory: where it runs, and where its input and output lie meanwhile.
public func runToEnd(
    _ executable: URL, _ arguments: [String], environment: [String: String]? = nil, directory: URL, input: Data? = nil,
    limit: Duration = .seconds(120)
) throws -> (code: Int32, output: String, error: String) {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    if let environment { process.environment = environment }
    process.currentDirectoryURL = directory
    let names = ["in", "out", "err"].map { directory.appending(path: ".\(UUID().uuidString).\($0)") }
    defer { for name in names { try? FileManager.default.removeItem(at: name) } }
    try (input ?? Data()).write(to: names[0])
    for name in names[1...] { try Data().write(to: name) }
    process.standardInput = try FileHandle(forReadingFrom: names[0])
    process.standardOutput = try FileHandle(forWritingTo: names[1])
    process.standardError = try FileHandle(forWritingTo: names[2])
    try withNoSignalBlocked { try process.run() }
    let identifier = process.processIdentifier
    let watch = ProcessWatch(process)
    Thread.detachNewThread { watch.kill(identifier, after: limit) }
    process.waitUntilExit()
    let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    return (
        code, try String(contentsOf: names[1], encoding: .utf8), try String(contentsOf: names[2], encoding: .utf8)
    )
}

/// Does something with every signal let through, since a child has the mask of the thread that started it, and the
/// threads that tests run on block most signals: a child that waits for an alarm or for SIGTERM would never end.
private func withNoSignalBlocked(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
}

/// Ends a program that takes too long.
///
/// Unchecked, since `Process` is not Sendable: all that is asked of it here is whether it runs.
private final class ProcessWatch: @unchecked Sendable {
    private let process: Process

    init(_ process: Process) { self.process = process }

    func kill(_ identifier: pid_t, after limit: Duration) {
        let deadline = ContinuousClock.now + limit
        while process.isRunning, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.05) }
        if process.isRunning { Glibc.kill(identifier, SIGKILL) }
    }
}
