import BatonTestKit
import BatonWorkflow
import Foundation
import Testing

@testable import BatonOrchestrator

/// Changes of a value that an expectation may make.
private final class Looks {
    private var changes: LibraryChanges

    init(loaded: LibraryLayout) { changes = LibraryChanges(loaded: loaded) }

    func look(_ layout: LibraryLayout) -> Bool { changes.look(layout) }

    func accepts(_ layout: LibraryLayout, nowThere: LibraryLayout) -> Bool {
        changes.accepts(layout, nowThere: nowThere)
    }
}

/// Looks at a folder, of which the test says what happens between them.
@Suite struct LibraryChangesTests {
    private func withFolder(_ body: (String, (String) throws -> LibraryLayout) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-library-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try body(folder.path) { text in
            try Data(text.utf8).write(to: folder.appending(path: "a.yaml"))
            return LibraryLayout(folder.path)
        }
    }

    @Test("A change counts when two looks in a row find the same")
    func settled() throws {
        try withFolder { _, write in
            let loaded = try write("1")
            let changes = Looks(loaded: loaded)
            #expect(!changes.look(loaded))
            let half = try write("12")
            #expect(!changes.look(half), "it may be half of what is written")
            let whole = try write("123")
            #expect(!changes.look(whole))
            #expect(changes.look(whole))
            #expect(changes.accepts(whole, nowThere: whole))
            #expect(!changes.look(whole))
        }
    }

    @Test("What changed while it was read is not used")
    func changedWhileRead() throws {
        try withFolder { _, write in
            let changes = Looks(loaded: try write("1"))
            let read = try write("12")
            #expect(!changes.look(read))
            #expect(changes.look(read))
            let later = try write("123")
            #expect(!changes.accepts(read, nowThere: later))
            #expect(!changes.look(later))
            #expect(changes.look(later))
        }
    }

    @Test("A change that is taken back is none")
    func takenBack() throws {
        try withFolder { folder, write in
            let loaded = try write("1")
            let changes = Looks(loaded: loaded)
            try Data().write(to: URL(filePath: folder + "/b.yaml"))
            #expect(!changes.look(LibraryLayout(folder)))
            try FileManager.default.removeItem(atPath: folder + "/b.yaml")
            #expect(!changes.look(LibraryLayout(folder)))
            #expect(!changes.look(loaded))
        }
    }

    @Test("A file that never rests does not keep the others from being loaded for ever")
    func restless() throws {
        try withFolder { _, write in
            let changes = Looks(loaded: try write(""))
            var text = ""
            for _ in 0..<LibraryChanges.patience {
                text += "x"
                #expect(!changes.look(try write(text)))
            }
            let now = try write(text + "y")
            #expect(changes.look(now))
            #expect(changes.accepts(now, nowThere: try write(text + "yz")))
            #expect(!changes.look(now))
        }
    }
}
