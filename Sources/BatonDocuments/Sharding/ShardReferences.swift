/// Definitions of links (`[label]: destination`) that one piece of a document has and others use.
///
/// A piece that uses a label defined elsewhere gets the definition at its end, behind a comment by which it is found
/// again when the pieces are joined.
struct ShardReferences {
    private static let mark = "<!-- Links that other sections define -->"

    private struct Definition {
        let file: Int
        /// The line around the destination.
        let before: String
        let destination: String
        let after: String
    }

    private var definitions: [String: Definition] = [:]
    /// The labels in each file that may be references, each once, in order.
    private var used: [[String]]
    private var seen: [Set<String>]
    private var defined: [Set<String>]

    init(files: Int) {
        used = Array(repeating: [], count: files)
        seen = Array(repeating: [], count: files)
        defined = Array(repeating: [], count: files)
    }

    mutating func read(_ inlines: InlineScanner, _ bytes: [UInt8], in file: Int) {
        for definition in inlines.definitions {
            let key = Self.key(bytes.text(definition.label))
            defined[file].insert(key)
            // Of two definitions, the first counts (CommonMark 4.7).
            guard definitions[key] == nil else { continue }
            definitions[key] = Definition(
                file: file, before: bytes.text(definition.line.lowerBound..<definition.destination.lowerBound),
                destination: bytes.text(definition.destination),
                after: bytes.text(definition.destination.upperBound..<definition.line.upperBound))
        }
        for label in inlines.labels {
            let key = Self.key(bytes.text(label))
            if seen[file].insert(key).inserted { used[file].append(key) }
        }
    }

    private static func key(_ label: String) -> String {
        label.onOneLine.lowercased()
    }

    /// What a file gets at its end; empty when it lacks nothing.
    func added(to file: Int, _ links: ShardLinks) -> String {
        let lines = used[file].filter { !defined[file].contains($0) }.compactMap { key in
            definitions[key].map { definition in
                let link = links.sharded(definition.destination, in: file) ?? definition.destination
                return definition.before + link + definition.after + "\n"
            }
        }
        return lines.isEmpty ? "" : "\n\(Self.mark)\n" + lines.joined()
    }

    // MARK: Joining

    /// Whether a document has such a comment already: then nothing is added, lest the wrong text be removed again.
    static func isIn(_ bytes: [UInt8]) -> Bool {
        bytes.first("<!-- Links that other sections define -->", in: 0..<bytes.count) != nil
    }

    /// The text without what was added.
    static func removed(from text: String) -> String {
        let bytes = Array(text.utf8)
        guard let start = bytes.last("\n<!-- Links that other sections define -->\n") else { return text }
        return bytes.text(0..<start)
    }
}
