import BatonClient

/// The result that a stand-in returns for a task: the same result for the same command, always.
struct StandInResult {
    struct Document: Equatable {
        let name: String
        let content: String
    }

    let documents: [Document]
    /// An object.
    let facts: JSON
    /// Reviews pass.
    let isReview: Bool
    let summary: String

    init(for task: TaskCommand) {
        let writer = StandInWriter(task)
        let created = task.creates.flatMap { writer.documents(for: $0) }
        let updated = task.updates.flatMap { writer.revisions(of: $0) }
        documents = created + updated
        facts = .object(.init(task.reports.map { ($0.name, Self.plainAnswer(to: $0)) }, uniquingKeysWith: { $1 }))
        isReview = !task.validates.isEmpty
        summary = Self.summary(of: task, created: created.map(\.name), updated: updated.map(\.name))
    }

    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { result in
            result.field("status", "completed")
            result.field("summary", summary)
            result.array("artifacts") { list in
                for document in documents {
                    list.object {
                        $0.field("name", document.name)
                        $0.field("content", document.content)
                    }
                }
            }
            result.field("facts", facts)
            if isReview { result.field("verdict", ["passed": true, "flagged": []] as JSON) }
        }
        return writer.bytes
    }

    /// The answer that commits to nothing: no, the first option, zero, an empty list.
    private static func plainAnswer(to report: Report) -> JSON {
        switch report.kind {
        case .boolean: false
        case .number: 0
        case .list: []
        case .enum: .string(report.options.first ?? "")
        }
    }

    private static func summary(of task: TaskCommand, created: [String], updated: [String]) -> String {
        var deeds: [String] = []
        if !created.isEmpty { deeds.append("wrote " + created.joined(separator: ", ")) }
        if !updated.isEmpty { deeds.append("revised " + updated.joined(separator: ", ")) }
        if deeds.isEmpty { deeds.append("read what it was given") }
        let given = task.requires.map { "\($0.name) v\($0.version)" }
        let sources = given.isEmpty ? "the inputs" : given.joined(separator: ", ")
        return "A stand-in for \(task.role) " + deeds.joined(separator: " and ") + " from \(sources)."
    }
}
