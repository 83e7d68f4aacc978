import DequeModule
import OrderedCollections

/// Tasks that wait for an agent: by roles, then by priority, then fair between runs, then first come.
///
/// Fair: each run's turn comes round once before any other's second, however many tasks it has waiting.
struct ReadyQueue: Sendable {
    /// The waiting tasks of one priority.
    private struct Lane: Sendable {
        /// The order of the turns; each run that has tasks waiting is here once.
        var turns: Deque<Identifier> = []
        var tasks: [Identifier: Deque<ReadyTask>] = [:]

        mutating func append(_ task: ReadyTask) {
            if tasks[task.key.run] == nil { turns.append(task.key.run) }
            tasks[task.key.run, default: []].append(task)
        }

        mutating func remove(turn: Int, place: Int) {
            let run = turns.remove(at: turn)
            tasks[run]!.remove(at: place)
            // The run goes to the end of the row, behind those that have waited for their turn.
            if tasks[run]!.isEmpty { tasks[run] = nil } else { turns.append(run) }
        }
    }

    /// By the roles that will do: the lanes by priority.
    private var groups: OrderedDictionary<[String], [Lane]> = [:]
    private(set) var count = 0

    var roles: [[String]] { Array(groups.keys) }

    mutating func append(_ task: ReadyTask) {
        let empty = Array(repeating: Lane(), count: Priority.allCases.count)
        groups[task.roles, default: empty][task.priority.rank].append(task)
        count += 1
    }

    /// Takes out the next task of these roles for which `choose` finds an agent.
    mutating func takeNext<Choice>(
        of roles: [String], _ choose: (ReadyTask) -> Choice?
    ) -> (task: ReadyTask, choice: Choice)? {
        var result: (task: ReadyTask, choice: Choice)?
        // Looking comes before taking, so that nothing shares the lanes' storage while they are changed in place.
        let place = firstPlace(in: [roles]) { task in
            guard let choice = choose(task) else { return false }
            result = (task, choice)
            return true
        }
        if let place { remove(place) }
        return result
    }

    /// Takes a task out wherever it waits.
    mutating func remove(_ key: TaskKey) {
        if let place = firstPlace(in: roles, where: { $0.key == key }) { remove(place) }
    }

    private struct Place {
        let roles: [String]
        let rank: Int
        let turn: Int
        let index: Int
    }

    private func firstPlace(in roles: [[String]], where matches: (ReadyTask) -> Bool) -> Place? {
        for roles in roles {
            guard let lanes = groups[roles] else { continue }
            for (rank, lane) in lanes.enumerated().reversed() {
                for (turn, run) in lane.turns.enumerated() {
                    guard let index = lane.tasks[run]!.firstIndex(where: matches) else { continue }
                    return Place(roles: roles, rank: rank, turn: turn, index: index)
                }
            }
        }
        return nil
    }

    private mutating func remove(_ place: Place) {
        groups[place.roles]![place.rank].remove(turn: place.turn, place: place.index)
        if groups[place.roles]!.allSatisfy(\.turns.isEmpty) { groups[place.roles] = nil }
        count -= 1
    }
}
