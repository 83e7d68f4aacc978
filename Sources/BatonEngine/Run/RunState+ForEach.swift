/// Running a body once per item.
extension RunState {
    /// More items than any run should have: a list comes from an agent.
    static let maxItems = 100_000

    private enum Found {
        case items([Item])
        case open
        case unknown(Question)
        case fault(String)
    }

    mutating func begin(_ forEach: ForEach, _ index: Int, _ turn: inout Turn) {
        let step = plan.steps[tasks[index].step]
        let scope = tasks[index].scope
        switch find(forEach, tasks[index]) {
        case .unknown(let question): ask(question, .fact, for: index, &turn)
        case .fault(let reason): needAttention(index, reason, &turn)
        case .open:
            tasks[index].detail = .openCycle
            turn.log(.blockEntered(step: step.id, scope: scope, items: nil))
            enterNext(forEach, index, &turn)
        case .items(let items):
            guard items.count <= Self.maxItems else {
                return needAttention(index, "\(items.count) items; more than \(Self.maxItems)", &turn)
            }
            tasks[index].detail = .items(items)
            turn.log(.blockEntered(step: step.id, scope: scope, items: items.count))
            if items.isEmpty { return finish(tasks[index].ordinal, &turn) }
            for _ in 0..<min(forEach.maxParallel, items.count) { enterNext(forEach, index, &turn) }
        }
    }

    /// Enters the item after those that have begun.
    mutating func enterNext(_ forEach: ForEach, _ index: Int, _ turn: inout Turn) {
        let task = tasks[index]
        let begun = activations.children(of: task.ordinal).ordinals.count + turn.entering(task.ordinal)
        let item: Item
        if case .items(let items) = task.detail {
            guard begun < items.count else { return }
            item = items[begun]
        } else {
            item = Item(name: forEach.item, index: begun + 1, value: .int(Int64(begun + 1)))
        }
        turn.enter(
            forEach.body, in: task.ordinal, scope: Scope.inside(task.scope, item.segment), detail: .item(item))
    }

    mutating func advance(_ forEach: ForEach, _ index: Int, after child: TaskState, _ turn: inout Turn) {
        let ordinal = tasks[index].ordinal
        if child.status == .failed && forEach.failsFast {
            let reason = failure(of: child)
            cancelChildren(of: ordinal, "another item failed: \(reason)", &turn)
            return fail(ordinal, reason, &turn)
        }
        let children = activations.children(of: ordinal)
        guard case .items(let items) = tasks[index].detail else {
            if child.status == .failed { return fail(ordinal, failure(of: child), &turn) }
            return anotherItem(forEach, index, &turn)
        }
        if children.ended < items.count { return enterNext(forEach, index, &turn) }
        if children.failed == 0 { return finish(ordinal, &turn) }
        fail(ordinal, failures(of: children, needed: items.count, of: items.count), &turn)
    }

    /// An open cycle: whether there is another item is known now, or asked for.
    mutating func anotherItem(_ forEach: ForEach, _ index: Int, _ turn: inout Turn) {
        let task = tasks[index]
        let rounds = activations.children(of: task.ordinal).ordinals
        guard let more = forEach.items.more, let last = rounds.last.flatMap(self.task) else { return }
        switch settled(truth(of: more, from: last.scope, noun: forEach.item)) {
        case .known(false, _): finish(task.ordinal, &turn)
        case .known(true, _):
            if rounds.count < forEach.maxItems { return enterNext(forEach, index, &turn) }
            askAtBound(index, "\(rounds.count) rounds are done, and there is more: go on?", &turn)
        case .unknown(let question): ask(question, .fact, for: index, &turn)
        case .fault(let reason): needAttention(index, reason, &turn)
        }
    }

    private func truth(of more: String, from scope: String, noun: String) -> Truth {
        guard let fact = fact(more, from: scope) else {
            return .unknown(Question(name: more, scope: scope, text: "Is there another \(noun) after \(scope)?"))
        }
        guard let value = fact.value.bool else {
            return .fault(reason: "\(more) is \(fact.value.kind), not true or false")
        }
        return .known(value, origin: fact.origin)
    }

