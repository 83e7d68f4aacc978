import BatonClient
import Foundation
import Testing

@Suite struct ExportFolderTests {
    @Test("A document is written under its name, folders included")
    func writes() throws {
        try withFolder { root in
            let folder = try ExportFolder(root.appending(path: "new/docs").path)
            try write("stories/1.1.login.md", "hello", in: folder)
            try write("prd.md", "one", in: folder)
            try write("prd.md", "two", in: folder)
            #expect(text(root, "new/docs/stories/1.1.login.md") == "hello")
            #expect(text(root, "new/docs/prd.md") == "two")
            #expect(try list(root.appending(path: "new/docs")) == ["prd.md", "stories", "stories/1.1.login.md"])
        }
    }

    @Test("Where no folder can be, one sentence says so, with what is in the way")
    func unwritable() throws {
        try withFolder { root in
            let file = root.appending(path: "taken").path
            try Data().write(to: URL(filePath: file))
            let obstacles = [
                "/dev/full/x": "/dev/full is no folder", "\(file)/a/b": "\(file) is no folder",
                file: "\(file) is no folder",
                "/proc/nowhere/x": "No such file or directory",
            ]
            for (path, obstacle) in obstacles {
                let error = try #require(throws: ClientError.self) { _ = try ExportFolder(path) }
                #expect(error.message == "the folder \(path) can't be made: \(obstacle)")
            }
        }
    }

    @Test("A file that is not complete is not there")
    func incomplete() throws {
        try withFolder { root in
            let folder = try ExportFolder(root.path)
            try write("prd.md", "whole", in: folder)
            do {
                let file = try folder.create("prd.md")
                try file.write(Array("ha".utf8))
            }
            #expect(text(root, "prd.md") == "whole")
            #expect(try list(root) == ["prd.md"])
        }
    }

    @Test(
        "A name that leaves the folder is refused",
        arguments: [
            "../x", "a/../../x", "/etc/passwd", "a//b", "", ".", "..", "a\\..\\b", "x\u{0}y", "a/\u{1B}[2J",
            ".git/config",
            "a/.GIT/hooks/x", "con", "docs/NUL.md", "a/Com1.tar.gz/b", "lpt9 .md", "a./b", "a ", "x:y", "what?.md",
            String(repeating: "a", count: 300),
        ])
    func escapes(name: String) throws {
        try withFolder { root in
            let folder = try ExportFolder(root.appending(path: "in").path)
            let error = #expect(throws: ClientError.self) { _ = try folder.create(name) }
            #expect(error?.code == .unsafe)
            #expect(error?.message.contains("\u{1B}") == false)
            #expect(try list(root) == ["in"])
        }
    }

    @Test("A link in the path is not followed")
    func linkedFolder() throws {
        try withFolder { root in
            let outside = root.appending(path: "outside")
            let inside = root.appending(path: "in")
            try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
            let folder = try ExportFolder(inside.path)
            try FileManager.default.createSymbolicLink(
                at: inside.appending(path: "stories"), withDestinationURL: outside)
            let error = #expect(throws: ClientError.self) { _ = try folder.create("stories/x.md") }
            #expect(error?.code == .unsafe)
            #expect(try list(outside).isEmpty)
        }
    }

    @Test("A link in the place of a document is replaced, and what it pointed to stays as it was")
    func linkedFile() throws {
        try withFolder { root in
            let secret = root.appending(path: "secret")
            try "mine".write(to: secret, atomically: true, encoding: .utf8)
            let inside = root.appending(path: "in")
            let folder = try ExportFolder(inside.path)
            try FileManager.default.createSymbolicLink(at: inside.appending(path: "x.md"), withDestinationURL: secret)
            try write("x.md", "theirs", in: folder)
            #expect(text(root, "secret") == "mine")
            #expect(text(root, "in/x.md") == "theirs")
        }
    }

    @Test("A folder in the place of a document, or a document in that of a folder, is an error")
    func collisions() throws {
        try withFolder { root in
            let folder = try ExportFolder(root.path)
            try write("a/b.md", "x", in: folder)
            #expect(throws: ClientError.self) { try write("a", "y", in: folder) }
            #expect(throws: ClientError.self) { try write("a/b.md/c", "y", in: folder) }
            #expect(try list(root) == ["a", "a/b.md"], "no half files are left")
        }
    }

    @Test("A folder that can't be made is an error that names it")
    func noFolder() throws {
        try withFolder { root in
            let file = root.appending(path: "file")
            try "x".write(to: file, atomically: true, encoding: .utf8)
            let error = #expect(throws: ClientError.self) { _ = try ExportFolder(file.appending(path: "in").path) }
            #expect(error?.code == .file)
            #expect(error?.message.contains(file.path) == true)
        }
    }

    private func write(_ name: String, _ text: String, in folder: ExportFolder) throws {
        let file = try folder.create(name)
        try file.write(Array(text.utf8))
        try file.commit()
    }

    private func text(_ root: URL, _ path: String) -> String? {
        try? String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private func list(_ folder: URL) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    }
}

/// Runs `body` with an empty folder that goes away with it.
func withFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "baton-export-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
