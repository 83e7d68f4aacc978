import BatonDocuments
import Testing

@Suite struct ShardedSetTests {
    private static let prd = "# PRD\n\n## Goals\n\nSell.\n\n## Epic 1: Shop\n\n### Story 1.1: Cart\n\nBuy.\n"

    @Test("The PRD and the architecture are split, each into its folder; other documents are not")
    func main() {
        let files = ShardedSet.files(of: [
            ("brief.md", "# B\n\n## One\n\n## Two\n"), ("docs/prd.md", Self.prd),
            ("fullstack-architecture.md", "# A\n\n## Stack\n\nSwift.\n\n## Data\n\nSQLite.\n"),
        ])
        #expect(
            files.map(\.path) == [
                "prd/index.md", "prd/goals.md", "prd/epic-1-shop.md", "fullstack-architecture/index.md",
                "fullstack-architecture/stack.md", "fullstack-architecture/data.md",
            ])
        #expect(files[1].text == "# Goals\n\nSell.\n\n")
    }

    @Test("Without either, whatever has sections is split; what has none stays whole")
    func others() {
        let files = ShardedSet.files(of: [("brief.md", "# B\n\n## One\n\n## Two\n"), ("note.md", "# N\n\n## Only\n")])
        #expect(files.map(\.path) == ["brief/index.md", "brief/one.md", "brief/two.md"])
    }

    @Test("Documents of the same name get folders of their own")
    func sameNames() {
        let files = ShardedSet.files(of: [("a/prd.md", Self.prd), ("b/PRD.md", Self.prd)])
        #expect(Set(files.compactMap { $0.path.split(separator: "/").first }) == ["prd", "PRD-2"])
    }

    @Test("Stories name their epics")
    func stories() {
        #expect(Epics.find(in: Self.prd).storiesJSON == [["id": "1.1", "title": "Cart", "epic": "1"]])
    }
}
