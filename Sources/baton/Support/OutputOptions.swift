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

    /// The format that is meant by a command that has more of them, under `--format`.
    func format<Own: RawRepresentable<String> & Equatable>(_ named: Own?, json: Own, text: Own) throws -> Own {
        let asked = isJSON || format == .json ? json : format == .text ? text : nil
        if let asked, let named, asked != named {
            let option = isJSON ? "--json" : "--output \(asked.rawValue)"
            throw ValidationError("\(option) and --format \(named.rawValue) exclude each other.")
        }
        return named ?? asked ?? text
    }

    func validate() throws {
        if isJSON, format == .text { throw ValidationError("--json and --output text exclude each other.") }
    }
}
