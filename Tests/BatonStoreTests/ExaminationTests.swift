import BatonEngine
import BatonTestKit
import Foundation
import Testing

@testable import BatonStore

@Suite struct ExaminationTests {
    private final class Folder {
        let path = FileManager.default.temporaryDirectory.appending(path: "baton-look-\(UUID().uuidString)").path
        var database: String { path + "/baton.sqlite" }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        /// Changes the database as a stranger would.
        func change(_ sql: String) throws {
            let result = try runToEnd(
                URL(filePath: "/usr/bin/env"), ["sqlite3", database, sql],
                directory: FileManager.default.temporaryDirectory)
            try #require(result.code == 0, "\(result)")
        }
    }

    @Test("A new database is whole; whoever works on it is named while it does")
    func new() throws {
        let folder = Folder()
        var store: Store? = try Store(path: folder.database)
        let busy = try Store(reading: folder.database).examine()
        #expect(busy.holder?.hasPrefix("baton (process \(ProcessInfo.processInfo.processIdentifier) on ") == true)
        #expect(busy.id == store?.id)
        #expect(busy.damage == [] && busy.dangling == [:] && busy.missingFiles == [])
        #expect(busy.schema == Schema.migrator.migrations.last)
        #expect(busy.databaseBytes + busy.logBytes > 0)
        #expect(busy.freeBytes ?? 0 > 0)
        store = nil
        #expect(try Store(reading: folder.database).examine().holder == nil)
    }

    @Test("Rows without what they refer to, files that are missing, too short or nobody's are found")
    func broken() throws {
        let folder = Folder()
        _ = try Store(path: folder.database)
        let (gone, short) = (
            Digest(bytes: Array(repeating: 7, count: 32))!, Digest(bytes: Array(repeating: 8, count: 32))!
        )
        let files = try ContentFolder(path: folder.database + "-artifacts")
        try files.write([1, 2], of: short)
        try files.write([1, 2, 3], of: Digest(bytes: Array(repeating: 9, count: 32))!)
        try folder.change(
            """
            PRAGMA foreign_keys = OFF;
            INSERT INTO blobs (sha256, content, run, file_size)
                VALUES (x'\(gone)', x'', 1, 5), (x'\(short)', x'', 1, 5);
            INSERT INTO facts (run, key, name, value, origin, task) VALUES (77, 'a', 'a', '1', 'x', 0);
            INSERT INTO outbox (topic, payload) VALUES ('t', x'00');
            INSERT INTO suspects (sha256, times, stage) VALUES (x'00', 3, 'guilty');
            """)
        let found = try Store(reading: folder.database).examine()
        #expect(found.dangling == ["facts": 1])
        #expect(Set(found.missingFiles.map(\.digest)) == [gone, short])
        #expect(Set(found.missingFiles.map(\.found)) == [nil, 2])
        #expect(found.unowned == StoreExamination.Unowned(files: 1, bytes: 3))
        #expect(found.outbox == 1 && found.guiltyMessages == 1)
        #expect(found.oldestCommandAt == nil)
    }

    @Test("Damage is told, and nothing else of a damaged database")
    func damage() throws {
        let folder = Folder()
        _ = try Store(path: folder.database)
        try folder.change(
            """
            INSERT INTO outbox (topic, payload)
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
                SELECT 'topic', randomblob(500) FROM n;
            PRAGMA wal_checkpoint(TRUNCATE)
            """)
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: folder.database))
        let size = try file.seekToEnd()
        try file.seek(toOffset: size - 9 * 4096)
        try file.write(contentsOf: Data(repeating: 0xFF, count: 4096))
        try file.close()
        let found = try Store(reading: folder.database).examine()
        #expect(!found.damage.isEmpty)
        #expect(found.outbox == 0)
    }
}
