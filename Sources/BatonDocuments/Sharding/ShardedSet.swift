import BatonEngine

/// The documents of a project that are split for development, as files of one set.
public enum ShardedSet {
    /// A document with fewer sections stays whole.
    public static let minPieces = 2

    public struct File: Sendable, Equatable {
        /// Below the set: `prd/index.md`.
        public let path: String
        public let text: String

        public init(path: String, text: String) {
            self.path = path
            self.text = text
        }
    }

    /// Splits the requirements and the architecture, as BMAD does; where neither is among the documents, all of them.
    ///
    /// - Parameter documents: markdown, by name; the folders in their names do not count.
    /// - Returns: a folder for each document that has at least ``minPieces`` sections, with its index first.
    public static func files(of documents: [(name: String, text: String)]) -> [File] {
        let main = documents.filter { name, _ in
            let words = stem(of: name).lowercased().split { "-_. ".contains($0) }
            return words.contains("prd") || words.contains("architecture")
        }
        var folders: Set<String> = []
        var files: [File] = []
        for (name, text) in main.isEmpty ? documents : main {
            let sharded = Sharding.split(text)
            guard sharded.pieces.count >= minPieces else { continue }
            let folder = unique(stem(of: name), &folders)
            files.append(File(path: "\(folder)/\(ShardedDocument.indexName)", text: sharded.index))
            files += sharded.pieces.map { File(path: "\(folder)/\($0.name)", text: $0.text) }
        }
        return files
    }

    /// `docs/prd.md` → `prd`.
    static func stem(of name: String) -> String {
        let key = name.split(separator: "/").last.map(String.init) ?? name
        guard let dot = key.lastIndex(of: "."), dot != key.startIndex else { return key }
        return String(key[..<dot])
    }

    private static func unique(_ stem: String, _ taken: inout Set<String>) -> String {
        var name = stem
        var number = 2
        while !taken.insert(ArtifactName.key(of: name).lowercased()).inserted {
            name = "\(stem)-\(number)"
            number += 1
        }
        return name
    }
}

extension [Epic] {
    /// Every story, with the id of its epic: the fact `stories` of a cycle over stories.
    public var storiesJSON: JSON {
        .array(
            flatMap { epic in
                epic.stories.map { ["id": .string($0.id), "title": .string($0.title), "epic": .string(epic.id)] }
            })
    }
}
