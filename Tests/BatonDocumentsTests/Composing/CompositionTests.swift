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
            #"""
            {"goals": "Two.", "today": "Now.",
              "far": {"values": {"word": "off", "text": "Later."}}, "end": "Done."}
            """#,
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
             "model": [{"values": {"name": "User", "purpose": "who"}},
                       {"values": {"name": "Order", "purpose": "what"}}],
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
            {"status": "in progress", "a11y": "wcag aa\n\nAll screens.",
             "repo": {"values": {"choice": "Mono", "text": "One."}},
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
              - {id: ui, title: UI, condition: There is a UI,
                 sections: [{id: look, title: Look}, {id: feel, title: Feel}]}
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
}
