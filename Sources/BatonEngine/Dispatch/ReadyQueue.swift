import DequeModule
import HeapModule
import OrderedCollections

/// Tasks that wait for an agent: by priority, then fair between runs, then first come.
///
/// It holds each open task of an open run at most once, which is what bounds it.
///
/// Fair: each run's turn comes round once before any other's second, however many tasks it has waiting and for whatever
/// roles. Adding, taking and removing cost no more when a run has ten thousand tasks waiting than when it has one: what
/// is removed is only marked, and passed over when its place comes.
struct ReadyQueue: Sendable {
    private struct Entry: Sendable {
        let task: ReadyTask
        /// Tells it from an earlier entry of the same task.
        let number: UInt64
    }

    /// The tasks of one run, of the same roles and priority.
    private struct Line: Sendable {
        let number: UInt64
        var entries: Deque<Entry> = []
        /// How many of the entries still wait.
        var count = 0
        /// The row of turns has an entry for it.
        var isInRow = false
    }

    /// A line's place in the row. It is out of date when the run has had its turn elsewhere, or the line is gone.
    private struct Turn: Comparable, Sendable {
        let number: UInt64
        let run: Identifier
        let line: UInt64

        static func < (left: Turn, right: Turn) -> Bool { left.number < right.number }
    }

    /// The lines of the same roles and priority, and the order of their turns.
    private struct Row: Sendable {
        var lines: [Identifier: Line] = [:]
        var turns = Heap<Turn>()
    }

    private struct RowKey: Hashable, Sendable {
        let roles: [String]
        let rank: Int
    }

    private struct Place: Sendable {
        let row: RowKey
        let entry: UInt64
    }

    private struct RunTurn: Sendable {
        var number: UInt64
        var count = 0
    }

    private var rows: [RowKey: Row] = [:]
    /// How many tasks wait for each list of roles.
    private var counts: OrderedDictionary<[String], Int> = [:]
    private var places: [TaskKey: Place] = [:]
    /// Of runs that have tasks waiting: the lower the number, the sooner.
    private var turns: [Identifier: RunTurn] = [:]
    /// Runs whose turn is passed over.
    private var held: Set<Identifier> = []
    private var lastNumber: UInt64 = 0

    var count: Int { places.count }
    /// Since when the one waits that waits longest; looking costs as much as there are runs with tasks waiting.
    var oldest: Timestamp? {
        rows.values.lazy.flatMap(\.lines.values).compactMap { line in
            line.entries.first { places[$0.task.key]?.entry == $0.number }?.task.readyAt
        }.min()
    }
    /// The lists of roles for which tasks wait.
    var roles: some Collection<[String]> { counts.keys }

    mutating func append(_ task: ReadyTask) {
        remove(task.key)
        let (run, key) = (task.key.run, RowKey(roles: task.roles, rank: task.priority.rank))
        if turns[run] == nil { turns[run] = RunTurn(number: nextNumber()) }
        turns[run]!.count += 1
        let number = nextNumber()
        places[task.key] = Place(row: key, entry: number)
        counts[task.roles, default: 0] += 1
        if rows[key] == nil { rows[key] = Row() }
        if rows[key]!.lines[run] == nil { rows[key]!.lines[run] = Line(number: nextNumber()) }
        rows[key]!.lines[run]!.entries.append(Entry(task: task, number: number))
        rows[key]!.lines[run]!.count += 1
        lineUp(run, in: key)
    }

    /// Takes a task out wherever it waits.
    mutating func remove(_ key: TaskKey) {
        guard let place = places.removeValue(forKey: key) else { return }
        let (run, roles) = (key.run, place.row.roles)
        turns[run]!.count -= 1
        if turns[run]!.count == 0 { turns[run] = nil }
        counts[roles]! -= 1
        if counts[roles] == 0 { counts[roles] = nil }
        rows[place.row]!.lines[run]!.count -= 1
        tidy(run, in: place.row)
    }

