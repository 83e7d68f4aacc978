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
        let names = entries.map { ArtifactName($0.name) }
        var newest: [ArtifactName: Int] = [:]
        for (place, name) in names.enumerated()
        where newest[name].map({ entries[$0].version < entries[place].version }) ?? true { newest[name] = place }
        // What was made from a version, or from one behind it that only has other sections of their authors, has seen
        // what there is to see.
        var changed: [ArtifactName: Int] = [:]
        for (place, name) in names.enumerated() where !entries[place].isContribution {
            guard let known = changed[name], entries[known].version >= entries[place].version else {
                changed[name] = place
                continue
            }
        }
        nodes.reserveCapacity(entries.count)
        var places: [Identifier: Int] = [:]
        // What each version has not seen, whether it is in force or not: what is made from it has not, either.
        var unseen: [[ArtifactName: String]] = []
        for (place, entry) in entries.enumerated() {
            let name = names[place]
            let sources = entry.madeFrom.compactMap { places[$0] }
            var missed: [ArtifactName: String] = [:]
            for source in sources { missed.merge(unseen[source]) { first, _ in first } }
            for source in sources {
                let isSeen = changed[names[source]].map { entries[source].version >= entries[$0].version } ?? true
                missed[names[source]] = isSeen ? nil : entries[source].name
            }
            // Who made several documents at once knows what is in each.
            for other in missed.keys {
                guard let newest = changed[other], entry.isMadeTogether(with: entries[newest]) else { continue }
                missed[other] = nil
            }
            // A new version takes the place of the one that it was made from.
            missed[name] = nil
            let isLatest = newest[name] == place
            for source in sources { nodes[source].products.append(place) }
            nodes.append(
                Node(
                    entry: entry, isLatest: isLatest, staleFrom: isLatest ? missed.values.sorted() : [],
                    sources: sources))
            places[entry.id] = place
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

extension ArtifactEntry {
    /// Whether one task made both; what a person has edited since is the person's.
    fileprivate func isMadeTogether(with other: ArtifactEntry) -> Bool {
        task != nil && task == other.task && role != "user" && other.role != "user"
    }
}
