import Foundation
import Testing

@testable import BatonClient

@Suite struct ExportCheckTests {
    /// A set of two documents, one below a folder, as an export leaves it.
    private func set(_ root: URL, _ change: (inout ExportManifest) -> Void = { _ in }) throws {
        var manifest = ExportManifest(run: Samples.run, workflow: "greenfield", status: .completed, artifacts: [])
        for (number, (path, text)) in [("docs/prd.md", "# PRD\n"), ("docs/prd/goals.md", "# Goals\n")].enumerated() {
            var entry = Samples.artifact(path, Array(text.utf8))
            entry.id = Samples.run.child(UInt32(number + 1))
            entry.path = path
            manifest.artifacts.append(entry)
        }
        change(&manifest)
        let folder = try ExportFolder(root.path)
        func write(_ name: String, _ bytes: [UInt8]) throws {
            let file = try folder.create(name)
            try file.write(bytes)
            try file.commit()
        }
        try write("docs/prd.md", Array("# PRD\n".utf8))
        try write("docs/prd/goals.md", Array("# Goals\n".utf8))
        try write("manifest.json", manifest.bytes)
    }

    private func differences(_ root: URL) throws -> [String] {
        try ExportCheck(at: root.path).differences.map { "\($0.kind.rawValue) \($0.path)" }
    }

    @Test("A set that is as it was exported differs in nothing, whatever else lies beside it")
    func whole() throws {
        try withFolder { root in
            try set(root)
            try "mine".write(to: root.appending(path: "docs/notes.md"), atomically: true, encoding: .utf8)
            let check = try ExportCheck(at: root.path)
            #expect(check.differences == [])
            #expect(check.manifest.artifacts.count == 2 && check.manifest.run == Samples.run)
        }
    }

    @Test("What is missing, changed, cut short or replaced by something else is named")
    func differs() throws {
        try withFolder { root in
            try set(root)
            let prd = root.appending(path: "docs/prd.md")
            try "# PRd\n".write(to: prd, atomically: true, encoding: .utf8)
            #expect(try differences(root) == ["changed docs/prd.md"])
            try "# PR".write(to: prd, atomically: true, encoding: .utf8)
            #expect(try differences(root) == ["changed docs/prd.md"])
            try FileManager.default.removeItem(at: prd)
            #expect(try differences(root) == ["missing docs/prd.md"])
            let elsewhere = root.appending(path: "elsewhere.md")
            try "# PRD\n".write(to: elsewhere, atomically: true, encoding: .utf8)
            try FileManager.default.createSymbolicLink(at: prd, withDestinationURL: elsewhere)
            #expect(try differences(root) == ["unsafe docs/prd.md"])
            try FileManager.default.removeItem(at: prd)
            #expect(mkfifo(prd.path, 0o600) == 0)
            #expect(try differences(root) == ["unsafe docs/prd.md"])
            try FileManager.default.removeItem(at: root.appending(path: "docs/prd"))
            #expect(try differences(root) == ["unsafe docs/prd.md", "missing docs/prd/goals.md"])
        }
    }

    @Test(
        "A manifest whose paths lead out of the folder opens nothing there", arguments: ["../x", "/etc/passwd", "a//b"])
    func escapes(path: String) throws {
        try withFolder { root in
            try set(root) { $0.artifacts[1].path = path }
            #expect(try differences(root) == ["unsafe \(path)"])
        }
    }

    @Test("Versions and handoffs that name a version which the manifest does not have are named")
    func origins() throws {
        try withFolder { root in
            try set(root) { $0.artifacts[0].madeFrom = [Samples.run.child(99)] }
            #expect(try differences(root) == ["origin docs/prd.md"])
            try set(root) { $0.artifacts[1].madeFrom = [$0.artifacts[0].id] }
            #expect(try differences(root) == [])
        }
    }

    @Test("Without a manifest, or with one that is none, nothing is said about documents")
    func noManifest() throws {
        try withFolder { root in
            #expect(#expect(throws: ClientError.self) { _ = try ExportCheck(at: root.path) }?.code == .notFound)
            let missing = root.appending(path: "none").path
            #expect(#expect(throws: ClientError.self) { _ = try ExportCheck(at: missing) }?.code == .notFound)
            for text in ["", "[]", "{}", #"{"manifest":1,"run":"x"}"#, #"{"manifest":2}"#] {
                try text.write(to: root.appending(path: "manifest.json"), atomically: true, encoding: .utf8)
                #expect(#expect(throws: ClientError.self) { _ = try ExportCheck(at: root.path) }?.code == .unreadable)
            }
        }
    }
}
