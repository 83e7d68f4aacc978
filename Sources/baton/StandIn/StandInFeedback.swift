import BatonClient

/// Takes a person's word on one section of a document: says so in that section, and leaves all else as it is.
struct StandInFeedback {
    let task: TaskCommand
    let amendment: TaskCommand.Amendment
    let section: String

    /// Nil unless the task is about one section only.
    init?(_ task: TaskCommand) {
        guard let amendment = task.amendment, let section = amendment.section else { return nil }
        (self.task, self.amendment, self.section) = (task, amendment, section)
    }

    /// The document with the section written anew; as it is when its heading can't be found.
    var documents: [StandInResult.Document] {
        task.requires.filter { amendment.documents.contains($0.name) }.compactMap { artifact in
            artifact.content.map { StandInResult.Document(name: artifact.name, content: revised($0)) }
        }
    }

    private func revised(_ content: String) -> String {
        let outline = task.creates.lazy.compactMap { $0.template?.outline }.first
        guard let title = Self.title(of: section, in: outline) else { return content }
        var lines = content.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let place = lines.firstIndex { line in
            line.hasPrefix("#") && line.drop { $0 == "#" }.trimmingPrefix(" ") == StandInOutline.filled(title)
        }
        guard let place else { return content }
        let words = amendment.feedback.split(whereSeparator: \.isNewline).map { "> \($0)" }
        lines.insert(
            contentsOf: ["", "The stand-in has read what \(amendment.by) wants here:", ""] + words, at: place + 1)
        return lines.joined(separator: "\n")
    }

    private static func title(of section: String, in outline: JSON?) -> String? {
        for element in outline?.array ?? [] {
            if element["id"]?.string == section { return element["title"]?.string }
            if let title = title(of: section, in: element["sections"]) { return title }
        }
        return nil
    }
}
