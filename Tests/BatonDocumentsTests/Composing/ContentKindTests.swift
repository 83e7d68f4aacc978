import BatonEngine
import Testing

@testable import BatonDocuments

/// What each kind of section looks like.
@Suite struct ContentKindTests {
    @Test("Lists count, with their prefix if they have one, and a number that an item bears stays")
    func lists() throws {
        let outline = try Sample.sections(
            """
              - {id: fr, title: Functional, type: numbered-list, prefix: FR}
              - {id: plain, title: Plain, type: numbered-list}
              - {id: ac, title: Criteria, type: numbered-list, item_template: "{{criterion_number}}: {{criteria}}"}
              - {id: dots, title: Dots, type: bullet-list, template: "- **{{feature}}:** {{reason}}"}
              - {id: one, title: One, type: bullet-list, template: "- {{theme}}!"}
            """)
        let text = try outline.body(
            """
            {"fr": ["Log in", "FR7: Log out", "Stay"],
             "plain": "1. a\\n   more\\n2. b\\n\\n   para", "ac": ["1: It works", "2. Fast"],
             "dots": [{"values": {"feature": "Speed", "reason": "joy"}}, "Free text", ["sub"]], "one": ["x", "- y"]}
            """)
        #expect(
            text == """
                ## Functional

                - FR1: Log in
                - FR7: Log out
                - FR8: Stay

                ## Plain

                1. a
                   more
                2. b

                   para

                ## Criteria

                1. It works
                2. Fast

                ## Dots

                - **Speed:** joy
                - Free text
                  - sub

                ## One

                - x!
                - y!

                """)
    }

    @Test("Tables have their columns, rows from the template, categories, and cells that stay cells")
    func tables() throws {
        let outline = try Sample.sections(
            """
              - {id: log, title: Log, type: table, columns: [Date, By]}
              - id: colors
                title: Colors
                type: table
                columns: [Type, Hex]
                rows: [[Primary, "{{primary}}"], [Plain, "#000"]]
              - id: matrix
                title: Matrix
                type: table
                columns: ["Feature", "{{company}}"]
                rows: [{category: Core, items: [[A, "{{a}}"], [B, "{{b}}"]]}]
              - id: keys
                title: Keys
                type: table
                template: |
                  | Action | Key |
                  | ------ | --- |
                  | {{action}} | {{key}} |
            """)
        let text = try outline.body(
            #"""
            {"log": [["Mon", "a | b\nc"], {"values": {"by": "me", "date": "Tue"}}, "| Wed | `x\\|y` |"],
             "colors": {"values": {"primary": "#fff"}}, "matrix": {"values": {"a": "yes", "b": "no"}},
             "keys": [{"values": {"action": "Jump", "key": "|"}}, ["Run"]]}
            """#, values: #"{"company": "Us"}"#)
        #expect(
            text == #"""
                ## Log

                | Date | By |
                | --- | --- |
                | Mon | a \| b<br>c |
                | Tue | me |
                | Wed | `x\|y` |

                ## Colors

                | Type | Hex |
                | --- | --- |
                | Primary | #fff |
                | Plain | #000 |

                ## Matrix

                | Feature | Us |
                | --- | --- |
                | **Core** | |
                | A | yes |
                | B | no |

                ## Keys

                | Action | Key |
                | --- | --- |
                | Jump | \| |
                | Run | |

                """#)
    }

    @Test("Code stands in a fence that it can't end, diagrams say what they are")
    func fences() throws {
        let outline = try Sample.sections(
            """
              - {id: code, title: Code, type: code, language: swift}
              - {id: api, title: API, type: code, language: yaml,
                 template: "info:\\n  title: {{title}}\\n  text: {{text}}"}
              - {id: flow, title: Flow, type: mermaid, mermaid_type: sequence}
              - {id: map, title: Map, type: mermaid, mermaid_type: graph, template: "{{diagram}}"}
            """)
        let text = try outline.body(
            #"""
            {"code": "let a = \"```\"\n# no heading", "api": {"values": {"title": "X", "text": "one\ntwo {{y}}"}},
             "flow": "A->>B: hi", "map": ["```mermaid\ngraph LR\n  A --> B\n```", "C --> D"]}
            """#)
        #expect(
            text == #"""
                ## Code

                ````swift
                let a = "```"
                # no heading
                ````

                ## API

                ```yaml
                info:
                  title: X
                  text: one
                  two {{y}}
                ```

                ## Flow

                ```mermaid
                sequenceDiagram
                A->>B: hi
                ```

                ## Map

                ```mermaid
                graph LR
                  A --> B
                ```

                ```mermaid
                graph TD
                C --> D
                ```

                """#)
    }

    @Test("Checklists tick what is listed; notes to the author are left out")
    func checklists() throws {
        let outline = try Sample.sections(
            """
              - id: docs
                title: Docs
                type: checklist
                instruction: Tick what is there.
                items: ["Stack [[LLM: check]]", API, "Other: {{other}}"]
              - {id: handoff, title: Handoff, type: checklist, items: [One, Two]}
              - {id: tasks, title: Tasks, type: checklist}
              - {id: text, title: "Text [[LLM: short]]"}
            """)
        let text = try outline.body(
            #"""
            {"docs": ["stack", "Wiki"], "tasks": ["[x] a", "b"], "text": "Hello [[LLM: secret]]\nworld"}
            """#)
        #expect(
            text == """
                ## Docs

                - [x] Stack
                - [ ] API
                - [x] Wiki

                ## Handoff

                - [ ] One
                - [ ] Two

                ## Tasks

                - [x] a
                - [ ] b

                ## Text

                Hello
                world

                """)
    }

    @Test("A document in YAML is the template's keys, with values and what is given")
    func yaml() throws {
        let outline = try Sample.outline(
            """
            template: {id: gate, name: Gate, output: {format: yaml}}
            schema: 1
            story: "{{epic}}.{{story}}"
            gate: "{{gate_status}}"
            waiver: {active: false}
            issues: []
            optional_fields_examples:
              score: |
                quality_score: 75
            """)
        let composition = try outline.composed(
            #"""
            {"gate": "no", "issues": [{"id": "A-1", "notes": ["x: y", "line\ntwo"]}, "text"], "quality_score": 80}
            """#, values: #"{"epic": 1, "story": 2}"#)
        #expect(composition.reasons == [])
        #expect(
            composition.text == #"""
                schema: 1
                story: "1.2"
                gate: "no"
                waiver:
                  active: false
                issues:
                  - id: A-1
                    notes:
                      - "x: y"
                      - "line\ntwo"
                  - text
                quality_score: 80

                """#)
        let bad = try outline.composed(#"{"verdict": "PASS"}"#).reasons.map(\.description)
        #expect(
            bad == [
                "story: no value for {{epic}}, {{story}}; give the key under sections, or the values",
                "gate: no value for {{gate_status}}; give the key under sections, or the values",
                "verdict: the template has no such key; it has schema, story, gate, waiver, issues, quality-score",
            ])
    }
}
