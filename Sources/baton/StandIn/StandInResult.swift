import BatonClient

/// The result that a stand-in returns for a task: the same for the same command and the same script, always.
struct StandInResult {
    struct Document: Equatable {
        let name: String
        let content: String
        /// In place of the content: what the orchestrator is to write into the document, by the ids of sections.
        var sections: JSON?

        init(name: String, content: String) { (self.name, self.content) = (name, content) }

        init(name: String, sections: JSON) { (self.name, content, self.sections) = (name, "", sections) }
    }

    let documents: [Document]
    let answers: StandInAnswers
    let summary: String

    init(for task: TaskCommand, answers: StandInAnswers) {
        let writer = StandInWriter(task)
        self.answers = answers
        if let feedback = StandInFeedback(task) {
            documents = feedback.documents
            summary = Self.summary(of: task, created: [], updated: documents.map(\.name))
            return
        }
        let created = task.creates.flatMap { writer.documents(for: $0) }
        let updated = task.updates.flatMap { writer.revisions(of: $0) }
        let contributed = StandInContribution(task: task, sources: writer.sources, subject: writer.subject).documents
        documents = created + updated + contributed
        summary = Self.summary(
            of: task, created: created.map(\.name), updated: (updated + contributed).map(\.name))
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
                        if let sections = document.sections {
                            $0.field("sections", sections)
                        } else {
                            $0.field("content", document.content)
                        }
                    }
                }
            }
            result.field("facts", answers.facts)
            result.field("verdict", answers.verdict)
        }
        return writer.bytes
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
