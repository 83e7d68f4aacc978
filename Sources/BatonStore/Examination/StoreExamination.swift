import BatonEngine

/// What a database, its folder and its disk say of themselves: all of it read, nothing changed.
public struct StoreExamination: Sendable {
    /// A content that is to be a file beside the database.
    public struct MissingFile: Sendable, Equatable {
        public let digest: Digest
        /// How many bytes it is to have.
        public let size: Int
        /// How many are there; nil: there is no file.
        public let found: Int?
        /// An artifact with that content, and its run; nil: no artifact names it yet.
        public let artifact: String?
        public let run: Identifier?
    }

    /// Files of the folder that belong to nothing in the database.
    public struct Unowned: Sendable, Equatable {
        public var files = 0
        public var bytes = 0
    }

    /// The database's own id.
    public internal(set) var id = ""
    public internal(set) var epoch: Int64 = 0
    /// The last migration that it has had.
    public internal(set) var schema = ""
    /// Who has the database open to work on it, in words; nil: nobody.
    public internal(set) var holder: String?

    /// What `PRAGMA integrity_check` complains of; the rest of it is not listed.
    public internal(set) var damage: [String] = []
    /// How many rows of a table refer to something that is not there.
    public internal(set) var dangling: [String: Int] = [:]

    /// In bytes: the database itself, its write-ahead log, and what is free on its disk.
    public internal(set) var databaseBytes = 0
    public internal(set) var logBytes = 0
    public internal(set) var freeBytes: Int?
    /// The artifacts that are files.
    public internal(set) var files = 0
    public internal(set) var fileBytes = 0
    public internal(set) var missingFiles: [MissingFile] = []
    public internal(set) var unowned = Unowned()

    /// How many runs are in each state.
    public internal(set) var runs: [RunStatus: Int] = [:]
    public internal(set) var events = 0
    /// What the broker has not taken, and when the oldest command of it was made.
    public internal(set) var outbox = 0
    public internal(set) var oldestCommandAt: Timestamp?
    public internal(set) var deadLetters = 0
    public internal(set) var newestDeadLetter: DeadLetter?
    /// Messages that ended the process, and are not decided again.
    public internal(set) var guiltyMessages = 0
}
