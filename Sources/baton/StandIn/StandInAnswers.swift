import BatonClient

/// What a stand-in answers when a command asks: what it was told to, what the command says itself, else the answer that
/// lets a run go on to its end.
struct StandInAnswers {
    /// An object.
    let facts: JSON
    /// An object; nil for a task that reviews nothing.
    let verdict: JSON?

    init(for task: TaskCommand, script: StandInScript, place: StandInMemory.Place) {
        facts = .object(
            .init(
                task.reports.map { report in
                    let told = script.answer(to: report, at: place)
                    return (report.name, told ?? Self.known(report, task) ?? Self.plainAnswer(to: report, task))
                }, uniquingKeysWith: { $1 }))
        verdict = task.validates.isEmpty ? nil : Self.verdict(on: task, passes: place.inItem >= script.failingReviews)
    }

    /// A fact of the command that fits the question.
    private static func known(_ report: Report, _ task: TaskCommand) -> JSON? {
        let key = ArtifactName.key(of: report.name)
        let fact = task.facts.object?.first { ArtifactName.key(of: $0.key) == key }?.value
        switch (report.kind, fact) {
        case (.boolean, .bool), (.list, .array), (.number, .int), (.number, .double): return fact
        case (.enum, .string(let option)): return report.options.contains(option) ? fact : nil
        default: return nil
        }
    }

    /// No, the first option, one, two items.
    private static func plainAnswer(to report: Report, _ task: TaskCommand) -> JSON {
        switch report.kind {
        case .boolean: false
        case .number: 1
        case .enum: .string(report.options.first ?? "")
        case .list: .array(SampleItems(report.name, count: 2).values(of: groups(for: report, task)))
        }
    }

    /// Stories belong to epics: those that the command knows, else a single one.
    private static func groups(for report: Report, _ task: TaskCommand) -> SampleItems.Groups? {
        guard SampleItems.noun(of: report.name) == "story" else { return nil }
        let epics = (task.facts["epics"]?.array ?? []).compactMap { $0.string ?? $0["title"]?.string }
        return SampleItems.Groups(noun: "epic", titles: epics.isEmpty ? ["Epic 1"] : epics)
    }

    /// A review that does not pass flags the first document that it was given; without one it has nothing to flag.
    private static func verdict(on task: TaskCommand, passes: Bool) -> JSON {
        guard !passes, let first = task.requires.first else { return ["passed": true, "flagged": []] }
        let reason = "A stand-in was told to send it back: `\(task.step)` does not pass this time."
        return ["passed": false, "flagged": [["artifact": .string(first.name), "reason": .string(reason)]]]
    }
}
