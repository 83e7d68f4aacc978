import Testing

@testable import BatonClient

@Suite struct ExportLayoutTests {
    private func paths(_ documents: [(name: String, path: String?)]) -> [String] {
        ExportLayout.project.paths(
            for: documents.map { name, path in
                var entry = Samples.artifact(name, [])
                entry.path = path
                return entry
            })
    }

    @Test("A document goes where its template says, or into docs under its name")
    func project() {
        #expect(
            paths([("prd.md", "docs/prd.md"), ("sharded_docs/prd/goals.md", nil), ("docs/notes.md", nil)])
                == ["docs/prd.md", "docs/sharded_docs/prd/goals.md", "docs/notes.md"])
    }

    @Test("Two documents never share a path, whatever the case of its letters")
    func collisions() {
        #expect(
            paths([("prd.md", nil), ("b/prd.md", "docs/PRD.md"), ("c/prd.md", "docs/prd.md")])
                == ["docs/prd-2.md", "docs/PRD.md", "docs/c/prd.md"])
    }

    @Test("A path that leads out of the folder is not taken", arguments: ["../x.md", "/etc/x", ".git/config", ""])
    func outside(path: String) {
        #expect(paths([("prd.md", path)]) == ["docs/prd.md"])
    }
}
