import BatonEngine
import Testing

@testable import BatonWorkflow

/// A library that is loaded again after its files changed.
@Suite struct LibraryReloadTests {
    private static let files = [
        "workflows/a.yaml": "workflow: {id: a, sequence: [{agent: pm, creates: x.md, uses: how-to}]}",
        "workflows/b.yaml": "workflow: {id: b, sequence: [{agent: pm, creates: y.md}]}",
        "tasks/how-to.md": "first", "data/d.yaml": "k: 1",
        "agents/pm.md": "```yaml\nagent: {id: pm, name: John}\n```\n", "agent-teams/team.yaml": "agents: [pm]",
    ]

    private func reload(
        _ changes: [String: String?], _ body: (Library, Library, [Diagnostic]) throws -> Void
    ) throws {
        try Folders.withTemporary(Self.files) { folder in
            let (before, diagnostics) = Library.load(folder, digest: fingerprint)
            #expect(diagnostics.isEmpty, "\(diagnostics)")
            for (name, text) in changes {
                let path = folder + "/" + name
                if let text { try Folders.write(text, to: path) } else { try Folders.remove(path) }
            }
            let (after, found) = Library.load(folder, previous: before, digest: fingerprint)
            try body(before, after, found)
        }
    }

    @Test("A changed file is another revision, and so is a changed file that a workflow uses")
    func changed() throws {
        try reload(["workflows/b.yaml": "workflow: {id: b, sequence: [{agent: qa}]}", "tasks/how-to.md": "second"]) {
            before, after, diagnostics in
            #expect(diagnostics.isEmpty)
            #expect(after.find("b")?.plan.roles == ["qa"])
            #expect(after.find("a")?.plan.revision != before.find("a")?.plan.revision)
            #expect(before.find("b")?.plan.roles == ["pm"], "what was loaded before stays what it was")
        }
    }

    @Test("Files come and go")
    func addedAndRemoved() throws {
        try reload(["workflows/b.yaml": nil, "workflows/c.yml": "workflow: {id: c, sequence: [{agent: pm}]}"]) {
            _, after, diagnostics in
            #expect(diagnostics.isEmpty)
            #expect(after.workflows.map(\.plan.workflow) == ["a", "c"])
        }
    }

    @Test("A file that is broken now is reported, and its last good revision is offered")
    func broken() throws {
        try reload(["workflows/a.yaml": "workflow: [", "workflows/new.yaml": "workflow: ["]) {
            before, after, diagnostics in
            #expect(diagnostics.filter { $0.severity == .error }.count == 2)
            let stale = try #require(after.find("a"))
            #expect(stale.isStale)
            #expect(stale.plan.revision == before.find("a")?.plan.revision)
            #expect(stale.problems.map(\.severity) == [.error])
            #expect(after.workflows.filter(\.isStale).count == 1)
            #expect(after.broken.map(\.file) == ["new.yaml"])
            #expect(after.findBroken("new")?.problems.isEmpty == false)

            // It stays so while it is broken, and is as new when it is repaired.
            let folder = String(stale.path.dropLast("/workflows/a.yaml".count))
            let again = Library.load(folder, previous: after, digest: fingerprint).library
            #expect(again.find("a")?.isStale == true)
            try Folders.write("workflow: {id: a, sequence: [{agent: dev}]}", to: stale.path)
            let repaired = Library.load(folder, previous: again, digest: fingerprint).library
            #expect(repaired.find("a")?.isStale == false)
            #expect(repaired.find("a")?.plan.roles == ["dev"])
        }
    }

    @Test("What a broken file beside the workflows held is kept, so that no workflow loses it")
    func brokenSupport() throws {
        try reload([
            "tasks/how-to.md": "a\u{0}", "data/d.yaml": "k: [", "agents/pm.md": "nothing", "agent-teams/team.yaml": "[",
        ]) { before, after, diagnostics in
            #expect(Set(diagnostics.map(\.severity)) == [.error, .warning])
            #expect(diagnostics.count == 4)
            #expect(after.find("a")?.plan.revision == before.find("a")?.plan.revision)
            #expect(after.files.find("d")?.content == "k: 1")
            #expect(after.find("a")?.plan.persona(forRole: "pm")?["name"] == "John")
            #expect(after.team("team") == before.team("team"))
        }
    }

    @Test("What one file holds now goes before what another one held once")
    func takenOver() throws {
        try reload([
            "workflows/a.yaml": "workflow: [", "workflows/z.yaml": "workflow: {id: a, sequence: [{agent: dev}]}",
        ]) { _, after, _ in
            #expect(after.find("a")?.file == "z.yaml")
            #expect(after.workflows.map(\.plan.workflow) == ["b", "a"])
        }
    }

    @Test("A folder that is gone leaves everything as it was, and is reported")
    func gone() throws {
        var before: Library?
        let folder = try Folders.withTemporary(Self.files) { folder in
            before = Library.load(folder, digest: fingerprint).library
            return folder
        }
        let (after, diagnostics) = Library.load(folder, previous: before, digest: fingerprint)
        #expect(after.workflows.map(\.plan.workflow) == ["a", "b"])
        #expect(diagnostics.map(\.message) == ["there is no such file or folder"])
    }
}
