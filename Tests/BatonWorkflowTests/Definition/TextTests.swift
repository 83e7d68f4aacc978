import Testing

@testable import BatonWorkflow

@Suite struct TextTests {
    @Test(
        "What a creates entry says",
        arguments: [
            ("prd.md", "prd.md", false, false),
            ("v0_prompt (optional)", "v0_prompt", true, true),
            ("prd.md (if needed)", "prd.md", true, false),
            ("brownfield-architecture.md (or multiple documents)", "brownfield-architecture.md", false, true),
            ("prototype-stories/", "prototype-stories/", false, true),
            ("implementation_files", "implementation_files", false, true),
            ("multiple documents per the document-project template", "document-project", false, true),
            ("a set of unit tests", "a-set-of-unit-tests", false, true),
            ("notes.md (optional) (or multiple documents)", "notes.md", true, true),
            ("v1.2", "v1.2", false, true),
            ("report one.md", "report one.md", false, false),
            ("docs/report one.md (optional)", "docs/report one.md", true, false),
            ("report one.md (or multiple documents)", "report one.md", false, true),
            ("multiple documents, as in index.md", "multiple-documents-as-in-index.md", false, true),
            ("notes per chapter.md", "chapter.md", false, true),
        ])
    func products(text: String, name: String, isOptional: Bool, isSet: Bool) {
        let product = ProductText(text)
        #expect(product.name == name)
        #expect(product.isOptional == isOptional)
        #expect(product.isSet == isSet)
    }

    @Test(
        "What means every artifact so far",
        arguments: [
            ("all_artifacts", true), ("all_artifacts_in_project", true), ("all_design_documents", true),
            ("all-artifacts", true), ("all_artifacts (so far)", true), ("all_stories", false), ("artifacts", false),
            ("documents.md", false),
        ])
    func allArtifacts(text: String, expected: Bool) {
        #expect(RequirementText(text).meansAllArtifacts == expected)
    }

    @Test(
        "Alternatives stand at either side of an or",
        arguments: [
            ("prd.md", ["prd.md"]), ("sharded_docs_or_brownfield_docs", ["sharded_docs", "brownfield_docs"]),
            ("existing_documentation_or_analysis", ["existing_documentation", "analysis"]),
            ("a.md or b.md or c.md", ["a.md", "b.md", "c.md"]), ("floor_plan", ["floor_plan"]), ("a-or-b", ["a", "b"]),
        ])
    func alternatives(text: String, expected: [String]) {
        #expect(RequirementText(text).alternatives == expected)
    }

    @Test(
        "ISO-8601 durations of a fixed length",
        arguments: [
            ("PT30S", 30_000), ("PT0.5S", 500), ("PT1H30M", 5_400_000), ("P1D", 86_400_000), ("P1DT1S", 86_401_000),
            ("P2W", 1_209_600_000), ("PT1.5H", 5_400_000), ("PT100M", 6_000_000),
        ] as [(String, Int64)])
    func durations(text: String, milliseconds: Int64) {
        #expect(ISODuration.milliseconds(text) == milliseconds)
    }

    @Test(
        "What is no duration",
        arguments: [
            "", "P", "PT", "30", "30s", "PT5", "P1Y", "P1M", "PT1S1M", "PT1M1M", "P1DT", "PT-5S", "PT1.5M3S", "PT.5S",
            "PT0S", "P400D", "pt5s", "PT5S ", "PT99999999999999999S", "P1H", "PT1D",
        ])
    func noDurations(text: String) {
        #expect(ISODuration.milliseconds(text) == nil)
    }

    @Test("A name of nothing but a remark is a name")
    func remarks() {
        #expect(ProductText("(optional)").name == "(optional)")
        #expect("a (b) (c)".withoutRemarks.remarks == ["c", "b"])
        #expect("a (b) c".withoutRemarks.text == "a (b) c")
        #expect("a)".withoutRemarks.text == "a)")
    }

    @Test("A slug keeps what names may hold, and is bounded")
    func slugs() {
        #expect("classify enhancement scope".slug == "classify-enhancement-scope")
        #expect("  a / b: c!  ".slug == "a-b-c")
        #expect("v1.2_x".slug == "v1.2_x")
        #expect("‑–".slug == "")
        #expect(String(repeating: "ab ", count: 100).slug.utf8.count <= 64)
    }
}
