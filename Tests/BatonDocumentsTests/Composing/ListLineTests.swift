import BatonEngine
import Testing

@testable import BatonDocuments

/// Lists whose template has several lines.
@Suite struct ListLineTests {
    private func outline(_ type: String, _ template: String, _ more: String = "") throws -> Outline {
        let lines = template.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n")
        return try Sample.sections("  - id: x\n    title: X\n    type: \(type)\n\(more)    template: |\n\(lines)\n")
    }

    private let papers = "Plan - {{due}}\nDrawing - {{due}}\nBill"

    @Test("Each line of the template is an item of the list")
    func lines() throws {
        let values = #"{"x": {"values": {"due": "May"}}}"#
        #expect(
            try outline("numbered-list", papers).body(values) == "## X\n\n1. Plan - May\n2. Drawing - May\n3. Bill\n")
        #expect(try outline("bullet-list", papers).body(values) == "## X\n\n- Plan - May\n- Drawing - May\n- Bill\n")
        #expect(
            try outline("checklist", papers).body(values)
                == "## X\n\n- [ ] Plan - May\n- [ ] Drawing - May\n- [ ] Bill\n")
        #expect(
            try outline("numbered-list", papers, "    prefix: P\n").body(values)
                == "## X\n\n- P1: Plan - May\n- P2: Drawing - May\n- P3: Bill\n")
    }

    @Test("So it is where the template says all")
    func fixed() throws {
        #expect(try outline("numbered-list", "Plan\nBill").body("{}") == "## X\n\n1. Plan\n2. Bill\n")
        #expect(try outline("bullet-list", "- Plan\n- Bill").body("{}") == "## X\n\n- Plan\n- Bill\n")
        #expect(try outline("checklist", "- [x] Plan\n- [ ] Bill").body("{}") == "## X\n\n- [x] Plan\n- [ ] Bill\n")
    }

    @Test("A line that has a marker has one, what is below it stays below it, and a further one may be left out")
    func markers() throws {
        let template = "1. Plan {{what}}\n   - by {{who}}\n2. Bill\n7. {{more_2}}"
        let values = #"{"x": {"values": {"what": "it", "who": "me"}}}"#
        #expect(try outline("numbered-list", template).body(values) == "## X\n\n1. Plan it\n   - by me\n2. Bill\n")
        #expect(
            try outline("bullet-list", "* Plan {{what}}\n  * by {{who}}\n* Bill").body(values)
                == "## X\n\n- Plan it\n  * by me\n- Bill\n")
    }

    @Test("A value of several lines stays in its item, and one that is missing is named once")
    func values() throws {
        let outline = try outline("numbered-list", papers)
        #expect(
            try outline.body(#"{"x": {"values": {"due": "May\nor June"}}}"#)
                == "## X\n\n1. Plan - May\n   or June\n2. Drawing - May\n   or June\n3. Bill\n")
        #expect(
            try outline.composed(#"{"x": {"values": {}}}"#).reasons.map(\.description) == [
                #"x: no value for {{due}}; give {"values": {…}} with it, or the finished text"#
            ])
    }

    @Test("Paragraphs are no list, and an entry of a repeatable section is one item")
    func others() throws {
        let entry = "**{{name}}**\n- Why: {{why}}"
        let values = #"{"values": {"name": "A", "why": "b"}}"#
        #expect(try outline("numbered-list", entry).body(#"{"x": \#(values)}"#) == "## X\n\n**A**\n- Why: b\n")
        #expect(
            try outline("numbered-list", entry, "    repeatable: true\n").body(#"{"x": [\#(values), \#(values)]}"#)
                == "## X\n\n1. **A**\n   - Why: b\n2. **A**\n   - Why: b\n")
    }

    private let agents = """
          - id: agents
            title: Agents
            type: checklist
            instruction: List them.
            items:
              - id: lead
                template: |
                  `{{pack}}-lead`: leads
                  - Knows: {{words}}
              - id: other
                repeatable: true
                template: |
                  `{{name}}`: {{role}}
                  - Uses: {{tasks}}
        """

    @Test("An item of several lines keeps them, and one that repeats is filled by each entry that has its values")
    func items() throws {
        let outline = try Sample.sections(agents)
        let lead = "## Agents\n\n- [ ] `bread-lead`: leads\n  - Knows: start\n"
        #expect(try outline.body(#"{"agents": {"values": {"pack": "bread", "words": "start"}}}"#) == lead)
        #expect(
            try outline.body(
                #"""
                {"agents": [{"values": {"pack": "bread", "words": "start"}},
                            {"values": {"name": "miller", "role": "mills", "tasks": "grind"}},
                            {"values": {"name": "baker", "role": "bakes", "tasks": "knead, bake"}}, "Nobody else"]}
                """#) == lead + "- [ ] `miller`: mills\n  - Uses: grind\n- [ ] `baker`: bakes\n"
                + "  - Uses: knead, bake\n- [x] Nobody else\n")
        #expect(
            try outline.composed(#"{"agents": [{"values": {"city": "x"}}]}"#).reasons.first?.description
                == "agents: item 1 can't be given as values; give a text")
    }
}
