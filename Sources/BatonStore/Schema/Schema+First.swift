extension Schema {
    /// The tables of the first release.
    static let first = """
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
}
