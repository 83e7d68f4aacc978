import GRDB

/// The tables, as migrations. A migration that has been released is never changed.
///
/// Rows of a run are keyed by the run's number (`run`, `runs.number`) and, inside it, by a small ordinal. Tables whose
/// rows change are clustered by that key; what is only appended lies in the order in which it came, so that a batch
/// writes few pages however many runs it is about. Times are milliseconds since 1970. `docs/architecture.md` describes
/// every table.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in try db.execute(sql: first) }
        migrator.registerMigration("2-language") { db in try db.execute(sql: language) }
        migrator.registerMigration("2-definitions") { db in try db.execute(sql: definitions) }
        migrator.registerMigration("4-steering") { db in try db.execute(sql: steering) }
        migrator.registerMigration("4-forgetting") { db in try db.execute(sql: forgetting) }
        migrator.registerMigration("4-suspects") { db in try db.execute(sql: suspects) }
        migrator.registerMigration("agents-budgets") { db in try db.execute(sql: budgets) }
        migrator.registerMigration("approvals") { db in try db.execute(sql: approvals) }
        migrator.registerMigration("artifacts-files") { db in try db.execute(sql: files) }
        migrator.registerMigration("appended-tables") { db in try db.execute(sql: appendedTables) }
        migrator.registerMigration("event-agents") { db in try db.execute(sql: eventAgents) }
        return migrator
    }

    private static let first = """
        CREATE TABLE meta (
            key TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;

        -- Every revision that a run has used: the plan holds all that a run needs.
        CREATE TABLE workflows (
            revision TEXT NOT NULL PRIMARY KEY,
            id TEXT NOT NULL,
            title TEXT NOT NULL,
            plan TEXT NOT NULL,
            source TEXT NOT NULL,
            first_used_at INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE runs (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            workflow TEXT NOT NULL,
            revision TEXT NOT NULL REFERENCES workflows (revision),
            project TEXT NOT NULL,
            client TEXT NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            phase TEXT,
            milestones TEXT NOT NULL,
            inputs TEXT NOT NULL,
            options TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER
        );
        CREATE INDEX runs_open ON runs (number) WHERE ended_at IS NULL;

        -- One row per activation of a step; agent, role, lease and sent_at are those of the attempt that is out or
        -- counted.
        CREATE TABLE tasks (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            step TEXT NOT NULL,
            step_index INTEGER NOT NULL,
            scope TEXT NOT NULL,
            round INTEGER NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            attempt INTEGER NOT NULL,
            agent TEXT,
            role TEXT,
            lease TEXT,
            sent_at INTEGER,
            idempotency_key INTEGER NOT NULL,
            handoff INTEGER NOT NULL,
            retry_at INTEGER,
            summary TEXT,
            created_at INTEGER NOT NULL,
            ended_at INTEGER,
            PRIMARY KEY (run, ordinal)
        ) WITHOUT ROWID;

        -- Attempts that came to nothing.
        CREATE TABLE attempts (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            task INTEGER NOT NULL,
            lease TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            agent TEXT NOT NULL,
            sent_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            message TEXT NOT NULL,
            PRIMARY KEY (run, task, lease)
        ) WITHOUT ROWID;

        -- Content by its SHA-256, once however often it is used.
        CREATE TABLE blobs (
            sha256 BLOB NOT NULL UNIQUE,
            content BLOB NOT NULL
        );

        CREATE TABLE artifacts (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            sha256 BLOB NOT NULL REFERENCES blobs (sha256),
            size INTEGER NOT NULL,
            media_type TEXT NOT NULL,
            task INTEGER NOT NULL,
            role TEXT NOT NULL,
            made_from TEXT NOT NULL,
            is_extra INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (run, ordinal)
        ) WITHOUT ROWID;

        CREATE TABLE handoffs (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            task INTEGER NOT NULL,
            from_agent TEXT NOT NULL,
            to_agent TEXT NOT NULL,
            from_instance TEXT,
            to_instance TEXT,
            phase TEXT NOT NULL,
            context TEXT NOT NULL,
            context_summary TEXT NOT NULL,
            instructions TEXT NOT NULL,
            expected_outputs TEXT NOT NULL,
            acceptance_criteria TEXT NOT NULL,
            dependencies TEXT NOT NULL,
            priority TEXT NOT NULL,
            metadata TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (run, ordinal)
        ) WITHOUT ROWID;

        CREATE TABLE facts (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            key TEXT NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            origin TEXT NOT NULL,
            task INTEGER NOT NULL,
            PRIMARY KEY (run, key)
        ) WITHOUT ROWID;

        -- Append-only: the inputs of a run's state machine, and what each led to.
        CREATE TABLE events (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            seq INTEGER NOT NULL,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            input TEXT NOT NULL,
            outcome TEXT NOT NULL,
            seed TEXT NOT NULL,
            last_ordinal INTEGER NOT NULL,
            engine_version INTEGER NOT NULL,
            PRIMARY KEY (run, seq)
        ) WITHOUT ROWID;

        -- Requests that changed something, with their answers: the same again gets the same answer.
        CREATE TABLE inbox (
            client TEXT NOT NULL,
            request_id TEXT NOT NULL,
            sha256 BLOB NOT NULL,
            reply BLOB NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (client, request_id)
        ) WITHOUT ROWID;
        CREATE INDEX inbox_at ON inbox (at);

        -- What the broker has not taken yet. A task command has no payload here: it is made anew from the run.
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY,
            topic TEXT NOT NULL,
            run INTEGER REFERENCES runs (number) ON DELETE CASCADE,
            task INTEGER,
            lease TEXT,
            payload BLOB
        );

        CREATE TABLE agents (
            id TEXT NOT NULL PRIMARY KEY,
            presence TEXT NOT NULL,
            roles TEXT NOT NULL,
            slots INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            beats INTEGER NOT NULL,
            last_seen_at INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE dead_letters (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            topic TEXT NOT NULL,
            sender TEXT NOT NULL,
            reason TEXT NOT NULL,
            size INTEGER NOT NULL,
            sha256 BLOB NOT NULL,
            head BLOB NOT NULL
        );
        CREATE INDEX dead_letters_sender ON dead_letters (sender, id);
        """

    /// Activations that hold others, items with scopes of their own, decisions, and runs inside runs.
    private static let language = """
        ALTER TABLE runs ADD COLUMN parent TEXT;

        -- `parent` is the activation that holds this one, 0 the run itself; `detail` what it was made with beyond its
        -- step; `decision` the one that it waits for; `ended_seq` the event that ended it.
        ALTER TABLE tasks ADD COLUMN parent INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE tasks ADD COLUMN detail TEXT;
        ALTER TABLE tasks ADD COLUMN decision INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE tasks ADD COLUMN ended_seq INTEGER NOT NULL DEFAULT 0;

        ALTER TABLE artifacts ADD COLUMN scope TEXT NOT NULL DEFAULT '';

        -- The key begins with the scope, when there is one.
        ALTER TABLE facts ADD COLUMN scope TEXT NOT NULL DEFAULT '';

        CREATE TABLE decisions (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            scope TEXT NOT NULL,
            question TEXT NOT NULL,
            answers TEXT NOT NULL,
            options TEXT NOT NULL,
            task INTEGER NOT NULL,
            reporter INTEGER NOT NULL,
            asked_at INTEGER NOT NULL,
            status TEXT NOT NULL,
            answer TEXT,
            answered_by TEXT,
            answered_at INTEGER,
            PRIMARY KEY (run, ordinal)
        ) WITHOUT ROWID;
        """

    /// Runs that were paused, and tasks that a person had tried again.
    private static let steering = """
        -- Who paused the run, why and since when, as JSON.
        ALTER TABLE runs ADD COLUMN pause TEXT;
        -- Attempts that do not count against the step's bound any more.
        ALTER TABLE tasks ADD COLUMN attempts_before INTEGER NOT NULL DEFAULT 0;
        """

    /// Runs that can be forgotten, and which of them have a content.
    private static let forgetting = """
        CREATE INDEX runs_ended ON runs (ended_at) WHERE ended_at IS NOT NULL;
        CREATE INDEX runs_parent ON runs (parent) WHERE parent IS NOT NULL;

        -- The run that has the content; the others that have it too are in blob_uses, which is how nearly every content
        -- needs no second row. NULL: nobody has it any more.
        ALTER TABLE blobs ADD COLUMN run INTEGER;
        CREATE TABLE blob_uses (
            sha256 BLOB NOT NULL,
            run INTEGER NOT NULL,
            PRIMARY KEY (sha256, run)
        ) WITHOUT ROWID;
        CREATE INDEX artifacts_by_content ON artifacts (sha256);
        UPDATE blobs SET run = (SELECT min(run) FROM artifacts WHERE artifacts.sha256 = blobs.sha256);
        INSERT INTO blob_uses SELECT DISTINCT artifacts.sha256, artifacts.run FROM artifacts
            JOIN blobs ON blobs.sha256 = artifacts.sha256 WHERE artifacts.run <> blobs.run;
        DROP INDEX artifacts_by_content;
        CREATE INDEX blobs_unused ON blobs (run) WHERE run IS NULL;
        """

    /// Messages that were about to be decided when the process ended.
    private static let suspects = """
        CREATE TABLE suspects (
            id INTEGER PRIMARY KEY,
            sha256 BLOB NOT NULL UNIQUE,
            times INTEGER NOT NULL,
            stage TEXT NOT NULL
        );
        """

    /// Questions that people approve documents with.
    private static let approvals = """
        -- What is looked at, who may answer, and who has, as JSON.
        ALTER TABLE decisions ADD COLUMN approval TEXT;
        """

    /// What runs and tasks have used.
    private static let budgets = """
        -- What the run has used, for how long it has been going, and the limit that holds it, as JSON.
        ALTER TABLE runs ADD COLUMN spending TEXT;
        -- What agents reported with all attempts at the task, as JSON, and for how long its attempts were out.
        ALTER TABLE tasks ADD COLUMN usage TEXT;
        ALTER TABLE tasks ADD COLUMN spent_ms INTEGER NOT NULL DEFAULT 0;
        """

    /// Contents that are files beside the database.
    private static let files = """
        -- Bytes of a content that is a file; its row has no content. NULL: the content is in the row.
        ALTER TABLE blobs ADD COLUMN file_size INTEGER;
        CREATE INDEX blobs_files ON blobs (run, file_size) WHERE file_size IS NOT NULL;
        """

    /// Events and handoffs in the order in which they came: clustered by run, those of many runs at once were spread
    /// over three times as many pages.
    private static let appendedTables = """
        CREATE TABLE appended_events (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            seq INTEGER NOT NULL,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            input TEXT NOT NULL,
            outcome TEXT NOT NULL,
            seed TEXT NOT NULL,
            last_ordinal INTEGER NOT NULL,
            engine_version INTEGER NOT NULL,
            UNIQUE (run, seq)
        );
        INSERT INTO appended_events SELECT * FROM events ORDER BY at, run, seq;
        DROP TABLE events;
        ALTER TABLE appended_events RENAME TO events;

        CREATE TABLE appended_handoffs (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            task INTEGER NOT NULL,
            from_agent TEXT NOT NULL,
            to_agent TEXT NOT NULL,
            from_instance TEXT,
            to_instance TEXT,
            phase TEXT NOT NULL,
            context TEXT NOT NULL,
            context_summary TEXT NOT NULL,
            instructions TEXT NOT NULL,
            expected_outputs TEXT NOT NULL,
            acceptance_criteria TEXT NOT NULL,
            dependencies TEXT NOT NULL,
            priority TEXT NOT NULL,
            metadata TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            UNIQUE (run, ordinal)
        );
        INSERT INTO appended_handoffs SELECT * FROM handoffs ORDER BY created_at, run, ordinal;
        DROP TABLE handoffs;
        ALTER TABLE appended_handoffs RENAME TO handoffs;
        """

    /// Whose attempt an event is about. What was written before tells it by its lease, where that is known.
    private static let eventAgents = """
        ALTER TABLE events ADD COLUMN agent TEXT;
        ALTER TABLE events ADD COLUMN attempt INTEGER;
        UPDATE events SET (agent, attempt) = (
            SELECT coalesce(attempts.agent, tasks.agent, told.agent), coalesce(attempts.attempt, tasks.attempt)
            FROM (
                SELECT json_extract(events.input, '$.task') AS task, json_extract(events.input, '$.lease') AS lease,
                    json_extract(events.input, '$.agent') AS agent) AS told
            LEFT JOIN attempts
                ON attempts.run = events.run AND attempts.task = told.task AND attempts.lease = told.lease
            LEFT JOIN tasks ON tasks.run = events.run AND tasks.ordinal = told.task AND tasks.lease = told.lease)
        WHERE kind IN ('dispatched', 'completed', 'attempt_ended') AND json_valid(input);
        """
}