    // MARK: Where items come from

    private func find(_ forEach: ForEach, _ task: TaskState) -> Found {
        switch forEach.items {
        case .count(let count): return numbered(count, forEach.item)
        case .list(let values): return .items(items(values, forEach.item))
        case .expression(let expression): return find(expression, forEach.item, from: task.scope)
        case .facts(let names, _): return find(names, forEach.item, from: task.scope)
        case .groups(let keys, let groups, let members):
            return find(groupsBy: keys, groups, members, forEach.item, from: task.scope)
        case .members(let fields, _):
            guard let group = enclosingItem(of: task) else { return .open }
            if let members = group.members { return .items(items(members, forEach.item)) }
            for field in fields {
                if let members = group.value[field]?.array { return .items(items(members, forEach.item)) }
            }
            return .open
        }
    }

    private func find(_ expression: Expression, _ noun: String, from scope: String) -> Found {
        switch expression.evaluate(in: FactsInScope(state: self, scope: scope)) {
        case .value(.array(let values)): .items(items(values, noun))
        case .value(let value):
            value.int.map { numbered(Int(clamping: $0), noun) }
                ?? .fault("in gives \(value.kind), not a list")
        case .unknown(let facts): .unknown(question(aboutFact: facts[0], in: expression, from: scope))
        case .failed(let message, _): .fault("in cannot be evaluated: \(message)")
        }
    }

    private func find(_ names: [String], _ noun: String, from scope: String) -> Found {
        for name in names {
            guard let value = fact(name, from: scope)?.value else { continue }
            if let values = value.array { return .items(items(values, noun)) }
            // What a person types at the start is a text.
            if let count = value.int ?? value.string.flatMap({ Int64($0) }) {
                return numbered(Int(clamping: count), noun)
            }
        }
        return .open
    }

    private func find(
        groupsBy keys: [String], _ groups: [String], _ members: [String], _ noun: String, from scope: String
    ) -> Found {
        for name in members {
            guard let values = fact(name, from: scope)?.value.array else { continue }
            return .items(grouped(values, by: keys, noun))
        }
        for (key, name) in zip(keys, groups) {
            guard let values = fact(name, from: scope)?.value.array else { continue }
            return .items(items(values, key))
        }
        return .items([Item(name: noun, index: 1, value: .null, isNameless: true)])
    }

    /// The members by the group that they name, the groups in the order in which they first occur.
    private func grouped(_ values: [JSON], by keys: [String], _ noun: String) -> [Item] {
        var order: [JSON] = []
        var nouns: [JSON: String] = [:]
        var members: [JSON: [JSON]] = [:]
        for value in values {
            let named = keys.lazy.compactMap { key in value[key].map { (key, $0) } }.first
            let group = named?.1 ?? .null
            if members[group] == nil {
                order.append(group)
                nouns[group] = named?.0 ?? noun
            }
            members[group, default: []].append(value)
        }
        var index = 0
        return order.map { group in
            if !group.isNull { index += 1 }
            return Item(
                name: nouns[group]!, index: max(index, 1), value: group, members: members[group],
                isNameless: group.isNull)
        }
    }

    private func numbered(_ count: Int, _ noun: String) -> Found {
        guard count >= 0 else { return .fault("\(count) items") }
        guard count <= Self.maxItems else { return .fault("\(count) items; more than \(Self.maxItems)") }
        return .items(items((0..<count).map { .int(Int64($0 + 1)) }, noun))
    }

    private func items(_ values: [JSON], _ noun: String) -> [Item] {
        values.enumerated().map { Item(name: noun, index: $0.offset + 1, value: $0.element) }
    }

    /// The item that the activation is a part of, a group that is none included.
    private func enclosingItem(of task: TaskState) -> Item? {
        var next: TaskState? = task
        while let current = next {
            if case .item(let item) = current.detail { return item }
            next = self.task(current.parent)
        }
        return nil
    }
}

extension ForEach.Items {
    /// The fact that says whether an open cycle has another round.
    var more: String? {
        switch self {
        case .facts(_, let more), .members(_, let more): more
        case .count, .list, .expression, .groups: nil
        }
    }
}
