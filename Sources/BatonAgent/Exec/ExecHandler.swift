import BatonMessages
import Logging

/// Does tasks by running a program for each: any program that reads standard input is an agent.
///
/// It finds the task command as JSON on standard input (`docs/protocol.md`), the task's names in `BATON_TASK`,
/// `BATON_RUN`, `BATON_PROJECT`, `BATON_WORKFLOW`, `BATON_STEP`, `BATON_PHASE`, `BATON_ROLE` and `BATON_ATTEMPT`, and
/// prints the result: a JSON object, or plain text for the one document that the step asks for. Standard error goes to
/// the log, and its last line into the next beat. An exit code other than 0 makes the attempt fail, with the last lines
/// of standard error as the reason; so do a timeout, which ends the program with all that it started, and more than
/// 128 MiB of output. A JSON object has at most 1 MiB; anything larger is a document.
///
/// Documents above 1 MiB are never in memory as a whole. Of those that the task requires the command has no content;
/// `artifact_files` says where each lies.
///
/// With a ``workFolder`` each attempt has a folder of its own, in which the program finds itself: the documents that
/// the task requires are there under their names, the command in `.baton/task.json`, what is attached to the step in
/// `.baton/uses/`; and the files that it leaves under the names that the step creates or updates are the documents of
/// the result, beside those that it prints.
public struct ExecHandler: Sendable {
    /// For `/bin/sh -c`.
    public var command: String
    /// The longest that a task may take, if its command does not say less.
    public var timeout: Duration
    /// From SIGTERM to SIGKILL.
    public var grace: Duration
    public var environment = ProgramEnvironment()
    /// Where the attempts' folders are made; nil: the program finds itself where the agent is.
    public var workFolder: String?
    /// Leaves the attempts' folders, to look at.
    public var keepsWorkFolders = false
    /// A descriptor above 2 on which the program says how far it is (``ProgressLine``). Without one, the lines of
    /// standard error say so.
    public var progressDescriptor: Int32?

    /// What a program may print, or leave as files: each, and all together.
    public static let maxOutputBytes = 128 << 20

    public init(command: String, timeout: Duration = .seconds(3600), grace: Duration = .seconds(5)) {
        self.command = command
        self.timeout = timeout
        self.grace = grace
    }

    /// - Throws: `CancellationError` when the task was cancelled; then the program has ended.
    public func handle(_ context: TaskContext) async throws -> TaskOutcome {
        let input: [UInt8]
        do throws(AgentError) { input = try Self.input(for: context) } catch {
            return .failed(code: error.code.rawValue, message: error.cause)
        }
        var own = Self.variables(for: context.command)
        let folder: WorkFolder?
        do {
            folder = try workFolder.map { try WorkFolder(below: $0, for: context) }
            try folder?.lay(command: input)
        } catch let error as AgentError {
            return .failed(code: "workdir", message: error.cause, isRetryable: error.isRetriable)
        }
        defer { if !keepsWorkFolders { folder?.remove() } }
        if let folder { own["BATON_WORKDIR"] = folder.path }
        let limit = context.command.timeoutMilliseconds.map { min(timeout, .milliseconds($0)) } ?? timeout
        let program = Program(
            arguments: ["/bin/sh", "-c", folder == nil ? command : Self.enter + command],
            environment: environment.entries(own: own), input: input, timeout: limit,
            maxOutputBytes: Self.maxOutputBytes, overflowFolder: workFolder ?? TemporaryFolder.usual, grace: grace,
            progressDescriptor: progressDescriptor)
        let end = try await run(program, context)
        guard case .exited(0) = end.cause else { return try failure(end, limit) }
        do throws(AgentError) {
            let left = try folder?.documents(for: context.command) ?? WorkFolder.Left()
            return ProgramOutput.outcome(of: end.output, left, for: context.command)
        } catch { return .failed(code: "result_too_large", message: error.cause, isRetryable: false) }
    }

