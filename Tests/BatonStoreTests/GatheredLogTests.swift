import Foundation
import GRDB
import Testing

@testable import BatonStore

/// The log in few large pieces says the same as SQLite's own.
struct GatheredLogTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "baton-log-\(UUID().uuidString)")
    private var path: String { folder.appending(path: "log.sqlite").path }

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func open() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .wal
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// A database of 500 rows of a kilobyte, whose cache is much smaller.
    private func make() throws -> (DatabaseQueue, GatheredLog) {
        let queue = try open()
        let log = try queue.inDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA synchronous = FULL; PRAGMA cache_size = 20;
                    CREATE TABLE rows (id INTEGER PRIMARY KEY, number INTEGER, filler TEXT);
                    WITH RECURSIVE counter(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < 500)
                    INSERT INTO rows SELECT n, 0, hex(zeroblob(500)) FROM counter;
                    """)
            return try GatheredLog.attach(to: db, path: path)
        }
        return (queue, log)
    }

    private func sum(_ db: Database) throws -> Int { try Int.fetchOne(db, sql: "SELECT sum(number) FROM rows")! }

    private func isSound(_ db: Database) throws -> Bool {
        try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"]
    }

    private func clear() { try? FileManager.default.removeItem(at: folder) }

    @Test func aTransactionThatDoesNotFitTheCacheReadsWhatItHasWritten() throws {
        defer { clear() }
        let (queue, _) = try make()
        let other = try open()
        try queue.inDatabase { db in
            for round in 1...5 {
                try db.inTransaction(.immediate) {
                    // The second statement reads, and writes again, pages that the first has put into the log.
                    try db.execute(sql: "UPDATE rows SET number = number + 1")
                    try db.execute(sql: "UPDATE rows SET number = number + 1 WHERE id % 2 = 0")
                    #expect(try sum(db) == round * 750)
                    #expect(try other.inDatabase(sum) == (round - 1) * 750)
                    return .commit
                }
                #expect(try other.inDatabase(sum) == round * 750)
            }
        }
        #expect(try other.inDatabase(isSound))
    }

    @Test func whatIsRolledBackLeavesNothing() throws {
        defer { clear() }
        let (queue, _) = try make()
        try queue.inDatabase { db in
            for _ in 1...3 {
                try db.inTransaction(.immediate) {
                    try db.execute(sql: "UPDATE rows SET number = number + 1000")
                    return .rollback
                }
                #expect(try sum(db) == 0)
                try db.inTransaction(.immediate) {
                    try db.execute(sql: "UPDATE rows SET number = 7 WHERE id = 3")
                    return .commit
                }
                #expect(try sum(db) == 7)
                try db.execute(sql: "UPDATE rows SET number = 0")
            }
        }
        #expect(try open().inDatabase(isSound))
    }

    @Test func anotherWriterIsNotWrittenOverWithWhatWasRolledBack() throws {
        defer { clear() }
        let (queue, log) = try make()
        let other = try open()
        for round in 1...10 {
            try queue.inDatabase { db in
                try db.inTransaction(.immediate) {
                    try db.execute(sql: "UPDATE rows SET number = -1")
                    return .rollback
                }
                log.dropRest()
            }
            try other.inDatabase { try $0.execute(sql: "UPDATE rows SET number = \(round)") }
            #expect(try queue.inDatabase(sum) == 500 * round)
            #expect(try open().inDatabase(sum) == 500 * round)
        }
        #expect(try open().inDatabase(isSound))
    }

    @Test(arguments: [false, true], ["FULL", "NORMAL"])
    func aCommitIsInTheFileForEverybody(isDeferred: Bool, synchronous: String) throws {
        defer { clear() }
        let (queue, log) = try make()
        try queue.inDatabase { try $0.execute(sql: "PRAGMA synchronous = \(synchronous)") }
        let copy = folder.appending(path: "copy.sqlite").path
        for round in 1...30 {
            log.defersSync = isDeferred
            try queue.inDatabase { db in
                try db.inTransaction(.immediate) {
                    try db.execute(sql: "UPDATE rows SET number = \(round)")
                    return .commit
                }
            }
            log.defersSync = false
            // What a process leaves that is killed now.
            if round % 10 == 0 {
                for suffix in ["", "-wal"] {
                    try? FileManager.default.removeItem(atPath: copy + suffix)
                    try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
                }
                let left = try DatabaseQueue(path: copy)
                #expect(try left.inDatabase(sum) == 500 * round)
                #expect(try left.inDatabase(isSound))
                try left.close()
            }
            try log.settle()
        }
    }

    /// Of this thread, as the kernel counts them (`proc(5)`, `syscw` of `io`).
    private func writeCalls() throws -> Int {
        let text = try String(contentsOfFile: "/proc/thread-self/io", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("syscw") })
        return try #require(line.split(separator: " ").last.flatMap { Int($0) })
    }

    @Test func aCommitOfManyPagesIsWrittenByFewCalls() throws {
        defer { clear() }
        let (queue, _) = try make()
        try queue.inDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = 1000")
            let before = try writeCalls()
            try db.execute(sql: "UPDATE rows SET number = 1")
            // Some 170 pages, each of which SQLite writes by two calls.
            #expect(try writeCalls() - before < 20)
        }
    }

    @Test func aLogThatStartsOverAndItsEndAreKept() throws {
        defer { clear() }
        do {
            let (queue, log) = try make()
            try queue.inDatabase { db in
                for round in 1...20 {
                    log.defersSync = true
                    try db.execute(sql: "UPDATE rows SET number = \(round)")
                    log.defersSync = false
                    try log.settle()
                    if round % 3 == 0 { try db.checkpoint(.restart) }
                }
            }
            try queue.close()
        }
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"), "the last connection takes its log with it")
        let again = try open()
        #expect(try again.inDatabase(sum) == 500 * 20)
        #expect(try again.inDatabase(isSound))
    }

    @Test func theLogOfADatabaseThatIsNamedByALinkLiesBesideTheFile() throws {
        defer { clear() }
        let link = folder.appending(path: "link.sqlite").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let store = try Store(path: link)
        let log = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
        #expect(log == WriteAheadLog.length)
        #expect(!FileManager.default.fileExists(atPath: link + "-wal"))
        withExtendedLifetime(store) {}
    }

    @Test func aSyncThatFailsIsToldAndStays() throws {
        // Which can't be synced.
        let syncer = try FileSyncer(path: "/dev/null")
        defer { syncer.end() }
        #expect(syncer.wait() == 0)
        syncer.begin()
        #expect(syncer.wait() == EINVAL)
        syncer.begin()
        #expect(syncer.wait() == EINVAL)
    }
}
