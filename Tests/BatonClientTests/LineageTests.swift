import BatonClient
import Testing

@Suite struct LineageTests {
    private func entry(
        _ ordinal: UInt32, _ name: String, _ version: Int, role: String = "pm", from sources: [UInt32] = [],
        task: UInt32? = nil
    ) -> ArtifactEntry {
        ArtifactEntry(
            id: Samples.run.child(ordinal), name: name, version: version,
            digest: ContentHash.of([UInt8(truncatingIfNeeded: ordinal)]), size: 1, mediaType: "text/markdown",
            step: "\(role)-\(ordinal)", task: Samples.run.child(task ?? 100 + ordinal),
            role: role, madeFrom: sources.map(Samples.run.child), createdAt: Samples.start)
    }

    /// A brief, a PRD from it, an architecture from that, and a story from both.
    private var chain: [ArtifactEntry] {
        [
            entry(1, "brief.md", 1, role: "analyst"), entry(2, "prd.md", 1, from: [1]),
            entry(3, "architecture.md", 1, role: "architect", from: [2]),
            entry(4, "story.md", 1, role: "sm", from: [2, 3]),
        ]
    }

    @Test("Who approved a version, or sent it back, stands below it; a person's version is told by name")
    func approvals() {
        var entries = [entry(1, "prd.md", 1), entry(2, "prd.md", 2, role: "user", from: [1])]
        entries[0].approvals = [
            ApprovalVote(by: "ann", answer: "amend", comment: "shorter\u{1B}[2J", at: Samples.start)
        ]
        entries[1].author = "ann"
        entries[1].approvals = [ApprovalVote(by: "bob", answer: "approve", at: Samples.start)]
        let lines = Lineage(entries).text.split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[1].hasPrefix("  sent back by ann at ") && lines[1].hasSuffix(": shorter"))
        #expect(lines[2] == "prd.md 2  user in user-2 by ann")
        #expect(lines[4].hasPrefix("  approved by bob at "))
    }

    private func stale(_ entries: [ArtifactEntry]) -> [String: [String]] {
        Dictionary(
            Lineage(entries).nodes.filter(\.isStale).map { ("\($0.entry.name) \($0.entry.version)", $0.staleFrom) }
        ) { first, _ in first }
    }

    @Test("Nothing is stale while every source is the newest")
    func fresh() { #expect(stale(chain) == [:]) }

    @Test("What was made from a version that was replaced is stale, and what was made from that")
    func replaced() {
        let entries = chain + [entry(5, "brief.md", 2, role: "analyst", from: [1])]
        #expect(
            stale(entries) == ["prd.md 1": ["brief.md"], "architecture.md 1": ["brief.md"], "story.md 1": ["brief.md"]])
    }

    @Test("A new version is not stale for having been made from the one before, or from what was made from it")
    func ownVersion() {
        let entries = chain + [entry(5, "prd.md", 2, from: [2, 3])]
        #expect(stale(entries) == ["architecture.md 1": ["prd.md"], "story.md 1": ["prd.md"]])
    }

    @Test("A new version made from the newest sources is fresh again; the one that it replaced is told as replaced")
    func refreshed() {
        let entries =
            chain + [
                entry(5, "prd.md", 2, from: [2]), entry(6, "architecture.md", 2, role: "architect", from: [5, 3]),
                entry(7, "story.md", 2, role: "sm", from: [5, 6]),
            ]
        #expect(stale(entries) == [:])
        #expect(Lineage(entries).text.contains("story.md 1  sm in sm-4  replaced\n  from prd.md 1, architecture.md 1"))
    }

    @Test("What saw the newest PRD itself is not stale through an architecture that did not")
    func through() {
        let entries = chain + [entry(5, "prd.md", 2, from: [2]), entry(6, "story.md", 2, role: "sm", from: [5, 3])]
        #expect(stale(entries) == ["architecture.md 1": ["prd.md"]])
    }

    @Test("What one task changed together is not stale by each other, and what others make or have made of it may be")
    func together() {
        let both =
            chain + [
                entry(5, "prd.md", 2, role: "po", from: [2, 3], task: 9),
                entry(6, "architecture.md", 2, role: "po", from: [2, 3], task: 9),
            ]
        #expect(stale(both) == ["story.md 1": ["architecture.md", "prd.md"]])
        let told = both + [entry(7, "story.md", 2, role: "sm", from: [6])]
        #expect(stale(told) == [:], "the architecture knew the PRD")
        // A later version, of another task or of a person, is not known.
        let later = both + [entry(7, "prd.md", 3, from: [5])]
        #expect(stale(later)["architecture.md 2"] == ["prd.md"])
        let edited = both + [entry(7, "prd.md", 3, role: "user", from: [5], task: 9)]
        #expect(stale(edited)["architecture.md 2"] == ["prd.md"])
    }

    @Test("A document's tree draws each source once, and names what was made of it")
    func tree() throws {
        let lineage = Lineage(chain + [entry(5, "prd.md", 2, from: [2])])
        let story = try #require(lineage.places(of: "story").last)
        #expect(
            lineage.tree(of: story) == """
                story.md 1  sm in sm-4  stale: prd.md is newer
                ├─ prd.md 1  pm in pm-2  replaced
                │  └─ brief.md 1  analyst in analyst-1
                └─ architecture.md 1  architect in architect-3  stale: prd.md is newer
                   └─ prd.md 1  pm in pm-2  replaced  (as above)
                """)
        #expect(lineage.tree(of: 2).hasSuffix("made into story.md 1"))
        #expect(lineage.family(of: 1) == [0, 1, 2, 3, 4])
    }

    @Test("In Mermaid no name leaves its label")
    func mermaid() {
        let lineage = Lineage([entry(1, "a\"]-->x[\"b.md", 1), entry(2, "b.md", 1, from: [1])])
        let text = lineage.mermaid([0, 1])
        #expect(text.contains("v0[\"a#34;]--#62;x[#34;b.md 1<br/>pm\"]"))
        #expect(text.contains("\n    v0 --> v1\n"))
        #expect(!lineage.mermaid([1]).contains("-->"))
    }

    @Test("Ten thousand versions of a document are told in a moment")
    func many() {
        let entries = (1...10_000).map { entry(UInt32($0), "prd.md", $0, from: $0 == 1 ? [] : [UInt32($0 - 1)]) }
        let clock = ContinuousClock()
        var lines = 0
        let time = clock.measure { lines = Lineage(entries).text.split(separator: "\n").count }
        #expect(lines == 19_999)
        // 50 ms in a release build; this one is not optimised, and other tests run beside it.
        #expect(time < .seconds(5))
    }
}
