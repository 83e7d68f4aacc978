/// What SQL alone can tell.
extension Auditor {
    private struct Rule {
        let kind: AuditReport.Violation.Kind
        let text: String
        /// Selects what breaks the rule.
        let offenders: String
    }

    private static let rules = [
        Rule(
            kind: .wrong, text: "a row refers to one that is not there",
            offenders: "SELECT \"table\", rowid FROM pragma_foreign_key_check"),
        Rule(
            kind: .lost, text: "a run's history has a gap",
            offenders: "SELECT run, count(*), max(seq) FROM events GROUP BY run HAVING count(*) <> max(seq)"),
        Rule(
            kind: .doubled, text: "the result of a task was counted twice",
            offenders: """
                SELECT run, json_extract(input, '$.task') AS task, count(*) FROM events WHERE kind = 'completed'
                GROUP BY 1, 2 HAVING count(*) > 1
                """),
        Rule(
            kind: .doubled, text: "a task was given out while it was out",
            offenders: """
                WITH forks AS MATERIALIZED (SELECT run, max(seq) AS seq FROM events WHERE kind = 'forked' GROUP BY run)
                -- What a fork took over was another run's.
                SELECT run, task, seq FROM (
                    SELECT run, seq, kind, json_extract(input, '$.task') AS task, lag(kind) OVER (
                        PARTITION BY run, json_extract(input, '$.task') ORDER BY seq) AS before
                    FROM events e WHERE kind IN ('dispatched', 'completed', 'attempt_ended')
                      AND seq > coalesce((SELECT forks.seq FROM forks WHERE forks.run = e.run), 0))
                WHERE kind = 'dispatched' AND before = 'dispatched'
                """),
        Rule(
            kind: .doubled, text: "a lease was given twice",
            offenders: """
                WITH carried AS (
                    SELECT e.run, json_extract(e.input, '$.lease') FROM events f
                    JOIN events e ON e.run = f.run AND e.seq < f.seq AND e.kind = 'dispatched'
                    WHERE f.kind = 'forked')
                SELECT lease, count(*) FROM (
                    SELECT run, lease FROM tasks WHERE lease IS NOT NULL UNION ALL SELECT run, lease FROM attempts)
                WHERE (run, lease) NOT IN carried GROUP BY lease HAVING count(*) > 1
                """),
        Rule(
            kind: .doubled, text: "a version of an artifact is there twice",
            offenders: "SELECT run, name, version, count(*) FROM artifacts GROUP BY 1, 2, 3 HAVING count(*) > 1"),
        Rule(
            kind: .lost, text: "a version of an artifact is missing",
            offenders: "SELECT run, name FROM artifacts GROUP BY run, name HAVING max(version) <> count(*)"),
        Rule(
            kind: .lost, text: "an agent's task is completed, and no result in the history completed it",
            offenders: """
                SELECT run, ordinal, step FROM tasks t
                WHERE status = 'completed' AND lease IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM events e WHERE e.run = t.run AND e.kind = 'completed'
                      AND json_extract(e.input, '$.task') = t.ordinal AND json_extract(e.input, '$.lease') = t.lease)
                """),
        Rule(
            kind: .lost, text: "an attempt ended in the history, and is not in the list of attempts",
            offenders: """
                SELECT run, json_extract(input, '$.task'), json_extract(input, '$.lease') FROM events e
                WHERE kind = 'attempt_ended' AND NOT EXISTS (
                    SELECT 1 FROM attempts a WHERE a.run = e.run AND a.task = json_extract(e.input, '$.task')
                      AND a.lease = json_extract(e.input, '$.lease'))
                """),
        Rule(
            kind: .wrong, text: "a run has ended, and a part of it is open",
            offenders: """
                SELECT runs.id, step, tasks.status FROM tasks JOIN runs ON runs.number = tasks.run
                WHERE runs.ended_at IS NOT NULL AND tasks.status IN ('pending', 'waiting', 'running', 'attention')
                """),
    ]

    func checkTables(_ shell: DatabaseShell, _ report: inout AuditReport) throws {
        for rule in Self.rules {
            for row in try shell.query(rule.offenders + " LIMIT 20") { report.find(rule.kind, "\(rule.text): \(row)") }
        }
        let counted = [
            ("runs", "SELECT count(*) FROM runs"),
            ("tasks", "SELECT count(*) FROM tasks WHERE lease IS NOT NULL"),
            ("attempts", "SELECT count(*) FROM events WHERE kind = 'dispatched'"),
            ("attempts that came to nothing", "SELECT count(*) FROM attempts"),
            ("results counted", "SELECT count(*) FROM events WHERE kind = 'completed'"),
            ("events", "SELECT count(*) FROM events"),
            ("artifacts", "SELECT count(*) FROM artifacts"),
            ("dead letters", "SELECT count(*) FROM dead_letters"),
        ]
        for (name, sql) in counted { report.count(name, try shell.query(sql).first.flatMap(Int.init) ?? 0) }
    }
}
