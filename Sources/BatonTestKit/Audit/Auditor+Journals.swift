import BatonEngine

/// What agents were told, beside what is stored.
extension Auditor {
    /// A task as the database has it.
    private struct StoredTask {
        var status = ""
        var lease = ""
        /// The hashes of the documents that it brought.
        var digests: Set<String> = []
        /// The leases of attempts that came to nothing.
        var over: Set<String> = []
    }

    func checkJournals(_ shell: DatabaseShell, _ report: inout AuditReport) throws {
        guard !expectation.journals.isEmpty else { return }
        let tasks = try storedTasks(shell)
        var accepted: [Identifier: Set<Identifier>] = [:]
        var made: [Identifier: [Set<String>]] = [:]
        for entry in try expectation.journals.flatMap(AgentJournal.entries) {
            switch entry {
            case .made(let task, _, let isFailure, let digests):
                report.count("results made", 1)
                if tasks[task] == nil, !isForgotten(task) {
                    report.find(.lost, "a result was made for \(task), and there is no such task")
                }
                if !isFailure { made[task, default: []].append(Set(digests)) }
            case .told(let task, let lease, let outcome):
                report.count("told \(outcome)", 1)
                if outcome == "unknown", !isForgotten(task), !expectation.madeUp.contains(task) {
                    report.find(.lost, "\(task) was given out and is not known any more")
                }
                guard outcome == "accepted", let stored = tasks[task] else { continue }
                let isOver = stored.over.contains(lease.description)
                let isCounted = stored.status == "completed" && stored.lease == lease.description
                if isCounted { accepted[task, default: []].insert(lease) }
                if !isOver && !isCounted {
                    report.find(.lost, "\(task): the result under \(lease) was accepted, and is not there")
                }
            }
        }
        for (task, leases) in accepted where leases.count > 1 {
            report.find(.doubled, "\(task): results under \(leases.count) leases were accepted")
        }
        for (task, _) in accepted where made[task]?.contains(tasks[task]?.digests ?? []) != true {
            report.find(.lost, "\(task): the documents that are stored are none that its agents made")
        }
    }

    private func isForgotten(_ task: Identifier) -> Bool { expectation.forgotten.contains("\(task.run)") }

    private func storedTasks(_ shell: DatabaseShell) throws -> [Identifier: StoredTask] {
        var runs: [Substring: Identifier] = [:]
        var tasks: [Identifier: StoredTask] = [:]
        func rows(_ sql: String) throws -> [[Substring]] {
            try shell.query(sql).map { $0.split(separator: "|", omittingEmptySubsequences: false) }
        }
        for row in try shell.query("SELECT number, id FROM runs") {
            let columns = row.split(separator: "|")
            runs[Substring(columns[0])] = Identifier(String(columns[1]))
        }
        func key(_ row: [Substring]) -> Identifier? {
            guard let run = runs[row[0]], let ordinal = UInt32(row[1]) else { return nil }
            return run.child(ordinal)
        }
        for row in try rows("SELECT run, ordinal, status, coalesce(lease, '') FROM tasks") {
            guard let key = key(row) else { continue }
            tasks[key] = StoredTask(status: String(row[2]), lease: String(row[3]))
        }
        for row in try rows("SELECT run, task, lower(hex(sha256)) FROM artifacts") {
            guard let key = key(row) else { continue }
            tasks[key]?.digests.insert(String(row[2]))
        }
        for row in try rows("SELECT run, task, lease FROM attempts") {
            guard let key = key(row) else { continue }
            tasks[key]?.over.insert(String(row[2]))
        }
        return tasks
    }
}
