import BatonEngine
import OrderedCollections

/// What a run knows that may stand for the `{{variables}}` of a document.
extension RunState {
    /// By name, what is nearest to the task first: the members of its items and their numbers, the facts that it can
    /// read, the start's inputs, and the run itself.
    ///
    /// An item called `story`, the second of its epic, gives `story_number`, `story_num` and `story_index` (2), or its
    /// own number where its id has one (`1.2` is story 2 of epic 1), and each of its members as `story_<member>`; a
    /// title also as `story_title_short` and `story_slug`.
    func knownValues(for task: TaskState, now: Timestamp) -> OrderedDictionary<String, JSON> {
        knownValues(from: task.scope, facts: facts(toldTo: task), now: now)
    }

    /// - Parameter facts: those that can be read from the scope.
    func knownValues(from scope: String, facts: [Fact], now: Timestamp) -> OrderedDictionary<String, JSON> {
        var values: OrderedDictionary<String, JSON> = [:]
        func add(_ name: String, _ value: JSON) {
            if values[name] == nil, !value.isNull { values[name] = value }
        }
        for (_, item) in items(from: scope) {
            for (name, value) in item.value.object ?? [:] { add("\(item.name)_\(name)", value) }
            let number = item.ownNumber.map { JSON.int($0) } ?? .int(Int64(item.index))
            for suffix in ["number", "num", "index"] { add("\(item.name)_\(suffix)", number) }
            if let title = item.value["title"] {
                for suffix in ["title_short", "slug"] { add("\(item.name)_\(suffix)", title) }
            }
            if let text = item.value.string { add(item.name, .string(text)) }
        }
        for fact in facts { add(fact.name, fact.value) }
        for (name, value) in inputs.object ?? [:] { add(name, value) }
        // A project that nobody named has the run's id.
        if project != id.description { add("project_name", .string(project)) }
        add("date", .string(String(now.description.prefix(10))))
        return values
    }
}

extension Item {
    /// The last number of its id: of the story `1.2`, 2.
    fileprivate var ownNumber: Int64? {
        guard let id = value["id"] else { return nil }
        if let number = id.int { return number }
        return id.string?.split(separator: ".").last.flatMap { Int64($0) }
    }
}
