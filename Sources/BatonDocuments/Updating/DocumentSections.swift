/// The sections of an outline in a finished document, found by their headings.
struct DocumentSections {
    struct Occurrence {
        let section: OutlineSection
        /// As the document has it.
        let title: String
        let level: Int
        let heading: Range<Int>
        /// The section that it is in, as an index; nil at the top.
        let parent: Int?
        /// With the sections in it.
        let region: Range<Int>
        /// Regions of the outline's sections in it.
        fileprivate(set) var inner: [Range<Int>] = []

        /// What belongs to the section itself, without its heading and the sections in it.
        var own: [Range<Int>] {
            var ranges: [Range<Int>] = []
            var start = heading.upperBound
            for range in inner {
                ranges.append(start..<max(start, range.lowerBound))
                start = max(start, range.upperBound)
            }
            ranges.append(start..<max(start, region.upperBound))
            return ranges
        }
    }

    let bytes: [UInt8]
    /// In the order of the document.
    private(set) var occurrences: [Occurrence] = []
    /// What stands over all of it; nil when it begins with one of the template's headings.
    private(set) var title: String?
    /// The other headings outside of the template's sections.
    private(set) var strangers: [String] = []

    private let tree: HeadingTree
    private let all: TitleIndex
    private var indexes: [String: TitleIndex] = [:]

    init(of outline: Outline, in text: String) {
        tree = HeadingTree(text)
        bytes = tree.bytes
        all = TitleIndex(outline.sections)
        let top = TitleIndex(outline.sections, isDeep: false)
        var roots = tree.roots
        // The one heading over all is the document's title, whatever it says.
        if let first = roots.first, roots.count == 1, tree.nodes[first].heading.level == 1,
            !tree.nodes[first].children.isEmpty || !all.contains(tree.title(first))
        {
            title = tree.title(first)
            roots = tree.nodes[first].children
        }
        find(roots, among: top, in: nil)
        if title == nil, let first = tree.roots.first, tree.nodes[first].heading.level == 1,
            occurrences.first?.region.lowerBound != tree.nodes[first].region.lowerBound
        {
            title = strangers.removeFirst()
        }
    }

    private mutating func find(_ nodes: [Int], among candidates: TitleIndex, in parent: Int?) {
        for node in nodes {
            let title = tree.title(node)
            let section =
                candidates.section(for: title, allowsAny: parent != nil) ?? all.section(for: title, allowsAny: false)
            guard let section else {
                if parent == nil { strangers.append(title) }
                find(tree.nodes[node].children, among: candidates, in: parent)
                continue
            }
            let region = tree.nodes[node].region
            if let parent { occurrences[parent].inner.append(region) }
            let heading = tree.nodes[node].heading
            occurrences.append(
                Occurrence(
                    section: section, title: title, level: heading.level, heading: heading.range, parent: parent,
                    region: region))
            let inner = indexes[section.id] ?? TitleIndex(section.sections, isDeep: false)
            indexes[section.id] = inner
            find(tree.nodes[node].children, among: inner, in: occurrences.count - 1)
        }
    }

    /// What the section itself says; blanks at the ends of lines and blank lines at its ends do not count.
    func body(of occurrence: Occurrence) -> String {
        let text = occurrence.own.map { bytes.text($0) }.joined()
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(\.trimmedEnd)
        return lines.joined(separator: "\n").withoutBlankEnds
    }

    func occurrences(of id: String) -> [Occurrence] { occurrences.filter { $0.section.id == id } }
}
