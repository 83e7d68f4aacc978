import ArgumentParser
import BatonClient
import Foundation

struct StandIn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stand-in",
        abstract: "Does a task without thinking: for demos and for trying out workflows.",
        discussion: """
            Reads one task command as JSON on standard input and writes a result as JSON to standard output. It works \
            for any workflow: the documents are put together from the command alone, and say so. What a task is asked \
            to report it answers with a fact that it was given, else with no, 1, the first option, or a list of two; \
            reviews pass.

            Examples:
              baton agent --role analyst --exec "baton stand-in"
              baton agent --role po --exec "baton stand-in --fail-reviews 2 --report more_stories=true,true,false"
            """)

    @Option(help: ArgumentHelp("Answer after so many milliseconds.", valueName: "ms"))
    var delay = 0

    @Option(
        help: ArgumentHelp(
            "Report this when asked: JSON or text. Of several values separated by commas, one for each activation of "
                + "the step, the last one from then on. May be repeated.", valueName: "name=value"))
    var report: [String] = []

    @Option(
        help: ArgumentHelp(
            "The first reviews of each step and item do not pass, and flag the first document given.", valueName: "n"))
    var failReviews = 0

    @Option(
        help: ArgumentHelp(
            "Where to remember how often a step was activated, for all agents of a run (default: a temporary folder).",
            valueName: "folder"))
    var memory: String?

    func validate() throws {
        guard (0...86_400_000).contains(delay) else {
            throw ValidationError("--delay takes 0 to 86400000 milliseconds.")
        }
        guard failReviews >= 0 else { throw ValidationError("--fail-reviews takes 0 or more.") }
        _ = try script()
    }

    func run() async throws {
        let due = ContinuousClock.now + .milliseconds(delay)
        let input = FileHandle.standardInput.readDataToEndOfFile()
        let task: TaskCommand
        do {
            task = try TaskCommand.decode([UInt8](input))
        } catch {
            throw ValidationError("Standard input is no task command: \(error)")
        }
        let script = try script()
        let place =
            script.needsMemory
            ? try StandInMemory(folder: memory ?? StandInMemory.common).place(of: task)
            : StandInMemory.Place(inStep: 0, inItem: 0)
        let answers = StandInAnswers(for: task, script: script, place: place)
        let result = StandInResult(for: task, answers: answers).json
        try await Task.sleep(until: due)
        Terminal.write(result + [UInt8(ascii: "\n")], STDOUT_FILENO)
    }

    private func script() throws -> StandInScript {
        var script = StandInScript()
        script.failingReviews = failReviews
        do { for text in report { try script.add(report: text) } } catch { throw ValidationError(error.message) }
        return script
    }
}
