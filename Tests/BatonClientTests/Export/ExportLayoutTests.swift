import Testing

@testable import BatonClient

@Suite struct ExportLayoutTests {
    private func paths(
        _ documents: [(name: String, path: String?)], _ layout: ExportLayout = .project
    ) throws -> [String] {
        try layout.paths(
            for: documents.map { name, path in
                var entry = Samples.artifact(name, [])
                entry.path = path
                return entry
            })
    }

    @Test("A document goes where its template says, or into docs under its name")
    func project() throws {
        #expect(
            try paths([("prd.md", "docs/prd.md"), ("sharded_docs/prd/goals.md", nil), ("docs/notes.md", nil)])
                == ["docs/prd.md", "docs/sharded_docs/prd/goals.md", "docs/notes.md"])
    }

    @Test("Two documents never share a path, whatever the case of its letters")
    func collisions() throws {
        #expect(
            try paths([("prd.md", nil), ("b/prd.md", "docs/PRD.md"), ("c/prd.md", "docs/prd.md")])
                == ["docs/prd-2.md", "docs/PRD.md", "docs/c/prd.md"])
    }

    @Test("A path that leads out of the folder is not taken", arguments: ["../x.md", "/etc/x", ".git/config", ""])
    func outside(path: String) throws {
        #expect(try paths([("prd.md", path)]) == ["docs/prd.md"])
    }

    @Test("A document whose place is the folder of another gets another place")
    func folderOfAnother() throws {
        #expect(
            try paths([("a.md", "docs/prd"), ("b.md", "docs/prd/b.md"), ("c.md", "docs/prd/b.md/c.md")])
                == ["docs/prd", "docs/b.md", "docs/c.md"])
    }

    @Test(
        "Names that one file system takes for the same are refused in any layout",
        arguments: ExportLayout.allCases, [["a/PRD.md", "a/prd.md"], ["caf\u{E9}.md", "cafe\u{301}.md"]])
    func sameNames(layout: ExportLayout, names: [String]) {
        let error = #expect(throws: ClientError.self) { _ = try paths(names.map { ($0, nil) }, layout) }
        #expect(error?.code == .unsafe)
        #expect(error?.message.contains("in its case alone") == true)
    }

    @Test("Under their names, a document can't lie below another")
    func nested() throws {
        #expect(try paths([("a/b.md", "docs/x.md"), ("c", nil)], .names) == ["a/b.md", "c"])
        #expect(throws: ClientError.self) { _ = try paths([("a", nil), ("a/b.md", nil)], .names) }
    }
}
