import Foundation
import Synchronization

/// `make chaos`: real runs on real processes that are really killed, and an audit of what is left.
///
///     Chaos [--minutes N | --seconds N] [--runs N] [--seed N] [--pace SECONDS] [--baton PROGRAM] [--folder FOLDER]
///
/// One seed gives one plan of faults and one set of workflows; what comes of them depends on the machine. It ends with
/// 0 when the audit found nothing, and leaves the folder with the database and all logs when it did.
///
/// The program is its own agents, too: `Chaos agent …` and `Chaos answer …`, which nobody calls by hand.
@main struct Main {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "agent": try await ChaosAgent.main(Array(arguments.dropFirst()))
        case "answer": try AnsweringProgram.main(Array(arguments.dropFirst()))
        default:
            do {
                let options = try ChaosOptions(arguments)
                exit(try await Chaos(options).run() ? 0 : 1)
            } catch let error as ChaosOptions.Usage {
                Console.line(error.description)
                exit(2)
            }
        }
    }
}

/// Set by Ctrl-C and by SIGTERM: whoever waits looks here.
enum Interruption {
    private static let flag = Atomic(false)
    nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

    static var isRequested: Bool { flag.load(ordering: .relaxed) }

    /// Called once, at the start.
    static func watch() {
        for number in [SIGINT, SIGTERM] {
            Glibc.signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { flag.store(true, ordering: .relaxed) }
            source.resume()
            sources.append(source)
        }
    }
}

/// Lines on standard output that are there at once, also when it is a file.
enum Console {
    static func line(_ text: String) { FileHandle.standardOutput.write(Data("\(text)\n".utf8)) }
}
