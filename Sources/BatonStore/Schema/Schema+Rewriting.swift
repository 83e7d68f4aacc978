/// Migrations that write what is stored anew.
extension Schema {
    /// Events and handoffs in the order in which they came: clustered by run, those of many runs at once were spread
    /// over three times as many pages.
    static let appendedTables = """
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
    static let eventAgents = """
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
