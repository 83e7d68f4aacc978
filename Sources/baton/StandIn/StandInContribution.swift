import BatonClient

/// Fills the sections that a document of others has for the role that is asked: those that it owns, in prose.
struct StandInContribution {
    let task: TaskCommand
    let sources: [StandInSource]
    let subject: String

    /// What to return for each document that the role may write in.
    var documents: [StandInResult.Document] {
        task.contributes.compactMap { contribution in
            let outliner = StandInOutline(task: task, sources: sources, subject: subject, document: contribution.name)
            let sections = owned(StandInOutline.sections(contribution.template.outline)).map { section in
                (section.id, filling(of: section, outliner))
            }
            guard !sections.isEmpty else { return nil }
            let filled = JSON.object(.init(sections, uniquingKeysWith: { first, _ in first }))
            return StandInResult.Document(name: contribution.name, sections: filled)
        }
    }

    /// The outermost sections that belong to the role: where it is one editor of several, others have written already.
    private func owned(_ sections: [StandInOutline.Section]) -> [StandInOutline.Section] {
        sections.flatMap { section -> [StandInOutline.Section] in
            let isOwn = section.owner.map { StandInOutline.role($0) == StandInOutline.role(task.role) } ?? false
            guard isOwn, !section.hasCondition else { return owned(section.sections) }
            return [nil, "paragraphs", "template-text"].contains(section.type) ? [section] : []
        }
    }

    private func filling(of section: StandInOutline.Section, _ outliner: StandInOutline) -> JSON {
        guard section.sections.isEmpty else {
            let inner = section.sections.filter { !$0.hasCondition }.map { ($0.id, filling(of: $0, outliner)) }
            return ["sections": .object(.init(inner, uniquingKeysWith: { first, _ in first }))]
        }
        return .string(outliner.text(of: section, number: 0).joined(separator: "\n"))
    }
}
