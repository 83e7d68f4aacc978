import BatonMessages

/// Which versions of a run's documents were made from which, and which of them have been overtaken.
public struct Lineage: Sendable {
    public struct Node: Sendable {
        public let entry: ArtifactEntry
        /// Whether it is the newest version of its document.
        public let isLatest: Bool
        /// Documents of which a newer version is there than the one that this was made from, at first hand or through
        /// others; by name, sorted. Empty for a version that has itself been replaced.
        public let staleFrom: [String]
        /// What it was made from, as places in ``Lineage/nodes``.
        public let sources: [Int]
        /// What was made from it.
        public internal(set) var products: [Int] = []

        public var isStale: Bool { !staleFrom.isEmpty }
    }

    /// In the order in which the versions were made.
    public private(set) var nodes: [Node] = []

    /// - Parameter entries: every version of a run, oldest first.
    public init(_ entries: [ArtifactEntry]) {
        let newest = Dictionary(entries.latestVersions.map { (ArtifactName($0.name), $0.id) }) { $1 }
        var places: [Identifier: Int] = [:]
        // What each version has not seen, whether it is in force or not: what is made from it has not, either.
        var unseen: [[ArtifactName: String]] = []
        for entry in entries {
            let name = ArtifactName(entry.name)
            let sources = entry.madeFrom.compactMap { places[$0] }
            var missed: [ArtifactName: String] = [:]
            for source in sources { missed.merge(unseen[source]) { first, _ in first } }
            for source in sources {
                let origin = entries[source]
                let key = ArtifactName(origin.name)
                missed[key] = newest[key] == origin.id ? nil : origin.name
            }
            // A new version takes the place of the one that it was made from.
            missed[name] = nil
            let isLatest = newest[name] == entry.id
            for source in sources { nodes[source].products.append(nodes.count) }
            nodes.append(
                Node(
                    entry: entry, isLatest: isLatest, staleFrom: isLatest ? missed.values.sorted() : [],
                    sources: sources))
            places[entry.id] = nodes.count - 1
            unseen.append(missed)
        }
    }

    /// Versions that were made from another version of a document than the newest.
    public var stale: Set<Identifier> { Set(nodes.filter(\.isStale).map(\.entry.id)) }

    /// The versions of a document, as places in ``nodes``; empty when there is none.
    public func places(of name: String) -> [Int] {
        let wanted = ArtifactName(name)
        return nodes.indices.filter { ArtifactName(nodes[$0].entry.name) == wanted }
    }

    /// A version, all that it came from, and all that came from it, in order.
    public func family(of place: Int) -> [Int] {
        var family: Set<Int> = [place]
        let directions: [KeyPath<Node, [Int]>] = [\.sources, \.products]
        for direction in directions {
            var open = [place]
            while let next = open.popLast() {
                for other in nodes[next][keyPath: direction] where family.insert(other).inserted { open.append(other) }
            }
        }
        return family.sorted()
    }
}
