import BatonMessages

/// An agent as people ask for it: what it says about itself, and what the orchestrator knows of it.
public struct AgentStanding: Sendable, Equatable {
    /// A task that it has.
    public struct Held: Sendable, Equatable {
        public var run: Identifier
        public var step: String
        public var item: String?
        public var since: Timestamp?
    }

    public var id: String
    public var state: Presence.State
    public var roles: [String]
    /// How many tasks it takes at once; nil when it is not there to say so.
    public var slots: Int?
    /// How many tasks the orchestrator counts as its own.
    public var count: Int
    /// It failed everything, and gets nothing until it reports in again.
    public var isBenched: Bool
    /// Of the runs that were looked at.
    public var holds: [Held]

    /// Everybody whom the broker or the orchestrator knows, by name.
    ///
    /// - Parameters:
    ///   - presences: what agents say, retained by the broker.
    ///   - entries: what the orchestrator says of them.
    ///   - runs: where their tasks are looked for.
    public static func all(
        _ presences: [String: Presence], _ entries: [AgentEntry], runs: [RunSnapshot]
    ) -> [AgentStanding] {
        let known = Dictionary(entries.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        var holds: [String: [Held]] = [:]
        for run in runs {
            for step in run.steps where step.kind == .agent && step.state == .running {
                guard let agent = step.agent else { continue }
                holds[agent, default: []].append(
                    Held(run: run.run, step: step.id, item: step.item, since: step.since))
            }
        }
        return Set(presences.keys).union(known.keys).sorted().map { id in
            let (presence, entry) = (presences[id], known[id])
            let roles = presence.map(\.roles).flatMap { $0.isEmpty ? nil : $0 } ?? entry?.roles ?? []
            return AgentStanding(
                id: id, state: presence?.state ?? .offline, roles: roles,
                slots: presence.flatMap { $0.state == .offline ? nil : $0.slots }, count: entry?.held ?? 0,
                isBenched: entry?.isBenched ?? false, holds: holds[id] ?? [])
        }
    }
}

extension AgentStanding {
    /// As `baton agents --json` writes it.
    public var json: JSON {
        var writer = JSONWriter()
        writer.object { object in
            object.field("id", id)
            object.field("state", state.rawValue)
            object.field("roles", roles)
            if let slots { object.field("slots", Int64(slots)) }
            object.field("held", Int64(count))
            object.field("benched", isBenched)
            object.array("holds") { list in
                for held in holds {
                    list.object { task in
                        task.field("run", held.run.description)
                        task.field("step", held.step)
                        if let item = held.item { task.field("item", item) }
                        if let since = held.since { task.field("since", since.description) }
                    }
                }
            }
        }
        return (try? JSON.parse(writer.bytes)) ?? .null
    }
}
