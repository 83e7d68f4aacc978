import BatonOrchestrator
import Foundation
import Synchronization
import Testing

@Suite struct ChildProcessTests {
    @Test("Each line of standard output and error arrives, the last one without an end too")
    func lines() async throws {
        let lines = Lines()
        let child = try shell("echo one; echo two >&2; printf three", output: .lines { lines.append($0) })
        #expect(await child.exit() == ChildProcess.Exit(code: 0))
        #expect(lines.all == ["one", "two", "three"])
    }

    @Test("Arguments and environment arrive as they are")
    func arguments() async throws {
        let lines = Lines()
        let child = try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", "echo \"$1|$2|$BATON_TEST|$HOME|\"", "sh", "a b", "$(id)"],
            environment: ["BATON_TEST": "a value"], output: .lines { lines.append($0) })
        _ = await child.exit()
        #expect(lines.all == ["a b|$(id)|a value||"])
    }

    @Test(
        "The exit code comes through, and a signal as a shell counts it",
        arguments: [
            ("exit 0", 0), ("exit 7", 7), ("kill -KILL $$", 137), ("/nowhere/at/all", 127),
        ])
    func exitCodes(script: String, code: Int32) async throws {
        let child = try shell(script, output: .lines { _ in })
        #expect(await child.exit().code == code)
        #expect(child.ended?.code == code)
    }

    @Test("Output can go to a file, behind what is there")
    func file() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString).log").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        for word in ["first", "second"] {
            _ = await (try shell("echo \(word)", output: .file(path))).exit()
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "first\nsecond\n")
    }

    @Test("A file that can't be opened is an error, not a child without output")
    func noFile() {
        #expect(throws: POSIXError.self) { try shell("exit 0", output: .file("/nowhere/at/all.log")) }
    }

    @Test("Stopping asks first, and the child ends as it likes")
    func stopping() async throws {
        let lines = Lines()
        let child = try shell(
            "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done",
            output: .lines { lines.append($0) })
        await lines.wait(for: "ready")
        #expect(await child.stop().code == 3)
        #expect(lines.all == ["ready", "bye"])
    }

    @Test("A child that does not listen is made to end, with all that it started")
    func insisting() async throws {
        let lines = Lines()
        let child = try ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", "trap '' TERM; sleep 600 & echo $!; while :; do sleep 0.05; done"],
            output: .lines { lines.append($0) }, graceMilliseconds: 200)
        let grandchild = try #require(Int32(await lines.first()))
        #expect(await child.stop().code == 137)
        #expect(kill(-child.group, 0) == -1 && errno == ESRCH || isZombie(grandchild))
    }

    @Test("Letting go of the object ends the child")
    func lettingGo() async throws {
        let lines = Lines()
        func hold() async throws {
            let script = "trap 'echo bye; exit' TERM; echo ready; while :; do sleep 0.05; done"
            let child = try shell(script, output: .lines { lines.append($0) })
            await lines.wait(for: "ready")
            #expect(child.ended == nil)
        }
        try await hold()
        await lines.wait(for: "bye")
    }

    @Test("The child inherits no descriptor and no ignored signal of ours, and is a process group of its own")
    func inheritance() async throws {
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        let lines = Lines()
        let child = try shell(
            "ls /proc/self/fd | wc -l; ps -o pgid= -p $$ | tr -d ' '; grep SigIgn /proc/self/status",
            output: .lines { lines.append($0) })
        _ = await child.exit()
        // 0, 1, 2, and the folder that ls reads.
        #expect(lines.all.first == "4")
        #expect(lines.all.dropFirst().first == "\(child.group)")
        // SIGINT and SIGQUIT alone: a shell makes what it starts in the background ignore them. (Bits 31 and 32 are
        // the C library's own signals.)
        let ignored = try #require(UInt64(lines.all.last?.split(separator: "\t").last ?? "", radix: 16))
        #expect(ignored & 0x7FFF_FFFF == 0b110)
    }

    private func shell(_ script: String, output: ChildProcess.Output) throws -> ChildProcess {
        try ChildProcess(executable: "/bin/sh", arguments: ["-c", script], output: output)
    }

    private func isZombie(_ process: Int32) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return status?.contains(") Z ") ?? true
    }
}

/// What a child said, and those who wait for it to say something.
private final class Lines: Sendable {
    private struct State {
        var lines: [String] = []
        var waiters: [(line: String?, continuation: CheckedContinuation<String, Never>)] = []
    }

    private let state = Mutex(State())

    var all: [String] { state.withLock { $0.lines } }

    func append(_ line: String) {
        let ready = state.withLock { state in
            state.lines.append(line)
            let ready = state.waiters.filter { $0.line == nil || $0.line == line }
            state.waiters.removeAll { $0.line == nil || $0.line == line }
            return ready
        }
        for waiter in ready { waiter.continuation.resume(returning: line) }
    }

    func wait(for line: String) async { _ = await wait(forLine: line) }

    func first() async -> String { await wait(forLine: nil) }

    private func wait(forLine line: String?) async -> String {
        await withCheckedContinuation { continuation in
            let found = state.withLock { state in
                let found = state.lines.first { line == nil || $0 == line }
                if found == nil { state.waiters.append((line, continuation)) }
                return found
            }
            if let found { continuation.resume(returning: found) }
        }
    }
}