    /// A program is started where this process is; the shell goes to the folder.
    private static let enter = "cd \"$BATON_WORKDIR\" || exit 126\n"

    /// Runs the program; what it says on the way goes to the log and into beats, in its order.
    private func run(_ program: Program, _ context: TaskContext) async throws -> Program.End {
        let (lines, says) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(16))
        let listening = Task {
            for await line in lines {
                let progress = ProgressLine(line)
                await context.report(percent: progress.percent, message: progress.message)
            }
        }
        let logger = context.logger
        let isQuiet = progressDescriptor != nil
        defer { says.finish() }
        let end = try await program.run(
            onErrorLine: { line in
                logger.info("\(line)")
                if !isQuiet { says.yield(line) }
            }, onProgressLine: { says.yield($0) })
        says.finish()
        await listening.value
        return end
    }

    private func failure(_ end: Program.End, _ limit: Duration) throws -> TaskOutcome {
        switch end.cause {
        case .exited(let code):
            // What the shell says when there is no such program, or it may not be run.
            let isThere = code != 126 && code != 127
            return .failed(
                code: "exit_code", message: "the program ended with exit code \(code)\(Self.reason(end))",
                isRetryable: isThere)
        case .signalled(let number):
            return .failed(code: "signal", message: "the program was ended by signal \(number)\(Self.reason(end))")
        case .timedOut:
            return .failed(code: "timeout", message: "the program did not end within \(limit)\(Self.reason(end))")
        case .outputTooLarge:
            return .failed(
                code: "output", message: "the program printed more than \(Self.maxOutputBytes) bytes",
                isRetryable: false)
        case .outputLost(let reason):
            return .failed(code: "output", message: "what the program printed can't be kept: \(reason)")
        case .cancelled:
            throw CancellationError()
        }
    }

    private static func reason(_ end: Program.End) -> String {
        let lines = end.lastErrors.suffix(5)
        return lines.isEmpty ? "" : ": " + lines.joined(separator: "\n")
    }

    /// The command with its documents. Those that are no text follow in `binary_artifacts`, those that are too large to
    /// be in memory as `artifact_files`.
    private static func input(for context: TaskContext) throws(AgentError) -> [UInt8] {
        var binaries: [(artifact: TaskArtifact, content: [UInt8])] = []
        for artifact in context.artifacts where artifact.file == nil {
            if try artifact.text == nil { binaries.append((artifact, try artifact.content)) }
        }
        let files = context.artifacts.filter { $0.file != nil }
        var writer = JSONWriter()
        writer.object { writer in
            context.command.write(members: &writer)
            func list<Element>(
                _ name: String, _ elements: [Element], _ artifact: (Element) -> TaskArtifact,
                _ content: (Element, inout JSONWriter) -> Void
            ) {
                guard !elements.isEmpty else { return }
                writer.array(name) { writer in
                    for element in elements {
                        writer.object {
                            $0.field("name", artifact(element).name)
                            $0.field("version", artifact(element).version)
                            $0.field("media_type", artifact(element).mediaType)
                            content(element, &$0)
                        }
                    }
                }
            }
            list("binary_artifacts", binaries, \.artifact) { $1.field("content_base64", Base64.encode($0.content)) }
            list("artifact_files", files, \.self) {
                $1.field("size", $0.size)
                $1.field("path", $0.file ?? "")
            }
        }
        return writer.bytes
    }

    private static func variables(for command: TaskCommand) -> [String: String] {
        [
            "BATON_TASK": "\(command.task)", "BATON_RUN": "\(command.run)", "BATON_PROJECT": command.project,
            "BATON_WORKFLOW": command.workflow, "BATON_STEP": command.step, "BATON_PHASE": command.phase.rawValue,
            "BATON_ROLE": command.role, "BATON_ATTEMPT": "\(command.attempt)",
        ]
    }
}
