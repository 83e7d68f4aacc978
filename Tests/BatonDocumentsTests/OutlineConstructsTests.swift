import BatonEngine
import BatonWorkflow
import Testing

@testable import BatonDocuments

/// Every construct that templates know, as its author is told of it.
@Suite struct OutlineConstructsTests {
    @Test("The command's outline has all that the template says of a section")
    func constructs() throws {
        let outline = try Sample.outline(
            """
            template: {id: t, name: T}
            workflow:
              mode: interactive
              elicitation: advanced-elicitation
              allow_skip: true
              custom_elicitation: {title: Ask, options: [Deeper, Wider]}
            sections:
              - id: fr
                title: Functional
                type: numbered-list
                prefix: FR
                item_template: "{{n}}: {{text}}"
                examples: ["FR6: It works", 7]
                elicit: true
                custom_elicitation: {options: [Again]}
              - {id: ui, title: UI, choices: {a11y: [None, AA], look: [Dark]}, condition: There is a UI}
              - {id: status, title: Status, type: choice, choices: [Draft, 1.0], owner: scrum-master, readonly: true}
              - id: table
                title: Table
                type: table
                columns: [A, B]
                rows: [[x, 1], {category: C, items: [[y, null]]}]
              - {id: list, title: List, type: checklist, items: [One, {id: two, template: "Two {{x}}"}, {a [[LLM: b]]}]}
              - {id: flow, title: Flow, type: mermaid, mermaid_type: sequence}
              - {id: code, title: Code, type: code, language: swift, content: "Always"}
            """.replacing("{a [[LLM: b]]}", with: "{\"a [[LLM\": \"b]]\"}"))
        #expect(
            outline.elicitation
                == Elicitation(
                    mode: "interactive", method: "advanced-elicitation", allowsSkipping: true,
                    menu: .init(title: "Ask", options: ["Deeper", "Wider"])))
        let expected: JSON = [
            [
                "id": "fr", "title": "Functional", "type": "numbered-list", "elicit": true,
                "custom_elicitation": ["options": ["Again"]], "required": true, "item_template": "{{n}}: {{text}}",
                "prefix": "FR", "examples": ["FR6: It works", "7"],
            ],
            [
                "id": "ui", "title": "UI", "condition": "There is a UI", "required": false,
                "choices": ["a11y": ["None", "AA"], "look": ["Dark"]],
            ],
            [
                "id": "status", "title": "Status", "type": "choice", "owner": "scrum-master", "readonly": true,
                "required": false, "choices": ["Draft", "1.0"],
            ],
            [
                "id": "table", "title": "Table", "type": "table", "required": false, "columns": ["A", "B"],
                "rows": [["x", "1"], ["category": "C"], ["y", ""]],
            ],
            [
                "id": "list", "title": "List", "type": "checklist", "required": false,
                "items": ["One", "Two {{x}}", "a [[LLM: b]]"],
            ],
            ["id": "flow", "title": "Flow", "type": "mermaid", "required": true, "mermaid_type": "sequence"],
            [
                "id": "code", "title": "Code", "type": "code", "required": true, "content": "Always",
                "language": "swift",
            ],
        ]
        #expect(outline.commandJSON(for: "dev") == expected)
        #expect(outline.commandJSON(for: "sm").array?[2]["required"] == true)
    }

    private let menus = """
        template: {id: t, name: T}
        workflow:
          custom_elicitation:
            title: Ask
            sections:
              - {id: land, options: [Deeper, Wider]}
              - {id: sea, options: [Colder]}
        sections:
          - {id: a, title: A, elicit: true, custom_elicitation: land}
        """

    @Test("What a person is offered for a section may be named, and stands in the template's head")
    func namedMenus() throws {
        let outline = try Sample.outline(
            menus + "\n  - {id: b, title: B, sections: [{id: c, custom_elicitation: sea}]}")
        let offers = outline.allSections.map(\.elicitationMenu)
        #expect(
            offers == [
                .init(title: "Ask", options: ["Deeper", "Wider"]), nil, .init(title: "Ask", options: ["Colder"]),
            ])
        #expect(
            outline.json.array?[0]["custom_elicitation"] == ["title": "Ask", "options": ["Deeper", "Wider"]])
    }

    @Test("A name that the head does not have is a problem, and so are entries that nothing can name")
    func unknownMenus() throws {
        func problems(_ yaml: String) throws -> [String] {
            let root = try #require(YAMLDocument(Array(yaml.utf8)).root)
            return Outline.read(root.json).problems.map(\.description)
        }
        #expect(
            try problems(menus.replacing("elicitation: land", with: "elicitation: lake")) == [
                "sections.a.custom_elicitation: workflow.custom_elicitation has no section lake; it has land, sea"
            ])
        #expect(
            try problems(menus.replacing("id: sea, ", with: "")) == [
                "workflow.custom_elicitation.sections[1]: has no id"
            ])
        #expect(
            try problems(menus.replacing("id: sea", with: "id: land")) == [
                "workflow.custom_elicitation.sections[1]: the id land is used twice"
            ])
        #expect(
            try problems("template: {id: t}\nsections: [{id: a, custom_elicitation: land}]") == [
                "sections.a.custom_elicitation: workflow.custom_elicitation has no section land"
            ])
        #expect(
            try problems("template: {id: t}\nworkflow: {custom_elicitation: land}\nsections: [{id: a}]") == [
                "workflow.custom_elicitation: must have a title and options, not be a string"
            ])
    }

    @Test("A document in YAML is asked for by its keys")
    func yaml() throws {
        let outline = try Sample.outline(
            """
            template: {id: g, name: G, output: {format: yaml}}
            schema: 1
            gate: "{{status}}"
            examples: {a: 'x: 1'}
            """)
        #expect(
            outline.json == [
                ["id": "schema", "type": "yaml", "template": 1, "required": false],
                ["id": "gate", "type": "yaml", "template": "{{status}}", "required": true],
            ])
        #expect(outline.guides.keys == ["examples"])
    }

    @Test("An id that is taken elsewhere gets its parent's before it")
    func ids() {
        let tree: JSON = [
            "template": ["id": "t"],
            "sections": [
                ["id": "a", "title": "A", "sections": [["id": "log", "title": "Log"]]],
                ["id": "b", "title": "B", "sections": [["id": "log", "title": "Log"]]], ["id": "a", "title": "A"],
            ],
        ]
        let (outline, problems) = Outline.read(tree)
        #expect(outline?.allSections.map(\.id) == ["a", "log", "b", "b/log", "a-2"])
        #expect(problems.map(\.description) == ["sections.a: the id is used twice"])
    }

    @Test(
        "Roles have one name each",
        arguments: [
            ("scrum-master", "sm"), ("Scrum Master", "sm"), ("dev-agent", "dev"), ("game-developer", "dev"),
            ("game-sm", "sm"), ("qa", "qa"), ("agent", "agent"), ("game", "game"), ("product_owner", "po"),
            ("game-dev-agent", "dev"), ("ux-expert", "ux-expert"),
        ])
    func roles(name: String, role: String) { #expect(RoleName.normalized(name) == role) }
}
