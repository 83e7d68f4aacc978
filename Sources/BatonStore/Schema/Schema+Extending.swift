/// Migrations that add to what is there.
extension Schema {
    /// Activations that hold others, items with scopes of their own, decisions, and runs inside runs.
    static let language = """
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
    static let steering = """
        -- Who paused the run, why and since when, as JSON.
        ALTER TABLE runs ADD COLUMN pause TEXT;
        -- Attempts that do not count against the step's bound any more.
        ALTER TABLE tasks ADD COLUMN attempts_before INTEGER NOT NULL DEFAULT 0;
        """

    /// Runs that can be forgotten, and which of them have a content.
    static let forgetting = """
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
    static let suspects = """
        CREATE TABLE suspects (
            id INTEGER PRIMARY KEY,
            sha256 BLOB NOT NULL UNIQUE,
            times INTEGER NOT NULL,
            stage TEXT NOT NULL
        );
        """

    /// Questions that people approve documents with.
    static let approvals = """
        -- What is looked at, who may answer, and who has, as JSON.
        ALTER TABLE decisions ADD COLUMN approval TEXT;
        """

    /// What runs and tasks have used.
    static let budgets = """
        -- What the run has used, for how long it has been going, and the limit that holds it, as JSON.
        ALTER TABLE runs ADD COLUMN spending TEXT;
        -- What agents reported with all attempts at the task, as JSON, and for how long its attempts were out.
        ALTER TABLE tasks ADD COLUMN usage TEXT;
        ALTER TABLE tasks ADD COLUMN spent_ms INTEGER NOT NULL DEFAULT 0;
        """

    /// Contents that are files beside the database.
    static let files = """
        -- Bytes of a content that is a file; its row has no content. NULL: the content is in the row.
        ALTER TABLE blobs ADD COLUMN file_size INTEGER;
        CREATE INDEX blobs_files ON blobs (run, file_size) WHERE file_size IS NOT NULL;
        """
}
