import BatonEngine
import Testing

@testable import BatonDocuments

@Suite struct OutlineTests {
    private let template: JSON = [
        "template": [
            "id": "t", "name": "Report", "version": 2.0,
            "output": ["format": "markdown", "filename": "docs/report.md", "title": "Report: {{name}}"],
        ],
        "sections": [
            ["id": "intro", "instruction": "Say hello."],
            [
                "id": "parts", "title": "Parts", "type": "bullet-list", "repeatable": true, "elicit": true,
                "condition": "There are parts", "owner": "sm", "editors": ["sm", "dev"], "template": "{{part}}",
                "columns": ["a"],
                "sections": [["id": "deep", "title": "Deep", "sections": [["id": "deeper", "title": "Deeper"]]]],
                "subsections": [["id": "other", "title": "Other"]],
            ],
        ],
    ]

    @Test("A template becomes an outline, to any depth")
    func reading() throws {
        let (read, problems) = Outline.read(template)
        let outline = try #require(read)
        #expect(problems.isEmpty)
        #expect(outline.id == "t")
        #expect(outline.name == "Report")
        #expect(outline.version == "2.0")
        #expect(outline.format == .markdown)
        #expect(outline.filename == "docs/report.md")
        #expect(outline.title == "Report: {{name}}")
        #expect(outline.allSections.map(\.id) == ["intro", "parts", "deep", "deeper", "other"])
        let parts = outline.sections[1]
        #expect(parts.kind == .bulletList)
        #expect(parts.isRepeatable && parts.isElicited)
        #expect(parts.condition == "There are parts")
        #expect(parts.template == "{{part}}")
        #expect(parts.columns == ["a"])
        #expect(parts.writers == ["sm", "dev"])
        #expect(parts.sections.map(\.id) == ["deep", "other"])
        #expect(parts.sections[0].sections == outline.allSections.filter { $0.id == "deeper" })
    }

    @Test("A section in an owned one belongs to the same roles")
    func inheritance() throws {
        let outline = try #require(Outline.read(template).outline)
        #expect(
            outline.allSections.map(\.writers) == [[], ["sm", "dev"], ["sm", "dev"], ["sm", "dev"], ["sm", "dev"]])
    }

    @Test("The outline as JSON leaves out what does not apply")
    func json() throws {
        let outline = try #require(Outline.read(template).outline)
        let owned: JSON = ["sm", "dev"]
        let expected: JSON = [
            ["id": "intro", "instruction": "Say hello.", "required": false],
            [
                "id": "parts", "title": "Parts", "type": "bullet-list", "repeatable": true, "elicit": true,
                "condition": "There are parts", "owner": "sm", "editors": owned, "required": false,
                "template": "{{part}}", "columns": ["a"],
                "sections": [
                    [
                        "id": "deep", "title": "Deep", "owner": "sm", "editors": owned, "required": false,
                        "sections": [
                            ["id": "deeper", "title": "Deeper", "owner": "sm", "editors": owned, "required": true]
                        ],
                    ],
                    ["id": "other", "title": "Other", "owner": "sm", "editors": owned, "required": true],
                ],
            ],
        ]
        #expect(outline.json == expected)
        #expect(outline.json.text.hasPrefix(#"[{"id":"intro","instruction":"#))
    }

    @Test("A document without a title of its own is called like its template")
    func title() {
        let bare: JSON = ["template": ["name": "Gate", "output": ["format": "yaml"]], "gate": "PASS"]
        let (outline, problems) = Outline.read(bare)
        #expect(problems.isEmpty)
        #expect(outline == Outline(id: "Gate", name: "Gate", format: .yaml, fields: ["gate": "PASS"]))
        #expect(outline?.title == "Gate")
    }

    @Test(
        "What is no document template has no outline",
        arguments: [
            JSON.null, [], "text", [:], ["template": "x"], ["workflow": ["id": "w"]],
        ] as [JSON])
    func noTemplate(structure: JSON) {
        let (outline, problems) = Outline.read(structure)
        #expect(outline == nil)
        #expect(problems.map(\.description) == ["no document template: the key template is missing or no mapping"])
    }

    @Test("Everything wrong in a template is found in one go, and the rest is read")
    func problems() {
        let broken: JSON = [
            "template": ["version": [1], "output": ["format": "html"]],
            "sections": [
                "text", ["title": "No id"], ["id": "a", "type": "poem", "repeatable": "often", "editors": [[1]]],
                ["id": "a", "title": ["list"], "sections": ["id": "b"]], ["id": "c", "condition": true],
            ],
        ]
        let (outline, problems) = Outline.read(broken)
        #expect(outline?.allSections.map(\.id) == ["a", "a-2", "c"])
        #expect(outline?.sections.last?.condition == "true")
        #expect(
            Set(problems.map(\.description)) == [
                "template: has neither id nor name", "template.version: must be text, not an array",
                "template.output.format: html is neither markdown nor yaml",
                "sections[0]: must be a mapping, not a string", "sections[1]: has no id",
                "sections.a: the type poem is not known", "sections.a.repeatable: must be true or false, not a string",
                "sections.a.editors: must be a list of texts, not an array", "sections.a: the id is used twice",
                "sections.a.title: must be text, not an array", "sections.a: must be a list, not an object",
            ], "\(problems)")
    }

    @Test("A markdown template without sections says so")
    func noSections() {
        #expect(Outline.read(["template": ["id": "t"]]).problems.map(\.description) == ["sections: there are none"])
    }

    @Test("A template full of mistakes is not answered with a report of its size")
    func bounded() {
        let sections = JSON.array(Array(repeating: "x", count: 10_000))
        #expect(Outline.read(["template": ["id": "t"], "sections": sections]).problems.count == 200)
    }
}
