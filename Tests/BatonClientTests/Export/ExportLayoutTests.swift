import Testing

@testable import BatonClient

@Suite struct ExportLayoutTests {
    private func paths(
        _ documents: [(name: String, path: String?)], _ layout: ExportLayout = .project
    ) throws -> [String?] {
        let places = try places(documents, layout)
        #expect(places.paths.count { $0 == nil } == places.faults.count)
        return places.paths
    }

    private func places(
        _ documents: [(name: String, path: String?)], _ layout: ExportLayout
    ) throws -> ExportLayout.Places {
        try layout.places(
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
        "Of names that one file system takes for the same the first is written, and what no file may be called is not",
        arguments: ExportLayout.allCases,
        [["a/PRD.md", "a/prd.md"], ["caf\u{E9}.md", "cafe\u{301}.md"], ["x", "CON.md"]])
    func sameNames(layout: ExportLayout, names: [String]) throws {
        let places = try places((names + ["b.md"]).map { ($0, nil) }, layout)
        let folder = layout == .project ? "docs/" : ""
        #expect(places.paths == [folder + names[0], nil, folder + "b.md"])
        let fault = names[1] == "CON.md" ? "which is a device's name" : "differs from “\(names[0])” in its case alone"
        #expect(places.faults.count == 1 && places.faults[0].hasPrefix("the name of “\(names[1])” "))
        #expect(places.faults[0].hasSuffix(fault))
    }

    @Test("A name that leads out of the folder ends all of it", arguments: ExportLayout.allCases)
    func hostile(layout: ExportLayout) {
        #expect(throws: ClientError.self) { _ = try places([("prd.md", nil), ("../x", nil)], layout) }
    }

    @Test("Under their names, a document can't lie below another")
    func nested() throws {
        #expect(try paths([("a/b.md", "docs/x.md"), ("c", nil)], .names) == ["a/b.md", "c"])
        #expect(try paths([("a", nil), ("a/b.md", nil)], .names) == ["a", nil])
    }
}
