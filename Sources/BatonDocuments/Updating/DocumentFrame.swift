/// What a document is besides some of its sections: the lines around them, and where each of them stands.
///
/// Blanks at the ends of lines do not count, nor how many blank lines there are, and whether there are any beside a
/// heading. Neither does a section that only one of two documents has.
struct DocumentFrame: Equatable {
    private enum Part: Equatable {
        case line(String)
        case section(String)

        var section: String? { if case .section(let id) = self { id } else { nil } }

        /// Whether a blank line behind it says nothing.
        var isEdge: Bool {
            switch self {
            case .section: true
            case .line(let text): text.isEmpty || text.hasPrefix("#")
            }
        }
    }

    private var parts: [Part] = []

    /// Whether two documents are the same but for the sections that are left out.
    static func isSame(
        _ old: DocumentSections, _ new: DocumentSections, without isLeftOut: (OutlineSection) -> Bool
    ) -> Bool {
        let (old, new) = (raw(old, without: isLeftOut), raw(new, without: isLeftOut))
        let both = Set(old.compactMap { $0.section }).intersection(new.compactMap { $0.section })
        return DocumentFrame(old, with: both) == DocumentFrame(new, with: both)
    }

    private init(_ raw: [Part], with ids: Set<String>) {
        for part in raw {
            switch part {
            case .section(let id):
                guard ids.contains(id) else { continue }
                dropBlank()
                if parts.last != part { parts.append(part) }
            case .line(let text):
                if text.isEmpty, parts.last.map(\.isEdge) ?? true { continue }
                if text.hasPrefix("#") { dropBlank() }
                parts.append(part)
            }
        }
        dropBlank()
    }

    private mutating func dropBlank() { if parts.last == .line("") { parts.removeLast() } }

    private static func raw(_ document: DocumentSections, without isLeftOut: (OutlineSection) -> Bool) -> [Part] {
        var parts: [Part] = []
        var start = 0
        func add(upTo end: Int) {
            let text = document.bytes.text(start..<max(start, end))
            parts += text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map {
                .line($0.trimmedEnd)
            }
        }
        for occurrence in document.occurrences
        where occurrence.region.lowerBound >= start && isLeftOut(occurrence.section) {
            add(upTo: occurrence.region.lowerBound)
            parts.append(.section(occurrence.section.id))
            start = occurrence.region.upperBound
        }
        add(upTo: document.bytes.count)
        return parts
    }
}
