import BatonEngine
import BatonStore
import Foundation
import Testing

private let digest = Digest(bytes: (0..<32).map { UInt8($0) })!
private let other = Digest(bytes: (1..<33).map { UInt8($0) })!
private let run = Identifier(high: 1, low: 1)
private let half = ContentFolder.Half(digest, of: run)

@Suite struct ContentFolderTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "baton-files-\(UUID().uuidString)").path

    private func names() -> [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    private func withFolder(_ body: (ContentFolder) throws -> Void) throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(try ContentFolder(path: path))
    }

    @Test("Pieces become a content that is read back in ranges")
    func pieces() throws {
        try withFolder { folder in
            #expect(try folder.read(digest, offset: 0, length: 1) == nil)
            try folder.append([1, 2, 3], to: half, at: 0)
            try folder.append([4, 5], to: half, at: 3)
            #expect(folder.size(of: digest) == nil)
            #expect(try folder.read(half, offset: 1, length: 100) == [2, 3, 4, 5])
            try folder.finish(half)
            #expect(folder.halves.isEmpty)
            #expect(folder.size(of: digest) == 5)
            #expect(try folder.read(digest, offset: 2, length: 2) == [3, 4])
            #expect(try folder.read(digest, offset: 9, length: 2) == [])
            #expect(names() == ["\(digest)"])
        }
    }

    @Test("A piece that does not begin where the half ends is not added")
    func gaps() throws {
        try withFolder { folder in
            try folder.append([1, 2], to: half, at: 0)
            for offset in [0, 1, 3, 1 << 40] { try folder.append([9], to: half, at: offset) }
            #expect(folder.halves == [half: 2])
            #expect(try folder.read(half, offset: 0, length: 9) == [1, 2])
        }
    }

    @Test("A half goes on in another process, and only for its run")
    func resumed() throws {
        try withFolder { folder in
            try folder.append([1, 2], to: half, at: 0)
            let later = try ContentFolder(path: path)
            #expect(later.halves == [half: 2])
            let foreign = ContentFolder.Half(digest, of: Identifier(high: 1, low: 2))
            try later.append([7], to: foreign, at: 2)
            #expect(later.halves[foreign] == nil)
            #expect(later.halfBytes(of: run) == 2)
            try later.append([3], to: half, at: 2)
            try later.finish(half)
            #expect(try later.read(digest, offset: 0, length: 9) == [1, 2, 3])
        }
    }

    @Test("The same content is there once")
    func once() throws {
        try withFolder { folder in
            try folder.write([1, 2, 3], of: digest)
            try folder.write([1, 2, 3], of: digest)
            try folder.append([1, 2, 3], to: half, at: 0)
            try folder.finish(half)
            #expect(names() == ["\(digest)"])
        }
    }

    @Test("What was written half, what nobody has, and halves of runs that ended are swept; the rest stays")
    func sweep() throws {
        try withFolder { folder in
            try folder.write([1], of: digest)
            try folder.write([2], of: other)
            let open = ContentFolder.Half(other, of: run)
            let ended = ContentFolder.Half(other, of: Identifier(high: 1, low: 2))
            try folder.append([1], to: open, at: 0)
            try folder.append([1], to: ended, at: 0)
            for name in ["\(other).new", "notes.txt"] {
                _ = FileManager.default.createFile(atPath: path + "/" + name, contents: Data([1]))
            }
            try folder.sweep(keeps: { $0 == digest }, isOpen: { $0 == run })
            #expect(names() == ["\(digest)", "\(other).\(run).half", "notes.txt"])
            #expect(folder.halves == [open: 1])
        }
    }

    @Test("What can't be written is told, and nothing of it counts")
    func unwritable() throws {
        try withFolder { folder in
            _ = FileManager.default.createFile(atPath: path, contents: Data())
            #expect(throws: StoreError.self) { try folder.append([1], to: half, at: 0) }
            #expect(throws: StoreError.self) { try folder.write([1], of: digest) }
            #expect(folder.halves.isEmpty)
        }
    }
}
