import ArgumentParser
import BatonClient
import Foundation

struct StandIn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stand-in",
        abstract: "Does a task without thinking: for demos and for trying out workflows.",
        discussion: """
            Reads one task command as JSON on standard input and writes a result as JSON to standard output. It works \
            for any workflow: the documents are put together from the command alone, and say so.

              baton agent --role analyst --exec "baton stand-in"
            """)

    @Option(help: ArgumentHelp("Wait so long before answering.", valueName: "seconds"))
    var delay = 0.0

    func validate() throws {
        guard (0...86_400).contains(delay) else { throw ValidationError("--delay takes 0 to 86400 seconds.") }
    }

    func run() async throws {
        let input = FileHandle.standardInput.readDataToEndOfFile()
        let task: TaskCommand
        do {
            task = try TaskCommand.decode([UInt8](input))
        } catch {
            throw ValidationError("Standard input is no task command: \(error)")
        }
        let result = StandInResult(for: task).json
        try await Task.sleep(for: .seconds(delay))
        FileHandle.standardOutput.write(Data(result + [UInt8(ascii: "\n")]))
    }
}
