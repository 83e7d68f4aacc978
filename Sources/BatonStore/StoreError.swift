import GRDB

/// Why the store could not do what it was asked to.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// Another process has the database.
        case locked
        /// The file is no database of ours, or is damaged.
        case corrupt
        /// A later version of Baton wrote it.
        case newer
        /// No space is left, or a quota is reached.
        case full
        /// Reading or writing the disk failed: what the page cache holds can't be trusted any more.
        case io
        /// The folder or file can't be opened.
        case inaccessible
        /// Anything else that SQLite reports: for a commit, something in the batch.
        case failed
    }

    public let code: Code
    /// One sentence that says what happened and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// Whether the same call may succeed later without a change of the program or its data.
    public var isRetriable: Bool { code == .full }
}

extension StoreError {
    /// The index of the write-ahead log could not be made longer: nothing but space is missing for that. It comes
    /// before `SQLITE_FULL`, since the log itself has its length already.
    private static let needsSpace: [ResultCode] = [.SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_SHMOPEN]

    /// Makes one of ours of what GRDB throws.
    init(_ error: any Error, path: String) {
        guard let error = error as? DatabaseError else {
            self = error as? StoreError ?? StoreError(.failed, "the database \(path): \(error)")
            return
        }
        switch error.resultCode {
        case .SQLITE_FULL,
            _ where Self.needsSpace.contains(error.extendedResultCode):
            self.init(.full, "no space is left for the database \(path): free some, and it goes on")
        case .SQLITE_IOERR:
            self.init(.io, "reading or writing the database \(path) failed: check the disk (\(error.message ?? ""))")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .corrupt,
                "\(path) is damaged or no Baton database (\(error.message ?? "")): restore a backup, or name another "
                    + "file")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
            self.init(
                .inaccessible, "the database \(path) can't be opened for writing: check the folder and its rights")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.locked, "another program has the database \(path) locked")
        default:
            self.init(.failed, "the database \(path): \(error)")
        }
    }
}
