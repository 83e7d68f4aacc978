import ArgumentParser

/// Whether a command answers with text or with JSON; `--output` is for those who are used to it.
struct OutputOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Flag(name: .customLong("json"), help: "Print JSON; where there are several things, one per line.")
    private var isJSON = false

    @Option(
        name: .customLong("output"),
        help: ArgumentHelp("As --json says it, or as text, which is the default.", valueName: "format"))
    private var format: Format?

    var json: Bool { isJSON || format == .json }

    func validate() throws {
        if isJSON, format == .text { throw ValidationError("--json and --output text exclude each other.") }
    }
}
