import OrderedCollections

/// What a run looks up in its artifacts. It follows from them, so it is made anew when a run is restored.
///
/// An artifact is found by its full name; by the name of a set that it is part of (`stories/` holds `stories/1.md`);
/// and, when it belongs to an item, by its plain name from outside (`story.md` is every item's).
struct ArtifactIndex: Sendable {
    /// The versions of one artifact, as indices into the run's artifacts.
    struct Entry: Sendable {
        let first: Int
        /// The one in force.
        var latest: Int
    }

    /// By the key of the full name, in the order in which they were first made.
    private(set) var entries: OrderedDictionary<String, Entry> = [:]
    /// The keys of the documents of each set, by the key of the set's full name.
    private var members: [String: [String]] = [:]
    /// The keys of all items' artifacts of a plain name, by the key of that name; of sets as well.
    private var scoped: [String: [Scoped]] = [:]
    /// The keys of the artifacts that belong to a scope itself.
    private var scopes: [String: [String]] = [:]

    private struct Scoped: Sendable {
        let key: String
        let scope: String
    }

    /// Puts in the version at `index` of the run's artifacts.
    mutating func add(_ version: ArtifactVersion, at index: Int, replacing isReplacing: Bool) {
        let key = version.name.key
        if entries[key] == nil {
            scopes[version.scope, default: []].append(key)
            let prefix = version.scope.isEmpty ? 0 : version.scope.utf8.count + 1
            let plain = String(decoding: key.utf8.dropFirst(prefix), as: UTF8.self)
            if !version.scope.isEmpty { scoped[plain, default: []].append(Scoped(key: key, scope: version.scope)) }
            var set = plain
            while let slash = set.lastIndex(of: "/") {
                set = String(set[..<slash])
                members[Scope.inside(version.scope, set), default: []].append(key)
                if !version.scope.isEmpty { scoped[set, default: []].append(Scoped(key: key, scope: version.scope)) }
            }
            entries[key] = Entry(first: index, latest: index)
        } else if isReplacing {
            entries[key]!.latest = index
        }
    }

    /// The artifact of that name that is nearest to the scope: the item's own, then what is around it. A set gives all
    /// of its documents, an item's plain name asked for from outside all items' ones, in the order of the items.
    func find(_ key: String, from scope: String) -> [Int] {
        for scope in Scope.chain(scope) {
            let full = Scope.inside(scope, key)
            if let entry = entries[full] { return [entry.latest] }
            if let members = members[full] { return members.compactMap { entries[$0]?.latest } }
            guard let candidates = scoped[key] else { continue }
            var inside = scope.isEmpty ? candidates : candidates.filter { Scope.contains(scope, $0.scope) }
            if inside.isEmpty { continue }
            inside.sort { Scope.precedes($0.scope, $1.scope) }
            return inside.compactMap { entries[$0.key]?.latest }
        }
        return []
    }

    /// What belongs to the scope itself, in the order in which it was first made.
    func own(of scope: String) -> [Int] { (scopes[scope] ?? []).compactMap { entries[$0]?.latest } }
}
