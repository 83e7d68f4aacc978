import BatonAgent
import BatonClient
import Foundation

/// A program of the person's own that has the terminal for a while: a pager, or an editor.
struct ForeignProgram: Sendable {
    /// How it gets a file.
    enum Passing: Sendable { case asInput, asArgument }

    /// As the shell reads it: a program with its arguments.
    private let command: String
    private let passing: Passing

    /// Nil when the person has not said which.
    static var pager: ForeignProgram? {
        variable("PAGER").map { ForeignProgram(command: $0, passing: .asInput) }
    }

    /// As POSIX has it for programs that need one: `vi` when nothing is said.
    static var editor: ForeignProgram {
        ForeignProgram(command: variable("VISUAL") ?? variable("EDITOR") ?? "vi", passing: .asArgument)
    }

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Runs it until it ends; its failure is one.
    func run(on file: ScratchFile) async -> Result<Void, ClientError> {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                continuation.resume(returning: Result { () throws(ClientError) in try self.runToEnd(file.path) })
            }
            thread.name = "program"
            thread.start()
        }
    }

    private func runToEnd(_ path: String) throws(ClientError) {
        var spawn = Spawn(
            ["/bin/sh", "-c", command], input: STDIN_FILENO, output: STDOUT_FILENO, error: STDERR_FILENO,
            leadsGroup: false)
        var input: Int32 = -1
        defer { if input >= 0 { close(input) } }
        switch passing {
        case .asArgument: spawn.arguments = ["/bin/sh", "-c", command + " \"$@\"", "sh", path]
        case .asInput:
            input = open(path, O_RDONLY | O_CLOEXEC)
            guard input >= 0 else { throw ClientError(.file, "\(path) can't be read") }
            spawn.input = input
        }
        // Ctrl-C at the terminal is for the program; as system(3) has it.
        let before = [SIGINT, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
        defer { for (number, handler) in before { signal(number, handler) } }
        let process: pid_t
        do { process = try spawn.start() } catch { throw ClientError(.file, error.description) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        guard status != 0 else { return }
        let number = status & 0x7F
        let end = number == 0 ? "ended with exit code \(status >> 8 & 0xFF)" : "was ended by signal \(number)"
        throw ClientError(.file, "\(TerminalText.line(command)) \(end)")
    }
}
