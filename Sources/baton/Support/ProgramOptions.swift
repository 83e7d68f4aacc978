import ArgumentParser
import BatonAgent

/// How `baton agent --exec` runs its program.
struct ProgramOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The program to run for each task, with its arguments, for /bin/sh.", valueName: "command"))
    var exec: String?

    @Option(
        help: ArgumentHelp(
            "Give each attempt a folder of its own below this one, with the documents as files.", valueName: "folder"))
    var workdir: String?

    @Flag(help: "Leave the attempts' folders there.")
    var keepWorkdir = false

    @Option(
        help: ArgumentHelp(
            "Pass a variable of the environment on, or set one; * passes all on. May come several times.",
            valueName: "name[=value]"))
    var env: [String] = []

    @Option(
        help: ArgumentHelp(
            "The descriptor on which the program says how far it is (default: standard error).", valueName: "number"))
    var progressFd: Int32?

    func validate() throws {
        if let progressFd, !(3...255).contains(progressFd) {
            throw ValidationError("--progress-fd must be from 3 to 255")
        }
        if exec == nil, workdir != nil || keepWorkdir || !env.isEmpty || progressFd != nil {
            throw ValidationError("--workdir, --keep-workdir, --env and --progress-fd belong to --exec")
        }
        do { _ = try ProgramEnvironment(parsing: env) } catch { throw ValidationError("--env: \(error)") }
    }

    /// - Precondition: `exec` is given.
    func handler(timeout: Duration) throws -> ExecHandler {
        var handler = ExecHandler(command: exec!, timeout: timeout)
        handler.environment = try ProgramEnvironment(parsing: env)
        handler.workFolder = workdir
        handler.keepsWorkFolders = keepWorkdir
        handler.progressDescriptor = progressFd
        return handler
    }
}
