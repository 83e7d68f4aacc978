import BatonEngine
import Testing

@testable import BatonDocuments

@Suite struct CompositionTests {
    @Test("A document has its title, headings by depth, and text where it belongs")
    func headings() throws {
        let outline = try Sample.outline(
            """
            template: {id: t, name: Plan, output: {title: "{{project_name}} Plan"}}
            sections:
              - {id: note, instruction: Talk to the user first.}
              - {id: head, content: "For **{{reader}}**"}
              - id: goals
                title: Goals
                sections:
                  - {id: near, title: Near, sections: [{id: today, title: Today}]}
                  - id: group
                    sections: [{id: far, title: "Far {{word}}"}]
              - {id: end, title: End}
            """)
        let composition = try outline.composed(
            #"{"goals": "Two.", "today": "Now.", "far": {"values": {"word": "off", "text": "Later."}}, "end": "Done."}"#,
            values: #"{"reader": "you"}"#, facts: ["project_name": "Ship *it*"])
        #expect(composition.reasons == [])
        #expect(
            composition.text == """
                # Ship *it* Plan

                For **you**

                ## Goals

                Two.

                ### Near

                #### Today

                Now.

                ### Far off

                Later.

                ## End

                Done.

                """)
    }

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
            {"fr": ["Log in", "FR7: Log out", "Stay"], "plain": "1. a\\n   more\\n2. b\\n\\n   para", "ac": ["1: It works", "2. Fast"],
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
              - {id: api, title: API, type: code, language: yaml, template: "info:\\n  title: {{title}}\\n  text: {{text}}"}
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

    @Test("A repeatable section comes once for each entry, below one heading if its title stands still")
    func repeatables() throws {
        let outline = try Sample.sections(
            """
              - id: epic
                title: Epic {{epic_number}} {{epic_title}}
                repeatable: true
                template: "{{epic_goal}}"
                sections:
                  - id: story
                    title: Story {{epic_number}}.{{story_number}} {{story_title}}
                    repeatable: true
                    template: |
                      As a {{user}},
                      I want {{wish}}.
                    sections:
                      - {id: ac, title: Criteria, type: numbered-list, repeatable: true}
              - id: models
                title: Models
                repeatable: true
                sections: [{id: model, title: "{{name}}", template: "**Purpose:** {{purpose}}"}]
              - {id: rules, title: Rules, repeatable: true, template: "- **{{rule}}:** {{why}}"}
            """)
        let text = try outline.body(
            #"""
            {"epic": [
               {"values": {"epic_title": "Start", "epic_goal": "Run."}, "sections": {"story": [
                  {"values": {"story_title": "In", "user": "dev", "wish": "to begin"}, "sections": {"ac": ["a", "b"]}},
                  {"values": {"story_title": "Out", "user": "dev", "wish": "to end"}}]}},
               {"values": {"epic_number": 7, "epic_title": "More", "epic_goal": "Grow."}}],
             "model": [{"values": {"name": "User", "purpose": "who"}}, {"values": {"name": "Order", "purpose": "what"}}],
             "rules": [{"values": {"rule": "Types", "why": "safety"}}, "**Plain:** text"]}
            """#)
        #expect(
            text == """
                ## Epic 1 Start

                Run.

                ### Story 1.1 In

                As a dev,
                I want to begin.

                #### Criteria

                1. a
                2. b

                ### Story 1.2 Out

                As a dev,
                I want to end.

                ## Epic 7 More

                Grow.

                ## Models

                ### User

                **Purpose:** who

                ### Order

                **Purpose:** what

                ## Rules

                - **Types:** safety
                - **Plain:** text

                """)
    }

    @Test("Choices are made in titles, in templates and as content")
    func choices() throws {
        let outline = try Sample.sections(
            """
              - {id: status, title: Status, type: choice, choices: [Draft, In Progress]}
              - {id: a11y, title: "Accessibility: {None|WCAG AA}"}
              - {id: repo, title: "Repository: {Mono|Poly}"}
              - {id: target, title: "Target: {Web|Desktop}"}
              - {id: later, title: "Later: {A|B}"}
              - {id: kind, title: Kind, template: "**Type:** {{linear|branching}}"}
            """)
        let text = try outline.body(
            #"""
            {"status": "in progress", "a11y": "wcag aa\n\nAll screens.", "repo": {"values": {"choice": "Mono", "text": "One."}},
             "target": "iPhone only", "later": "Nobody knows yet,\nand nobody asks.",
             "kind": {"values": {"linear|branching": "Linear"}}}
            """#)
        #expect(
            text == """
                ## Status

                In Progress

                ## Accessibility: WCAG AA

                All screens.

                ## Repository: Mono

                One.

                ## Target: iPhone only

                ## Later

                Nobody knows yet,
                and nobody asks.

                ## Kind

                **Type:** linear

                """)
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

    @Test("A template's text takes values in lines, lists and paragraphs; items that nobody fills are left out")
    func templates() throws {
        let outline = try Sample.sections(
            """
              - id: model
                title: Model
                template: |
                  **Purpose:** {{purpose}}

                  **Keys:**
                  - {{key_1}}: {{type_1}}
                  - {{key_2}}: {{type_2}}

                  **More:** {{more}}
              - {id: files, title: Files, template: "**Files:** {{link}}"}
              - {id: fixed, title: Fixed, template: "- Always"}
            """)
        let text = try outline.body(
            #"""
            {"model": {"values": {"purpose": "one\ntwo", "key_1": "id", "type_1": "a\n\nb", "more": ["x", "y"]}},
             "files": "- a\n- b"}
            """#)
        #expect(
            text == """
                ## Model

                **Purpose:** one
                two

                **Keys:**
                - id: a

                  b

                **More:** x, y

                ## Files

                **Files:**

                - a
                - b

                ## Fixed

                - Always

                """)
    }

    @Test("Conditional sections are the author's call, and the choice is kept")
    func conditions() throws {
        let outline = try Sample.sections(
            """
              - {id: ui, title: UI, condition: There is a UI, sections: [{id: look, title: Look}, {id: feel, title: Feel}]}
              - {id: api, title: API, condition: There is an API}
            """)
        let composition = try outline.composed(#"{"look": "Nice.", "feel": "Good."}"#)
        #expect(composition.reasons == [])
        #expect(composition.text == "# Sample\n\n## UI\n\n### Look\n\nNice.\n\n### Feel\n\nGood.\n")
        #expect(
            composition.choices == [
                ConditionChoice(section: "ui", condition: "There is a UI", isPresent: true),
                ConditionChoice(section: "api", condition: "There is an API", isPresent: false),
            ])
        // A section that is taken up is taken up as a whole.
        #expect(try outline.composed(#"{"look": "Nice."}"#).reasons.map(\.place) == ["feel"])
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