    /// Passes over the run until it is let go on.
    mutating func hold(_ run: Identifier) { held.insert(run) }

    /// The run goes on, behind those that have waited for their turn.
    mutating func release(_ run: Identifier) {
        guard held.remove(run) != nil, turns[run] != nil else { return }
        turns[run]!.number = nextNumber()
        for (key, row) in rows where row.lines[run] != nil { lineUp(run, in: key) }
    }

    /// Takes out the next task of any of these roles for which `choose` finds an agent.
    mutating func takeNext<Choice>(
        of roles: [[String]], _ choose: (ReadyTask) -> Choice?
    ) -> (task: ReadyTask, choice: Choice)? {
        for rank in Priority.allCases.indices.reversed() {
            let keys = roles.map { RowKey(roles: $0, rank: rank) }.filter { rows[$0] != nil }
            // Lines of which no task can be given to anybody now.
            var passed: [(key: RowKey, turn: Turn)] = []
            var found: (task: ReadyTask, choice: Choice)?
            while found == nil, let (key, turn) = first(of: keys) {
                found = first(of: turn.run, in: key, choose)
                if found == nil {
                    rows[key]!.turns.removeMin()
                    passed.append((key, turn))
                }
            }
            for (key, turn) in passed { rows[key]!.turns.insert(turn) }
            guard let found else { continue }
            remove(found.task.key)
            if turns[found.task.key.run] != nil { turns[found.task.key.run]!.number = nextNumber() }
            return found
        }
        return nil
    }

    private func first<Choice>(
        of run: Identifier, in key: RowKey, _ choose: (ReadyTask) -> Choice?
    ) -> (task: ReadyTask, choice: Choice)? {
        for entry in rows[key]!.lines[run]!.entries where places[entry.task.key]?.entry == entry.number {
            if let choice = choose(entry.task) { return (entry.task, choice) }
        }
        return nil
    }

    // MARK: Turns

    private mutating func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    private mutating func lineUp(_ run: Identifier, in key: RowKey) {
        guard let line = rows[key]!.lines[run], !line.isInRow, !held.contains(run) else { return }
        rows[key]!.lines[run]!.isInRow = true
        rows[key]!.turns.insert(Turn(number: turns[run]!.number, run: run, line: line.number))
    }

    /// The row whose first turn is the soonest; brings the rows up to date on the way.
    private mutating func first(of keys: [RowKey]) -> (RowKey, Turn)? {
        var best: (key: RowKey, turn: Turn)?
        for key in keys {
            guard let turn = firstTurn(in: key) else { continue }
            if let best, best.turn < turn { continue }
            best = (key, turn)
        }
        return best
    }

    private mutating func firstTurn(in key: RowKey) -> Turn? {
        while let turn = rows[key]?.turns.min {
            guard rows[key]!.lines[turn.run]?.number == turn.line else {
                rows[key]!.turns.removeMin()
                continue
            }
            if turns[turn.run]!.number == turn.number && !held.contains(turn.run) { return turn }
            rows[key]!.turns.removeMin()
            rows[key]!.lines[turn.run]!.isInRow = false
            lineUp(turn.run, in: key)
        }
        return nil
    }

    /// Drops what was removed, where it would be in the way or is most of a line.
    private mutating func tidy(_ run: Identifier, in key: RowKey) {
        guard rows[key]!.lines[run]!.count > 0 else {
            rows[key]!.lines[run] = nil
            if rows[key]!.lines.isEmpty { rows[key] = nil }
            return
        }
        while let first = rows[key]!.lines[run]!.entries.first, places[first.task.key]?.entry != first.number {
            rows[key]!.lines[run]!.entries.removeFirst()
        }
        let line = rows[key]!.lines[run]!
        if line.entries.count > 2 * line.count + 32 {
            rows[key]!.lines[run]!.entries = line.entries.filter { places[$0.task.key]?.entry == $0.number }
        }
    }
}
