import BatonEngine
import GRDB

import struct Crypto.SHA256

/// The history of a run, put through the engine again: it has to give what is stored.
public struct Replay: Sendable {
    public let run: Identifier
    /// Inputs that were replayed.
    public let events: Int
    /// Artifact versions whose content was compared with its hash.
    public let artifacts: Int
    /// Where the two part, each in one line, the first event first; empty: they are the same.
    public let differences: [String]

    public var isSame: Bool { differences.isEmpty }
}

extension Store {
    /// The runs in the database, the oldest first: for an archive, the run that it is of, and those inside it.
    public func allRuns() throws(StoreError) -> [Identifier] {
        try perform { db in
            try String.fetchAll(db, sql: "SELECT id FROM runs ORDER BY number").compactMap { Identifier($0) }
        }
    }

    /// The run that was started last and is no step of another; nil: there is none.
    public func lastRun() throws(StoreError) -> Identifier? {
        try perform { db in
            try String.fetchOne(db, sql: "SELECT id FROM runs WHERE parent IS NULL ORDER BY number DESC LIMIT 1")
                .flatMap { Identifier($0) }
        }
    }

    /// Puts the history of a run through the engine, event by event, and compares.
    ///
    /// - Returns: nil if there is no such run.
    public func replay(_ id: Identifier) throws(StoreError) -> Replay? {
        guard let stored = try run(id) else { return nil }
        let inputs = try inputs(of: id)
        let rows = try outcomes(of: id)
        var differences: [String] = []
        var state = RunState(id: id, plan: stored.plan)
        for (input, row) in zip(inputs, rows) {
            let output = state.apply(input)
            let again = EventRow(input, output, of: state)
            guard again.outcome == row.outcome, again.lastOrdinal == row.lastOrdinal, again.sequence == row.sequence
            else {
                differences.append(
                    "event \(row.sequence) (\(input.event.kind)) led to \(row.outcome), and leads to \(again.outcome)")
                break
            }
        }
        if differences.isEmpty { differences = stored.differences(from: state) }
        let (artifacts, faults) = try contentFaults(of: stored)
        return Replay(run: id, events: inputs.count, artifacts: artifacts, differences: differences + faults)
    }

    private func outcomes(
        of id: Identifier
    ) throws(StoreError) -> [(sequence: Int, outcome: String, lastOrdinal: UInt32)] {
        try perform { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT seq, outcome, last_ordinal FROM events JOIN runs ON runs.number = events.run
                    WHERE runs.id = ? ORDER BY seq
                    """, arguments: [id.description]
            ).map { ($0["seq"], $0["outcome"], UInt32($0["last_ordinal"] as Int64)) }
        }
    }

    private func contentFaults(of run: RunState) throws(StoreError) -> (count: Int, faults: [String]) {
        // Many versions may have one content.
        var known: [Digest: String?] = [:]
        var faults: [String] = []
        for version in run.artifacts {
            let fault: String?
            if let found = known[version.digest] {
                fault = found
            } else {
                fault = try contentFault(version.digest)
                known[version.digest] = .some(fault)
            }
            if let fault { faults.append("\(version.name.text) version \(version.version): the content is \(fault)") }
        }
        return (run.artifacts.count, faults)
    }

    /// Why the content is not that of the hash; nil: it is. A large one is never in memory as a whole.
    private func contentFault(_ digest: Digest) throws(StoreError) -> String? {
        var hash = SHA256()
        var offset = 0
        while let piece = try content(digest, offset: offset, length: 1 << 20) {
            hash.update(data: piece)
            offset += piece.count
            if piece.isEmpty { return Array(hash.finalize()) == digest.bytes ? nil : "not what its hash says" }
        }
        return offset == 0 ? "not there" : "no longer there"
    }
}

extension RunState {
    /// What is not the same in another state of the run, in one line each.
    fileprivate func differences(from other: RunState) -> [String] {
        guard self != other else { return [] }
        var lines: [String] = []
        func compare<Value: Equatable>(_ what: String, _ value: Value, _ again: Value) {
            if value != again { lines.append("\(what): stored \(value), replayed \(again)") }
        }
        compare("status", status.rawValue, other.status.rawValue)
        compare("phase", phase?.rawValue ?? "none", other.phase?.rawValue ?? "none")
        compare("events", sequence, other.sequence)
        compare("number of tasks", tasks.count, other.tasks.count)
        for (task, again) in zip(tasks, other.tasks) where task != again {
            lines.append(
                "task \(task.ordinal) (\(plan.steps[task.step].id)): stored as \(task.status.rawValue), "
                    + "replayed as \(again.status.rawValue)"
                    + (task.status == again.status ? ", with other details" : ""))
        }
        compare("number of artifact versions", artifacts.count, other.artifacts.count)
        for (version, again) in zip(artifacts, other.artifacts) where version != again {
            lines.append("artifact \(version.name.text) version \(version.version) is another one when replayed")
        }
        if facts != other.facts { lines.append("the facts are others") }
        if decisions != other.decisions { lines.append("the decisions are others") }
        if handoffs != other.handoffs { lines.append("the handoffs are others") }
        return lines.isEmpty ? ["the run's header is another one"] : lines
    }
}
