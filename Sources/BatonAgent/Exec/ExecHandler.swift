import BatonMessages
import Glibc
import Logging

/// Does tasks by running a program for each: any program that reads standard input is an agent.
///
/// It finds the task command as JSON on standard input (`docs/protocol.md`), the task's names in `BATON_TASK`,
/// `BATON_RUN`, `BATON_PROJECT`, `BATON_WORKFLOW`, `BATON_STEP`, `BATON_PHASE`, `BATON_ROLE` and `BATON_ATTEMPT`, and
/// prints the result: a JSON object, or plain text for the one document that the step asks for. Standard error goes to
/// the log. An exit code other than 0 makes the attempt fail, with the last lines of standard error as the reason; so
/// do a timeout, which ends the program with all that it started, and more than 128 MiB of output. A JSON object has at
/// most 1 MiB; anything larger is a document.
public struct ExecHandler: Sendable {
    /// For `/bin/sh -c`.
    public var command: String
    /// The longest that a task may take, if its command does not say less.
    public var timeout: Duration
    /// From SIGTERM to SIGKILL.
    public var grace: Duration

    /// What a program may print.
    public static let maxOutputBytes = 128 << 20

    public init(command: String, timeout: Duration = .seconds(3600), grace: Duration = .seconds(5)) {
        self.command = command
        self.timeout = timeout
        self.grace = grace
    }

    /// - Throws: `CancellationError` when the task was cancelled; then the program has ended.
    public func handle(_ context: TaskContext) async throws -> TaskOutcome {
        let limit = context.command.timeoutMilliseconds.map { min(timeout, .milliseconds($0)) } ?? timeout
        let program = Program(
            arguments: ["/bin/sh", "-c", command], environment: Self.environment(for: context.command),
            input: Self.input(for: context), timeout: limit, maxOutputBytes: Self.maxOutputBytes, grace: grace)
        let logger = context.logger
        let end = try await program.run { line in logger.info("\(line)") }
        switch end.cause {
        case .exited(0):
            return ProgramOutput.outcome(of: end.output, for: context.command)
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
        case .cancelled:
            throw CancellationError()
        }
    }

    private static func reason(_ end: Program.End) -> String {
        let lines = end.lastErrors.suffix(5)
        return lines.isEmpty ? "" : ": " + lines.joined(separator: "\n")
    }

    /// The command with its documents. Those that are no text follow in `binary_artifacts`.
    private static func input(for context: TaskContext) -> [UInt8] {
        let binaries = context.artifacts.filter { $0.text == nil }
        var writer = JSONWriter()
        writer.object { writer in
            context.command.write(members: &writer)
            guard !binaries.isEmpty else { return }
            writer.array("binary_artifacts") { writer in
                for artifact in binaries {
                    writer.object {
                        $0.field("name", artifact.name)
                        $0.field("version", artifact.version)
                        $0.field("media_type", artifact.mediaType)
                        $0.field("content_base64", Base64.encode(artifact.content))
                    }
                }
            }
        }
        return writer.bytes
    }

    private static func environment(for command: TaskCommand) -> [String] {
        let own = [
            "BATON_TASK": "\(command.task)", "BATON_RUN": "\(command.run)", "BATON_PROJECT": command.project,
            "BATON_WORKFLOW": command.workflow, "BATON_STEP": command.step, "BATON_PHASE": command.phase.rawValue,
            "BATON_ROLE": command.role, "BATON_ATTEMPT": "\(command.attempt)",
        ]
        var variables: [String] = []
        var entry = environ
        while let text = entry.pointee {
            let variable = String(cString: text)
            if own[String(variable.prefix { $0 != "=" })] == nil { variables.append(variable) }
            entry += 1
        }
        // A NUL cannot stand in an environment.
        return variables + own.map { "\($0.key)=\($0.value.prefix { $0 != "\0" })" }
    }
}
