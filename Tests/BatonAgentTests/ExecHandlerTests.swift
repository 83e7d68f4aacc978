import BatonMessages
import Foundation
import Testing

@testable import BatonAgent

struct ExecHandlerTests {
    private func outcome(
        _ script: String, _ command: TaskCommand = Samples.command(lease: 1), artifacts: [TaskArtifact] = [],
        timeout: Duration = .seconds(30), grace: Duration = .seconds(5), log: CollectingLog = CollectingLog()
    ) async throws -> TaskOutcome {
        let handler = ExecHandler(command: script, timeout: timeout, grace: grace)
        return try await handler.handle(
            TaskContext(command: command, artifacts: artifacts, logger: log.logger))
    }

    // MARK: What comes out

    @Test("Plain text is the content of the one document that the step asks for")
    func text() async throws {
        let outcome = try await outcome("printf '# A brief\\n\\nWith care.\\n'")
        let expected = ArtifactDocument(name: "brief.md", body: .text("# A brief\n\nWith care.\n"))
        #expect(outcome.artifacts == [expected] && outcome.error == nil)
        #expect(outcome.summary == "brief.md: A brief")
    }

    @Test("Bytes that are no text stay bytes")
    func bytes() async throws {
        let outcome = try await outcome("printf '\\377\\000x'")
        #expect(outcome.artifacts == [ArtifactDocument(name: "brief.md", body: .bytes([0xFF, 0, 0x78]))])
    }

    @Test("What is printed beyond 1 MiB is a file, and its beginning the summary")
    func largeOutput() async throws {
        let outcome = try await outcome(
            "printf '# A film\\n\\n'; head -c 3000000 /dev/zero | tr '\\0' 'a'")
        #expect(outcome.error == nil && outcome.artifacts.isEmpty)
        let file = try #require(outcome.files.first)
        #expect(file.name == "brief.md" && file.content.size == 3_000_010, "\(file.content.size)")
        #expect(String(decoding: try file.content.read(at: 0, count: 10), as: UTF8.self) == "# A film\n\n")
        #expect(outcome.summary == "brief.md: A film")
    }

