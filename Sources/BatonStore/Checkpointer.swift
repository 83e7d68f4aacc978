import Foundation
import GRDB
import GRDBSQLite

/// Copies the write-ahead log into the database, beside the thread that commits.
///
/// Left to SQLite, the commit that fills the log copies all of it and syncs the database: 14 MB, for which everybody
/// waits 50 to 130 ms. Here a thread with a connection of its own copies while commits go on (which SQLite calls a
/// passive checkpoint), and the committing thread copies only what has been added meanwhile. Until that is done the log
/// can't start over; when nobody gets to it, the log still ends at ``WriteAheadLog/checkpointPages``.
///
/// What a checkpoint does, and does not, is the same in either thread: no promise rests on when it happens. An error
/// (the disk is full, say) leaves the log longer, and the next commit tries again.
package final class Checkpointer: @unchecked Sendable {
    /// From how many pages of the log the thread copies.
    static let pages = 1200
    /// How many pages the committing thread copies at most, but for a log that is full.
    static let restPages = 200

    private let condition = NSCondition()
    // Guarded by the condition.
    private var isWanted = false
    private var isCopying = false
    private var isEnded = false
    private var copiedPages = 0
    private var passes = 0
    /// Of the thread alone.
    private let queue: DatabaseQueue
    /// Of the committing thread alone; the hook of its connection writes it.
    private let log = LogLength()

    /// - Parameter owner: the connection that commits.
    init(path: String, owner: DatabaseQueue) throws {
        var configuration = Configuration()
        configuration.label = "baton.checkpoint"
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0") }
        let log = Unmanaged.passUnretained(log).toOpaque()
        // The hook takes the place of SQLite's own, which is what `wal_autocheckpoint` sets.
        owner.inDatabase { db in
            _ = sqlite3_wal_hook(
                db.sqliteConnection,
                { log, _, _, pages in
                    Unmanaged<LogLength>.fromOpaque(log!).takeUnretainedValue().pages = Int(pages)
                    return SQLITE_OK
                }, log)
        }
        let thread = Thread { [self] in copyWhenWanted() }
        thread.name = "baton-checkpoint"
        thread.start()
    }

    /// How often the thread has copied.
    package var passCount: Int { condition.withLock { passes } }

    /// Ends the thread and waits for it.
    func end(owner: DatabaseQueue) {
        owner.inDatabase { _ = sqlite3_wal_hook($0.sqliteConnection, nil, nil) }
        condition.withLock {
            guard !isEnded else { return }
            isWanted = false
            isEnded = true
            condition.broadcast()
            while isCopying { condition.wait() }
        }
        try? queue.close()
    }

    /// To be called after every commit, by the thread that commits, outside any transaction.
    func committed(_ db: Database) {
        guard log.pages >= Self.pages else { return }
        let rest: Int? = condition.withLock {
            guard !isCopying, !isWanted else { return nil }
            // After the log started over, what was copied before says nothing about it.
            return copiedPages <= log.pages ? log.pages - copiedPages : log.pages
        }
        if let rest, rest > Self.restPages, log.pages < WriteAheadLog.checkpointPages {
            condition.withLock {
                isWanted = true
                condition.signal()
            }
        } else if rest != nil || log.pages >= WriteAheadLog.checkpointPages {
            _ = try? db.checkpoint(.passive)
            condition.withLock { copiedPages = 0 }
            log.pages = 0
        }
    }

    private func copyWhenWanted() {
        condition.lock()
        while !isEnded {
            guard isWanted else {
                condition.wait()
                continue
            }
            isWanted = false
            isCopying = true
            condition.unlock()
            let copied = try? queue.inDatabase { try $0.checkpoint(.passive).checkpointedFrameCount }
            condition.lock()
            copiedPages = copied ?? 0
            passes += 1
            isCopying = false
            condition.broadcast()
        }
        condition.unlock()
    }

    private final class LogLength {
        var pages = 0
    }
}
