import BatonTestKit
import Foundation
import Testing

/// The most memory that processes had.
extension Workspace {
    /// Of a process that runs, in KiB.
    static func peak(of process: Int32) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Int($0) }.first)
    }

    /// Runs `baton` to its end.
    ///
    /// - Parameter output: a file of the workspace, for what it prints.
    /// - Returns: its exit code, what it said, and the most memory that it had, in KiB.
    func measured(
        _ arguments: [String], output: String = "measured.out"
    ) async throws -> (code: Int32, error: String, peak: Int) {
        var variables = ProcessInfo.processInfo.environment
        variables["BATON_BROKER"] = broker.url
        let (directory, final) = (directory, variables)
        let ended = try await onThread {
            try runToEnd(
                URL(filePath: "/usr/bin/env"),
                ["python3", "-c", Self.meter, output, Self.baton.path] + arguments, environment: final,
                directory: directory, limit: .seconds(180))
        }
        let lines = ended.error.split(separator: "\n")
        let peak = try #require(lines.last.flatMap { Int($0) }, "\(ended)")
        return (ended.code, lines.dropLast().joined(separator: "\n"), peak)
    }

    /// What a process had at most is told to its parent when it ends (getrusage(2)).
    private static let meter = """
        import resource, subprocess, sys
        with open(sys.argv[1], "wb") as out:
            code = subprocess.run(sys.argv[2:], stdout=out).returncode
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
        sys.exit(code if code >= 0 else 128 - code)
        """
}
