import BatonClient

/// What a stand-in was told to answer.
struct StandInScript {
    /// By name, as names are compared: one value for each activation of the step that is asked; the last one stays.
    private(set) var reports: [String: [JSON]] = [:]
    /// So many reviews of each step and item do not pass.
    var failingReviews = 0

    /// Whether a task's place among the activations of its step matters.
    var needsMemory: Bool { failingReviews > 0 || reports.values.contains { $0.count > 1 } }

    /// - Parameter text: `name=VALUE`, where the value is JSON, or several separated by commas; what is no JSON is
    ///   text.
    mutating func add(report text: String) throws(ClientError) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw ClientError(.invalidArgument, "“\(TerminalText.line(text, maxLength: 80))” is not name=value")
        }
        let value = String(text[text.index(after: equals)...])
        reports[ArtifactName.key(of: String(text[..<equals]))] = Self.values(value)
    }

    private static func values(_ text: String) -> [JSON] {
        if let value = try? JSON.parse(text) { return [value] }
        if case .array(let values) = try? JSON.parse("[\(text)]"), !values.isEmpty { return values }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            (try? JSON.parse(String(part))) ?? .string(String(part))
        }
    }

    /// What it was told to answer there; nil: nothing.
    func answer(to report: Report, at place: StandInMemory.Place) -> JSON? {
        guard let values = reports[ArtifactName.key(of: report.name)] else { return nil }
        return values[min(place.inStep, values.count - 1)]
    }
}
