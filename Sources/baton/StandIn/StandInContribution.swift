import BatonClient

/// Fills the sections that a document has for the role that is asked: those that it owns, in prose or short lists. The
/// orchestrator writes them into the document, and leaves all else as it is.
struct StandInContribution {
    let task: TaskCommand
    let sources: [StandInSource]
    let subject: String

    /// What to return for each document that the role may write in.
    var documents: [StandInResult.Document] {
        task.contributes.compactMap { contribution in
            document(contribution.name, StandInOutline.sections(contribution.template.outline))
        }
    }

    /// The role's own sections of a document; nil when it has none that can be filled.
    func document(_ name: String, _ outline: [StandInOutline.Section]) -> StandInResult.Document? {
        let outliner = StandInOutline(task: task, sources: sources, subject: subject, document: name)
        let sections = owned(outline).map { ($0.id, filling(of: $0, outliner)) }
        guard !sections.isEmpty else { return nil }
        let filled = JSON.object(.init(sections, uniquingKeysWith: { first, _ in first }))
        return StandInResult.Document(name: name, sections: filled)
    }

    /// The outermost sections that belong to the role: where it is one editor of several, others have written already.
    private func owned(_ sections: [StandInOutline.Section]) -> [StandInOutline.Section] {
        sections.flatMap { section -> [StandInOutline.Section] in
            let isOwn = section.owner.map { StandInOutline.role($0) == StandInOutline.role(task.role) } ?? false
            guard isOwn, !section.hasCondition else { return owned(section.sections) }
            return section.isProse || section.isPlainList ? [section] : []
        }
    }

    private func filling(of section: StandInOutline.Section, _ outliner: StandInOutline) -> JSON {
        guard section.sections.isEmpty else {
            let inner = section.sections.filter { !$0.hasCondition }.map { ($0.id, filling(of: $0, outliner)) }
            return ["sections": .object(.init(inner, uniquingKeysWith: { first, _ in first }))]
        }
        if section.isPlainList { return .array(outliner.items(number: 0).map { .string($0) }) }
        return .string(outliner.text(of: section, number: 0).joined(separator: "\n"))
    }
}

extension StandInOutline.Section {
    fileprivate var isProse: Bool { [nil, "paragraphs", "template-text"].contains(type) }

    /// A list whose items have no form of their own.
    fileprivate var isPlainList: Bool { ["bullet-list", "numbered-list"].contains(type) && !hasTemplate }
}
