import ArgumentParser
import BatonClient

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check an exported folder against its manifest.",
        discussion: """
            Reads manifest.json and every document that it names, and says which are missing, changed, or something \
            else than a file. Needs no broker. What else lies in the folder does not matter. In JSON each has kind, \
            path and reason.

            Exit codes: 0 everything is as the manifest says, 1 something differs, 5 there is no manifest.

            Examples:
              baton verify papers
              baton verify . --json
            """)

    @Argument(help: "The folder of an export.")
    var folder: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        let check = try ExportCheck(at: folder)
        for difference in check.differences {
            if output.json {
                let line: JSON = [
                    "kind": .string(difference.kind.rawValue), "path": .string(difference.path),
                    "reason": .string(difference.reason),
                ]
                Terminal.output(line.text)
            } else {
                Terminal.output(
                    "\(difference.kind.rawValue)  \(TerminalText.line(difference.path)): "
                        + TerminalText.line(difference.reason))
            }
        }
        let count = check.manifest.artifacts.count
        let documents = "\(count) document\(count == 1 ? "" : "s") of run \(check.manifest.run)"
        guard check.differences.isEmpty else {
            Terminal.error("\(documents): \(check.differences.count) differ")
            throw ExitCode(Failure.general)
        }
        Terminal.error("\(documents): as the manifest says")
    }
}
