import BatonEngine

/// Asks for the lists that cycles run over, and, for when there is none, whether there is another item. What comes with
/// the start is asked of nobody.
enum CycleRules {
    static func ask(_ layout: PlanLayout, inputs: [InputDeclaration], _ reports: inout ReportBook) {
        let given = Set(inputs.map { ArtifactName.key(of: $0.name) })
        for (index, entry) in layout.entries.enumerated() {
            guard case .forEach(let cycle, _) = entry.element.shape else { continue }
            if let list = cycle.asksFor, !given.contains(ArtifactName.key(of: list.fact)),
                let reporter = reporter(of: list, layout, before: index)
            {
                reports.ask(
                    reporter,
                    Report(name: list.fact, kind: .list, question: question(list.fact, list.noun, cycle)))
            }
            if let more = cycle.more, let opener = layout.firstReporter(in: index) {
                reports.ask(
                    opener,
                    Report(name: more, kind: .boolean, question: "Is there another \(cycle.item) after this one?"))
            }
        }
    }

    /// The author of the document that holds the list, else the nearest agent before the cycle.
    private static func reporter(
        of list: (fact: String, noun: String, document: ArtifactName?), _ layout: PlanLayout, before index: Int
    ) -> Int? {
        if let document = list.document {
            let author = layout.entries.indices.first { index in
                layout.entries[index].isReporter
                    && layout.entries[index].step.creates.contains { $0.name.matches(document) }
            }
            if let author { return author }
        }
        return layout.nearestReporter[index]
    }

    private static func question(_ fact: String, _ noun: String, _ cycle: Element.Cycle) -> String {
        var question = "The list of what follows: one element per \(noun), in order"
        if case .items(.groups(let keys, _, _)) = cycle.source {
            question += ", each {id, title, \(keys.joined(separator: " or "))}: it is done grouped by that"
        } else {
            question += ", each a name or {id, title}"
        }
        return question + ". An empty list means that there is none."
    }
}
