import BatonTestKit
import Foundation

/// `make simulate SEED=… RUNS=…`: lives through histories, each of which a seed determines, until one breaks a promise;
/// then says which, makes it smaller, and prints what happened.
@main struct Simulate {
    static func main() {
        // The order of hashed collections must not be a second source of chance.
        if ProcessInfo.processInfo.environment["SWIFT_DETERMINISTIC_HASHING"] == nil {
            setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
            var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
            execv("/proc/self/exe", &arguments)
        }
        let command: Command
        do { command = try Command(Array(CommandLine.arguments.dropFirst())) } catch {
            FileHandle.standardError.write(Data("\(error)\n\(Command.usage)\n".utf8))
            exit(64)
        }
        exit(command.run())
    }
}
