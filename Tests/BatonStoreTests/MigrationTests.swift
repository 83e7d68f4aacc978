import GRDB
import Testing

@testable import BatonStore

@Suite struct MigrationTests {
    private func rows(_ table: String, _ queue: DatabaseQueue) throws -> [[DatabaseValue]] {
        try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM \(table) ORDER BY 1, 2").map { Array($0.databaseValues) }
        }
    }

    @Test("Histories and handoffs of an earlier version are all there, and go on")
    func appendedTables() throws {
        let queue = try DatabaseQueue()
        try Schema.migrator.migrate(queue, upTo: "artifacts-files")
        try queue.write { db in
            try db.execute(sql: "INSERT INTO workflows VALUES ('r', 'w', 't', '{}', '', 0)")
            for run in 1...3 {
                try db.execute(
                    sql: """
                        INSERT INTO runs (number, id, workflow, revision, project, client, status, milestones, inputs,
                            options, started_at)
                        VALUES (?, ?, 'w', 'r', 'p', 'c', 'running', '{}', '{}', '{}', 0)
                        """, arguments: [run, "run-\(run)"])
            }
            for number in 0..<300 {
                let (run, ordinal) = (1 + number % 3, 1 + number / 3)
                try db.execute(
                    sql: "INSERT INTO events VALUES (?, ?, ?, 'started', ?, '[]', 's', 7, 1)",
                    arguments: [run, ordinal, number, "{\"number\":\(number)}"])
                try db.execute(
                    sql: """
                        INSERT INTO handoffs VALUES (?, ?, 1, 'a', 'b', NULL, NULL, 'plan', '[]', ?, '', '[]', '[]',
                            '[]', 'medium', '{}', ?)
                        """, arguments: [run, ordinal, "summary \(number)", number])
            }
        }
        let (events, handoffs) = (try rows("events", queue), try rows("handoffs", queue))
        try Schema.migrator.migrate(queue, upTo: "appended-tables")
        #expect(try rows("events", queue) == events && events.count == 300)
        #expect(try rows("handoffs", queue) == handoffs && handoffs.count == 300)
        try queue.write { db in
            #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
            // No event is written twice, and a forgotten run takes its history along.
            #expect(throws: DatabaseError.self) {
                try db.execute(sql: "INSERT INTO events VALUES (2, 100, 0, 'started', '{}', '[]', 's', 7, 1)")
            }
            try db.execute(sql: "INSERT INTO events VALUES (2, 101, 0, 'started', '{}', '[]', 's', 7, 1)")
            try db.execute(sql: "DELETE FROM runs WHERE number = 2")
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM events WHERE run = 2") == 0)
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM handoffs") == 200)
        }
    }

    @Test("Events of an earlier version say whose attempt they are about, as far as that is known")
    func eventAgents() throws {
        let queue = try DatabaseQueue()
        try Schema.migrator.migrate(queue, upTo: "appended-tables")
        try queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO workflows VALUES ('r', 'w', 't', '{}', '', 0);
                    INSERT INTO runs (number, id, workflow, revision, project, client, status, milestones, inputs,
                        options, started_at)
                        VALUES (1, 'run', 'w', 'r', 'p', 'c', 'completed', '{}', '{}', '{}', 0);
                    INSERT INTO tasks (run, ordinal, step, step_index, scope, round, status, attempt, agent, role,
                        lease, sent_at, idempotency_key, handoff, created_at)
                        VALUES (1, 3, 's', 0, '', 1, 'completed', 2, 'bob', 'pm', 'l2', 0, 3, 0, 0);
                    INSERT INTO attempts VALUES (1, 3, 'l1', 1, 'alice', 0, 0, 'failed', 'no');
                    """)
            for (number, (kind, input)) in [
                ("started", "{}"),
                ("dispatched", #"{"task":3,"agent":"alice","lease":"l1"}"#),
                ("attempt_ended", #"{"task":3,"lease":"l1"}"#),
                ("retry_due", #"{"task":3}"#),
                ("dispatched", #"{"task":3,"agent":"bob","lease":"l2"}"#),
                ("completed", #"{"task":3,"lease":"l2"}"#),
                ("dispatched", #"{"task":4,"agent":"carol","lease":"l3"}"#),
                ("completed", "what nobody can read"),
            ].enumerated() {
                try db.execute(
                    sql: "INSERT INTO events VALUES (1, ?, 0, ?, ?, '[]', 's', 7, 1)",
                    arguments: [number + 1, kind, input])
            }
        }
        try Schema.migrator.migrate(queue)
        let told = try queue.read { db in
            try String.fetchAll(
                db, sql: "SELECT coalesce(agent, '-') || ' ' || coalesce(attempt, '-') FROM events ORDER BY seq")
        }
        #expect(told == ["- -", "alice 1", "alice 1", "- -", "bob 2", "bob 2", "carol -", "- -"])
    }
}
