import BatonStore
import BatonTestKit
import Foundation
import Testing

/// Who may open a database, and when.
struct StoreLockTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "baton-store-\(UUID().uuidString)")
    private var database: String { folder.appending(path: "baton.sqlite").path }

    private func clear() { try? FileManager.default.removeItem(at: folder) }

    @Test("A second store on the same database is told who has it")
    func lock() throws {
        defer { clear() }
        let store = try Store(path: database)
        let error = #expect(throws: StoreError.self) { try Store(path: database) }
        #expect(error?.code == .locked)
        #expect(error?.message.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
        withExtendedLifetime(store) {}
    }

    @Test("A database that was closed can be opened, although a child that just begins has all that its parent had")
    func closedBesideAChild() throws {
        defer { clear() }
        var copy: Int32 = -1
        defer { close(copy) }
        do {
            let store = try Store(path: database)
            let lock = try #require(
                (3..<1024).first { descriptor in
                    let link = "/proc/self/fd/\(descriptor)"
                    return (try? FileManager.default.destinationOfSymbolicLink(atPath: link))
                        == database + ".lock"
                })
            // What a child has between fork(2) and execve(2).
            copy = dup(Int32(lock))
            withExtendedLifetime(store) {}
        }
        #expect(throws: Never.self) { try Store(path: database) }
    }

    /// Found by chaos: whoever reads a database first after a crash plays its log back, and locks it for that long.
    @Test("Opening waits for a program that has the database locked for a moment")
    func lockedForAMoment() throws {
        defer { clear() }
        do { _ = try Store(path: database) }
        let sign = folder.appending(path: "sign").path
        let shell = try GuardedProcess(
            URL(filePath: "/usr/bin/env"),
            ["sqlite3", database, "BEGIN EXCLUSIVE;", ".shell touch '\(sign)'; sleep 1", "ROLLBACK;"])
        while !FileManager.default.fileExists(atPath: sign) { usleep(10_000) }
        let began = ContinuousClock.now
        _ = try Store(path: database)
        #expect(.now - began > .milliseconds(500), "it was locked")
        #expect(shell.waitUntilExit() == 0)
    }
}
