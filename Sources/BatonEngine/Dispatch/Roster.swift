import OrderedCollections

/// The agents, and who of them is free for which role: the least loaded first, then the longest idle.
///
/// An agent's place is kept up to date with every change of it, so that giving out a task looks at the first place and
/// not at all agents.
struct Roster: Sendable {
    private struct Place: Comparable, Sendable {
        let load: Int
        let idleSince: Timestamp
        let id: String

        init(_ agent: AgentState) {
            load = agent.held.count
            idleSince = agent.idleSince
            id = agent.id
        }

        static func < (left: Place, right: Place) -> Bool {
            if left.load != right.load { return left.load < right.load }
            if left.idleSince != right.idleSince { return left.idleSince < right.idleSince }
            return left.id < right.id
        }
    }

    private(set) var agents: OrderedDictionary<String, AgentState> = [:]
    /// By role, the best first.
    private var free: [String: [Place]] = [:]

    subscript(id: String) -> AgentState? { agents[id] }

    mutating func add(_ agent: AgentState) {
        agents[agent.id] = agent
        list(agent.id)
    }

    /// Changes an agent, if it is known.
    mutating func change(_ id: String, _ body: (inout AgentState) -> Void) {
        guard let index = agents.index(forKey: id) else { return }
        unlist(index)
        body(&agents.values[index])
        list(id)
    }

    /// Notes when an agent was heard of, which changes nothing of its place.
    mutating func seen(_ id: String, at time: Timestamp) -> AgentState? {
        guard let index = agents.index(forKey: id) else { return nil }
        agents.values[index].seenAt = time
        return agents.values[index]
    }

    /// Whether somebody is free who serves one of the roles.
    func hasFree(_ roles: [String]) -> Bool { roles.contains { free[$0]?.isEmpty == false } }

    /// The best of those who serve one of the roles and are accepted.
    func best(for roles: [String], where accepts: (String) -> Bool) -> (agent: String, role: String)? {
        var best: Place?
        for role in roles {
            guard let place = free[role]?.first(where: { accepts($0.id) }) else { continue }
            if best.map({ place < $0 }) ?? true { best = place }
        }
        guard let best, let served = agents[best.id]?.roles, let role = roles.first(where: served.contains) else {
            return nil
        }
        return (best.id, role)
    }

    private mutating func list(_ id: String) {
        guard let agent = agents[id], agent.isAvailable else { return }
        let place = Place(agent)
        for role in Set(agent.roles) { free[role, default: []].insert(place, at: position(of: place, role)) }
    }

    private mutating func unlist(_ index: Int) {
        guard agents.values[index].isAvailable else { return }
        let place = Place(agents.values[index])
        for role in Set(agents.values[index].roles) { free[role]!.remove(at: position(of: place, role)) }
    }

    /// Where the place is, or belongs: a binary search.
    private func position(of place: Place, _ role: String) -> Int {
        guard let places = free[role] else { return 0 }
        var low = 0
        var high = places.count
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < place { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
