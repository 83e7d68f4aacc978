import BatonEngine
import Testing

@testable import BatonWorkflow

@Suite struct AttachmentRulesTests {
    private static func template(_ name: String, makes filename: String? = nil) -> LibraryFile {
        let structure: JSON = filename.map { ["template": ["output": ["filename": .string($0)]]] } ?? ["template": [:]]
        return LibraryFile(name: name, kind: .template, content: "text of \(name)", structure: structure)
    }

    private let files = LibraryFiles([
        template("prd-tmpl.yaml", makes: "docs/prd.md"),
        template("brownfield-prd-tmpl.yaml", makes: "docs/prd.md"),
        template("brief-tmpl.yaml", makes: "docs/project-brief.md"),
        template("story-tmpl.yaml", makes: "docs/stories/{{n}}.md"),
        LibraryFile(name: "shard-doc.md", kind: .task, content: "how to shard"),
        LibraryFile(name: "create-doc.md", kind: .task, content: "how to create"),
        LibraryFile(name: "po-master-checklist.md", kind: .checklist, content: "- [ ] done"),
        LibraryFile(name: "ux-expert.md", kind: .agent, content: "a persona"),
    ])

    private func only(_ step: String, warnings: Int = 0) throws -> (plan: Plan, work: AgentWork) {
        let plan = try plan("- agent: a\n  " + step, files: files, warnings: warnings)
        return (plan, try work(plan))
    }

    @Test(
        "uses finds a file by name, stem, folder, and as a template",
        arguments: [
            ("po-master-checklist", ["po-master-checklist.md"]), ("prd", ["prd-tmpl.yaml"]),
            ("prd-tmpl.yaml", ["prd-tmpl.yaml"]), ("templates/story-tmpl.yaml", ["story-tmpl.yaml"]),
            ("tasks/shard-doc.md", ["shard-doc.md"]), ("shard_doc", ["shard-doc.md"]),
            ("create-doc prd", ["create-doc.md", "prd-tmpl.yaml"]),
            ("[prd, shard-doc]", ["prd-tmpl.yaml", "shard-doc.md"]),
            ("nowhere OR prd", ["prd-tmpl.yaml"]),
            ("create-doc story OR shard-doc", ["create-doc.md", "story-tmpl.yaml", "shard-doc.md"]),
        ])
    func uses(text: String, expected: [String]) throws {
        let (plan, work) = try only("uses: \(text)")
        #expect(work.uses == expected)
        #expect(plan.attachments.map(\.name) == expected)
    }

    @Test("What is not in the library is a warning; without a library nothing is missing")
    func missing() throws {
        #expect(try only("uses: nowhere", warnings: 1).work.uses.isEmpty)
        #expect(try only("uses: create-doc nowhere", warnings: 1).work.uses == ["create-doc.md"])
        #expect(try only("template: nowhere", warnings: 1).work.uses.isEmpty)
        #expect(compile(sequence("- {agent: a, uses: nowhere, template: nothing}")).diagnostics.isEmpty)
    }

    @Test("Hyphenated words that are called like a file are attached; personas are not")
    func mentions() throws {
        let (plan, work) = try only("notes: \"Ask the ux-expert, use shard-doc (or prd-tmpl). Not a po-master.\"")
        #expect(work.uses == ["shard-doc.md", "prd-tmpl.yaml"])
        #expect(plan.attachments.map(\.kind) == [.task, .template])
        #expect(plan.attachments[0].content == "how to shard")
        #expect(plan.attachments[0].structure == nil)
        #expect(plan.attachments[1].structure?["template"] != nil)
        #expect(try only("action: run shard-doc").work.uses == ["shard-doc.md"])
    }

    @Test(
        "A document's template: what the step names, else what its text mentions, else by name",
        arguments: [
            ("creates: prd.md", "prd-tmpl.yaml"),
            ("creates: prd.md\n  uses: brownfield-prd-tmpl", "brownfield-prd-tmpl.yaml"),
            ("creates: prd.md\n  notes: with brownfield-prd-tmpl", "brownfield-prd-tmpl.yaml"),
            ("creates: prd.md\n  uses: brownfield-prd-tmpl\n  template: story-tmpl", "story-tmpl.yaml"),
            ("creates: project-brief.md", "brief-tmpl.yaml"),
            ("creates: story.md", "story-tmpl.yaml"),
            ("creates: docs/prd.md", "prd-tmpl.yaml"),
            ("creates: prd.md\n  uses: po-master-checklist", "prd-tmpl.yaml"),
            ("creates: else.md", nil),
        ] as [(String, String?)])
    func templates(text: String, expected: String?) throws {
        let (plan, work) = try only(text)
        #expect(work.creates.map(\.template) == [expected])
        if let expected { #expect(plan.attachment(expected) != nil) }
    }

    @Test("Of several documents each takes its own template")
    func several() throws {
        let (_, work) = try only("creates: prd.md, story.md, else.md\n  uses: [story-tmpl, prd-tmpl]")
        #expect(work.creates.map(\.template) == ["prd-tmpl.yaml", "story-tmpl.yaml", nil])
    }

    @Test("A template that nobody names goes with the document as an outline; one without sections, as it is")
    func outlines() throws {
        let sections: JSON = ["template": ["id": "t"], "sections": [["id": "s"]]]
        let files = LibraryFiles([
            LibraryFile(name: "a-tmpl.yaml", kind: .template, content: "a", structure: sections),
            LibraryFile(name: "b-tmpl.md", kind: .template, content: "b"),
        ])
        let plan = try plan("- {agent: x, creates: [a.md, b.md]}", files: files)
        #expect(try work(plan).creates.map(\.template) == ["a-tmpl.yaml", "b-tmpl.md"])
        #expect(try work(plan).uses == ["b-tmpl.md"])
        #expect(plan.attachments.map(\.name) == ["a-tmpl.yaml", "b-tmpl.md"])
    }

    @Test("A file is attached once, however many steps name it")
    func once() throws {
        let plan = try plan("- {agent: a, uses: prd}\n- {agent: b, uses: prd, action: x}", files: files)
        #expect(plan.attachments.count == 1)
        #expect(try work(plan, 1).uses == ["prd-tmpl.yaml"])
    }
}
