/// Splits a markdown document by its level-2 headings into a folder of pieces with an index, as BMAD's
/// `md-tree explode` does.
public enum Sharding {
    /// The pieces start at the headings of level 2, and at those of level 1 but the first, which is the title.
    ///
    /// In a piece, headings are raised by one (`##` becomes `#`), so that it is a document of its own. Relative links
    /// lead one folder up, and links to a place in the document lead into the piece where it is now. Fences, HTML,
    /// front matter and line ends stay as they are. Linear in the text.
    public static func split(_ markdown: String) -> ShardedDocument {
        let bytes = Array(markdown.utf8)
        let scanner = MarkdownScanner(bytes)
        let starts = scanner.headings.enumerated().filter { index, heading in
            heading.level == 2 || heading.level == 1 && index > 0
        }.map(\.offset)
        guard let first = starts.first else { return ShardedDocument(preamble: markdown, pieces: []) }

        let names = fileNames(starts.map { plainTitle(scanner.headings[$0], bytes) })
        // Which file each heading is in: 0 is the index, 1 the first piece.
        var files = Array(repeating: 0, count: first)
        for (number, start) in starts.enumerated() {
            let end = number + 1 < starts.count ? starts[number + 1] : scanner.headings.count
            files += Array(repeating: number + 1, count: end - start)
        }
        let titles = scanner.headings.map { bytes.text($0.title) }
        let links = ShardLinks(names: [ShardedDocument.indexName] + names, titles: titles, files: files)
        let levels = [1] + starts.map { scanner.headings[$0].level }
        var references = ShardReferences(files: names.count + 1)
        let edits = edits(scanner, links, &references, files: files, levels: levels)
        // What is open at the end would swallow what is added.
        let isOpen = scanner.openFence != nil || scanner.html.last?.upperBound == bytes.count

        let bounds = [0] + starts.map { scanner.headings[$0].range.lowerBound } + [bytes.count]
        let canAdd = !ShardReferences.isIn(bytes)
        func text(_ file: Int) -> String {
            let text = String(decoding: edits.applied(in: bounds[file]..<bounds[file + 1]), as: UTF8.self)
            guard canAdd, !(isOpen && file == names.count) else { return text }
            return text + references.added(to: file, links)
        }
        let pieces = starts.indices.map { number in
            ShardedDocument.Piece(
                name: names[number], title: plainTitle(scanner.headings[starts[number]], bytes),
                level: scanner.headings[starts[number]].level,
                text: text(number + 1))
        }
        return ShardedDocument(preamble: text(0), pieces: pieces, mayHaveAdditions: canAdd)
    }

    private static func edits(
        _ scanner: MarkdownScanner, _ links: ShardLinks, _ references: inout ShardReferences, files: [Int],
        levels: [Int]
    ) -> Edits {
        let bytes = scanner.bytes
        var edits = Edits(bytes)
        var file = 0
        var heading = 0
        for text in scanner.texts {
            // Headings and texts come in the same order.
            while heading < scanner.headings.count,
                scanner.headings[heading].range.lowerBound <= text.lowerBound
            {
                file = files[heading]
                if levels[file] == 2 { scanner.headings[heading].raise(bytes, &edits) }
                heading += 1
            }
            let inlines = InlineScanner(bytes, in: text)
            references.read(inlines, bytes, in: file)
            for destination in inlines.destinations {
                guard let link = links.sharded(bytes.text(destination), in: file) else { continue }
                edits.replace(destination, with: Array(link.utf8))
            }
        }
        edits.sort()
        return edits
    }

    static func plainTitle(_ heading: MarkdownScanner.Heading, _ bytes: [UInt8]) -> String {
        InertText.line(HeadingText.plain(bytes.text(heading.title)))
    }

    // MARK: Names

    /// Windows has devices by these names, whatever the extension.
    private static let devices = Set(
        ["con", "prn", "aux", "nul"] + (0...9).flatMap { ["com\($0)", "lpt\($0)"] })

    /// File names for the titles, each once, none of them the index's.
    private static func fileNames(_ titles: [String]) -> [String] {
        var used: Set<String> = ["index"]
        var counts: [String: Int] = [:]
        return titles.map { title in
            var slug = HeadingText.slug(title)
            if slug.isEmpty || devices.contains(slug) { slug += slug.isEmpty ? "section" : "-section" }
            var name = slug
            while !used.insert(name).inserted {
                counts[slug, default: 1] += 1
                name = "\(slug)-\(counts[slug, default: 1])"
            }
            return name + ".md"
        }
    }
}

extension MarkdownScanner.Heading {
    /// Makes a heading of level 2 and more one level higher.
    func raise(_ bytes: [UInt8], _ edits: inout Edits) {
        let text: [UInt8] =
            isUnderlined
            ? Array(repeating: .equals, count: marker.count)
            : Array(repeating: .number, count: max(1, marker.count - 1))
        edits.replace(marker, with: text)
    }

    /// Makes a heading one level lower; the lowest stay where they are.
    func lower(_ bytes: [UInt8], _ edits: inout Edits) {
        if !isUnderlined {
            edits.replace(marker, with: Array(repeating: .number, count: min(6, marker.count + 1)))
        } else if level == 1 {
            edits.replace(marker, with: Array(repeating: .hyphen, count: marker.count))
        } else {
            let lines = bytes.text(title).split(whereSeparator: \.isNewline).map { $0.trimmed }
            edits.replace(range, with: Array("### \(lines.joined(separator: " "))\n".utf8))
        }
    }
}