    @Test("Output that can't be kept makes the attempt fail, and another may follow")
    func unkeepable() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "baton-no-folder-\(UUID().uuidString)")
        try Data("a file".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        var output = CollectedOutput(in: file.path)
        try output.append([UInt8](repeating: 1, count: CollectedOutput.memoryBytes))
        #expect(throws: AgentError.self) { try output.append([1]) }
        guard case .bytes = output.finish() else {
            Issue.record("there is no file")
            return
        }
    }

    @Test("An update counts as well as a creation, and what is optional gives way")
    func productsOfText() async throws {
        let update = Samples.command(lease: 1, creates: [], updates: [CommandProduct(name: "prd.md")])
        #expect(try await outcome("echo x", update).artifacts.map(\.name) == ["prd.md"])
        let optional = [CommandProduct(name: "a.md", isOptional: true), CommandProduct(name: "b.md")]
        #expect(
            try await outcome("echo x", Samples.command(lease: 1, creates: optional)).artifacts.map(\.name) == ["b.md"])
        let only = [CommandProduct(name: "a.md", isOptional: true)]
        #expect(try await outcome("true", Samples.command(lease: 1, creates: only)).error == nil)
    }

    @Test("Text for a step without documents is the summary; for one with several it is refused")
    func ambiguousText() async throws {
        let none = try await outcome("echo 'All is well.'", Samples.command(lease: 1, creates: []))
        #expect(none.artifacts.isEmpty && none.summary == "All is well." && none.error == nil)
        let two = [CommandProduct(name: "a.md"), CommandProduct(name: "b.md")]
        let several = try await outcome("echo x", Samples.command(lease: 1, creates: two))
        #expect(several.error?.code == "output" && several.error?.message.contains("a.md, b.md") == true)
    }

    @Test("Nothing printed for a step that asks for a document is a failure")
    func nothing() async throws {
        #expect(try await outcome("echo").error?.message.contains("brief.md is missing") == true)
    }

    @Test("A JSON object is the result")
    func json() async throws {
        let outcome = try await outcome(
            #"""
            echo '{"artifacts":[{"name":"brief.md","content":"x"},{"name":"n.bin","content_base64":"/wA="}],
                "facts":{"size":3},"verdict":{"passed":true},"usage":{"tokens":7},"task":"mine"}'
            """#)
        #expect(outcome.artifacts.map(\.name) == ["brief.md", "n.bin"])
        #expect(outcome.artifacts.last?.body == .bytes([0xFF, 0]))
        #expect(outcome.facts == ["size": 3] && outcome.verdict == ["passed": true] && outcome.usage == ["tokens": 7])
        #expect(outcome.summary == "brief.md, n.bin" && outcome.error == nil)
    }

    @Test("A JSON object may say that the task failed")
    func jsonFailure() async throws {
        let outcome = try await outcome(
            #"echo '{"error":{"code":"no_model","message":"not today","retryable":false}}'"#)
        #expect(outcome.error == TaskError(code: "no_model", message: "not today", isRetryable: false))
    }

    @Test("A wrong JSON result is refused with the field that is wrong")
    func wrongJSON() async throws {
        let outcome = try await outcome(#"echo '{"artifacts":[{"name":"../x","content":"y"}]}'"#)
        #expect(outcome.error?.code == "output")
        #expect(outcome.error?.message.contains("artifacts[0].name") == true)
    }

    @Test("A document that happens to be JSON is a document")
    func jsonDocument() async throws {
        let outcome = try await outcome(#"echo '{"version":1}'"#)
        #expect(outcome.artifacts.first?.body == .text("{\"version\":1}\n"))
    }

    // MARK: What goes in

    @Test("A document that is a file is named on standard input with its path, and is not read")
    func inputFiles() async throws {
        let artifact = Samples.artifact("film.bin", [1, 2, 3], isInline: false)
        let film = TaskArtifact(artifact, file: "/var/tmp/film")
        let echo = try await outcome(
            "echo Command:; cat", Samples.command(lease: 1, requires: [artifact]), artifacts: [film])
        guard case .text(let document) = echo.artifacts.first?.body else {
            Issue.record("no text came back")
            return
        }
        let json = try JSON.parse(String(document.dropFirst("Command:\n".count)))
        #expect(json["requires"]?.array?.first?["content"] == nil && json["binary_artifacts"] == nil)
        #expect(
            json["artifact_files"] == [
                [
                    "name": "film.bin", "version": 1, "media_type": "text/markdown", "size": 3,
                    "path": "/var/tmp/film",
                ]
            ])
    }

    @Test("The program finds the command on standard input, with its documents, and its names in the environment")
    func input() async throws {
        let idea = Array("# Idea".utf8)
        var command = Samples.command(lease: 1, requires: [Samples.artifact("idea.md", idea, isInline: true)])
        command.project = "lighthouse"
        let picture = TaskArtifact(
            id: Samples.run.child(8), name: "picture.png", version: 2, mediaType: "image/png", content: [0xFF])
        let outcome = try await outcome(
            #"cat; printf '%s' "$BATON_PROJECT $BATON_STEP $BATON_ROLE $BATON_TASK" >&2; exit 3"#, command,
            artifacts: [picture])
        #expect(outcome.error?.message.hasSuffix("lighthouse analyst-brief analyst \(command.task)") == true)
        let echo = try await self.outcome("echo Command:; cat", command, artifacts: [picture])
        guard case .text(let document) = echo.artifacts.first?.body else {
            Issue.record("no text came back")
            return
        }
        let text = String(document.dropFirst("Command:\n".count))
        let json = try JSON.parse(text)
        #expect(json["requires"]?.array?.first?["content"] == "# Idea")
        #expect(json["binary_artifacts"]?.array?.first?["content_base64"] == "/w==")
        #expect(try TaskCommand.decode(Array(text.utf8)) == command)
    }

    @Test("A program that reads nothing of a large input does no harm")
    func unreadInput() async throws {
        let large = Samples.artifact("idea.md", Array(repeating: 0x61, count: 60_000), isInline: true)
        let command = Samples.command(lease: 1, requires: Array(repeating: large, count: 20))
        for script in ["echo fine", "exec 0<&-; sleep 0.1; echo fine"] {
            #expect(try await outcome(script, command).error == nil)
        }
    }

    // MARK: How it ends

    @Test("An exit code other than 0 fails the attempt, with the last lines of standard error")
    func exitCode() async throws {
        let log = CollectingLog()
        let outcome = try await outcome(
            "echo draft; for n in 1 2 3 4 5 6 7; do echo line $n >&2; done; exit 9", log: log)
        #expect(outcome.error?.code == "exit_code" && outcome.error?.isRetryable == true)
        let message = "the program ended with exit code 9: line 3\nline 4\nline 5\nline 6\nline 7"
        #expect(outcome.error?.message == message)
        #expect(log.lines == (1...7).map { "line \($0)" })
    }

    @Test("A program that is not there is no reason to try again")
    func notFound() async throws {
        let outcome = try await outcome("/no/such/program")
        #expect(outcome.error?.code == "exit_code" && outcome.error?.isRetryable == false)
    }

    @Test("A signal is told")
    func signal() async throws {
        #expect(try await outcome("kill -11 $$").error?.message.hasPrefix("the program was ended by signal 11") == true)
    }

    @Test("A timeout ends the program and everything that it started")
    func timeout() async throws {
        let file = temporaryFile()
        defer { try? FileManager.default.removeItem(at: file) }
        let outcome = try await outcome(
            "sleep 600 & echo $! >'\(file.path)'; wait", timeout: .milliseconds(300))
        #expect(outcome.error?.code == "timeout" && outcome.error?.isRetryable == true)
        #expect(try await isGone(processIn: file))
    }

    @Test("The command's own timeout counts when it is shorter")
    func commandTimeout() async throws {
        let command = Samples.command(lease: 1, timeoutMilliseconds: 200)
        #expect(try await outcome("sleep 600", command).error?.code == "timeout")
    }

    @Test("A program that ignores SIGTERM is killed after the grace")
    func stubborn() async throws {
        let outcome = try await outcome(
            "trap '' TERM; while :; do sleep 0.05; done", timeout: .milliseconds(200), grace: .milliseconds(200))
        #expect(outcome.error?.code == "timeout")
    }

    @Test("What a program leaves in the background ends with it")
    func background() async throws {
        let file = temporaryFile()
        defer { try? FileManager.default.removeItem(at: file) }
        let start = ContinuousClock.now
        #expect(try await outcome("sleep 600 & echo $! >'\(file.path)'; echo done").error == nil)
        // It was not waited for. Much less would measure how busy the other tests keep this machine.
        #expect(ContinuousClock.now - start < .seconds(300))
        #expect(try await isGone(processIn: file))
    }

    @Test("More output than a result may have ends the program")
    func tooMuchOutput() async throws {
        let outcome = try await outcome("yes")
        #expect(outcome.error?.code == "output" && outcome.error?.isRetryable == false)
    }

    @Test("An endless line on standard error costs bounded memory")
    func endlessLine() async throws {
        let log = CollectingLog()
        let outcome = try await outcome("head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 1", log: log)
        #expect(outcome.error?.message.count ?? 0 < 5000)
        #expect(log.lines.map(\.count) == [4097])
    }

    @Test("A cancelled task ends the program")
    func cancel() async throws {
        let file = temporaryFile()
        defer { try? FileManager.default.removeItem(at: file) }
        let task = Task { try await outcome("sleep 600 & echo $! >'\(file.path)'; wait") }
        while ((try? String(contentsOf: file, encoding: .utf8)) ?? "").isEmpty { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await isGone(processIn: file))
    }

    @Test("A hundred programs leave neither a descriptor nor a zombie")
    func noLeaks() async throws {
        _ = try await outcome("echo warm")
        let before = openDescriptors
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask { _ = try await outcome(number % 2 == 0 ? "echo x" : "exit 1") }
            }
            try await group.waitForAll()
        }
        // Other tests run beside this one and have descriptors and children of their own; those go away, a leak stays.
        let deadline = ContinuousClock.now + .seconds(120)
        while try (openDescriptors >= before + 60 || zombies >= 60) && ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(openDescriptors < before + 60)
        #expect(try zombies < 60)
    }

    @Test("A program gets signals as a program from a shell does")
    func signals() async throws {
        let outcome = try await outcome("grep -E 'Sig(Blk|Ign)' /proc/self/status | cut -f2")
        guard case .text(let text) = outcome.artifacts.first?.body else {
            Issue.record("no text came back")
            return
        }
        let sets = text.split(separator: "\n").compactMap { UInt64($0, radix: 16) }
        // The two real-time signals that the C library keeps for itself cannot be set.
        #expect(sets.map { $0 & 0x7FFF_FFFF } == [0, 0])
    }

    @Test("A program inherits no descriptor but its three")
    func descriptors() async throws {
        let outcome = try await outcome("ls /proc/self/fd | tr '\\n' ' '")
        // The fourth is the folder that ls reads.
        #expect(outcome.artifacts.first?.body == .text("0 1 2 3 "))
    }

    // MARK: Helpers

    private func temporaryFile() -> URL {
        FileManager.default.temporaryDirectory.appending(path: "baton-exec-\(UUID().uuidString)")
    }

    private var openDescriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }

    /// Children of this process that ended and were not waited for.
    private var zombies: Int {
        get throws {
            let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
            return processes.count { process in
                let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
                return stat?.contains(") Z \(getpid()) ") == true
            }
        }
    }

    /// Whether the process whose number stands in the file has ended; waits for a moment, as its parent may.
    private func isGone(processIn file: URL) async throws -> Bool {
        let text = try String(contentsOf: file, encoding: .utf8)
        let process = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        for _ in 1...2000 {
            let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
            guard let status, !status.contains(") Z ") else { return true }
            usleep(1000)
        }
        return false
    }
}
