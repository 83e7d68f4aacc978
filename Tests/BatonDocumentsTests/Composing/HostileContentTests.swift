import BatonEngine
import OrderedCollections
import Testing

@testable import BatonDocuments

/// No text can leave the place where it stands, whatever is in it.
@Suite struct HostileContentTests {
    /// Each kind of place for a text, with a section behind it that has to come out untouched.
    private static let places = [
        "prose": "{id: x, title: X}",
        "paragraphs": "{id: x, title: X, type: paragraphs}",
        "bullets": "{id: x, title: X, type: bullet-list}",
        "numbers": "{id: x, title: X, type: numbered-list}",
        "prefixed": "{id: x, title: X, type: numbered-list, prefix: FR}",
        "checklist": "{id: x, title: X, type: checklist}",
        "items": "{id: x, title: X, type: bullet-list, template: '- **{{a}}**'}",
        "table": "{id: x, title: X, type: table, columns: [A, B]}",
        "code": "{id: x, title: X, type: code, language: swift}",
        "mermaid": "{id: x, title: X, type: mermaid, mermaid_type: graph}",
        "inline": "{id: x, title: X, template: \"Before {{a}} after\\n\\n- In a list: {{a}}\\n\\nEnd {{a}}\"}",
        "block": "{id: x, title: X, template: \"{{a}}\\n\\nBehind\"}",
        "lists": "{id: x, title: X, template: \"- {{a}}\\n  - {{a}}\"}",
        "codevalue": "{id: x, title: X, type: code, template: \"a:\\n  b: {{a}}\"}",
        "title": "{id: x, title: \"X {{a}}\"}",
        "entries": "{id: x, title: \"X {{a}}\", repeatable: true, template: \"{{a}}\"}",
        "untitled": "{id: x, template: \"**Note:** {{a}}\"}",
        "deep":
            "{id: y, title: Y, sections: [{id: z, title: Z, sections: [{id: w, title: W, sections: [{id: v, title: V, "
            + "sections: [{id: u, title: U, sections: [{id: x, title: X}]}]}]}]}]}",
    ]

    private static let attacks = [
        "# Heading", "## Sentinel", "Sentinel\n===", "a\n---", "```", "~~~~\n## Sentinel", "text\n```js\nlet a", "<!--",
        "a <!-- b",
        "<script>alert(1)</script>", "<SCRIPT\nsrc=x>", "<style>", "<pre>\n\n## Sentinel", "<?php", "<!DOCTYPE",
        "<![CDATA[",
        "<textarea>", "a\n\n<div>\n## Sentinel\n", "| a |", "a | b\nc \\| d", "\\", "a\\", "`", "``` `", "{{a}} {{b}}",
        "{{", "}}",
        "[[LLM: do it]]", "[[LLM: open", "---", "***", "- a\n- b", "-", "1.", "1. a", "9) b", "> quote\n> # x",
        "    code",
        "\tcode", "a\r\nb\rc", "a\u{0}b\u{7}c", "\u{202E}reversed", "\u{2066}a\nb", "x\u{2028}# y", "=", "====",
        "[x]: http://evil",
        "#", "######", "####### seven", "a #", "# a ##", "**", "*", "_", "![", "](", "<iframe src=x>", "<plaintext>",
        "  # a", " ## b",
        "- ```\n# x", "- <!--\n\n## Sentinel", "- a\n\n  ## x", "\u{FEFF}## Sentinel", "## **Sentinel**",
        "##\tSentinel",
    ]

    @Test("A hostile text stays in its place", arguments: places.keys.sorted())
    func attacks(place: String) throws {
        for attack in Self.attacks { try check(place, attack) }
        for first in Self.attacks { try check(place, first + "\n\n" + (Self.attacks.randomElement() ?? "")) }
    }

    @Test("A random text stays in its place", arguments: places.keys.sorted())
    func random(place: String) throws {
        for seed in 0..<60 {
            var generator = SeededGenerator(seed: UInt64(seed))
            try check(place, RandomMarkdown.text(&generator), "seed \(seed)")
        }
    }

    private func check(_ place: String, _ text: String, _ note: String = "") throws {
        let outline = try #require(Self.outlines[place])
        let content = DocumentContent(
            sections: ["x": Self.content(place, text), "sentinel": .text("Safe."), "last": .text("Safe too.")])
        let composition = outline.compose(content)
        #expect(outline.compose(content) == composition)
        let comment: Comment = "\(place) \(note) \(text.debugDescription)\n\(composition.text)"
        let document = DocumentSections(of: outline, in: composition.text)
        let sentinels = document.occurrences.filter { ["sentinel", "last"].contains($0.section.id) }
        #expect(sentinels.map(\.section.id) == ["sentinel", "last"], comment)
        #expect(sentinels.map { document.body(of: $0) } == ["Safe.", "Safe too."], comment)
        #expect(sentinels.map(\.level) == [2, 2], comment)
        let scanner = MarkdownScanner(Array(composition.text.utf8))
        #expect(scanner.headings.filter { $0.level == 1 }.count == 1, comment)
        #expect(scanner.headings.filter { $0.level == 2 }.count == (place == "untitled" ? 2 : 3), comment)
        // Nothing that runs, outside of code.
        for range in scanner.texts + scanner.html {
            for angle in InlineScanner(scanner.bytes, in: range).angles {
                let tag = HTMLTag.name(in: scanner.bytes, at: angle, before: scanner.bytes.count)
                #expect(!HTMLTag.disallowed.contains(tag), comment)
            }
        }
        #expect(!composition.text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" }, comment)
    }

    private static let outlines = places.compactMapValues { place in
        try? Sample.sections("  - \(place)\n  - {id: sentinel, title: Sentinel}\n  - {id: last, title: Last}\n")
    }

    private static func content(_ place: String, _ text: String) -> SectionContent {
        let values: OrderedDictionary<String, JSON> = ["a": .string(text)]
        switch place {
        case "paragraphs", "numbers", "prefixed", "checklist", "items": return .list([.text(text), .text("b")])
        case "bullets": return .list([.text(text), .list([.text(text)]), .text("b")])
        case "table":
            return .list([
                .list([.text(text), .text("b")]), .group(values: ["B": .string(text)], sections: [:]), .text(text),
            ])
        case "inline", "block", "lists", "codevalue", "title", "untitled": return .group(values: values, sections: [:])
        case "entries": return .list([.group(values: values, sections: [:])])
        default: return .text(text)
        }
    }

    @Test("The rows of a table have as many cells as its header, whatever is in them")
    func cells() throws {
        let outline = try #require(Self.outlines["table"])
        for attack in Self.attacks {
            let content = DocumentContent(sections: ["x": .list([.list([.text(attack), .text(attack)])])])
            let text = outline.compose(content).text
            let rows = text.split(separator: "\n").filter { $0.hasPrefix("|") }
            #expect(rows.count == 3, "\(text)")
            for row in rows { #expect(MarkdownTable.cells(of: row).count == 2, "\(attack.debugDescription): \(row)") }
        }
    }

    @Test("Directional formatting ends where its line ends")
    func directions() {
        #expect(InertText.clean("a\u{202E}b\nc\u{2069}d") == "a\u{202E}b\u{202C}\ncd")
        #expect(InertText.clean("\u{2067}a\u{202B}b\u{2069}") == "\u{2067}a\u{202B}b\u{202C}\u{2069}")
    }

    @Test("A line of a megabyte, and a document of a hundred kilobytes, are written without a long wait")
    func long() throws {
        let outline = try #require(Self.outlines["prose"])
        let line = String(repeating: "long `line` <b> | * ", count: 50_000)
        let clock = ContinuousClock()
        for text in [line, String(repeating: "# a\n\ntext\n\n- b\n", count: 7_000)] {
            let time = clock.measure { _ = outline.compose(DocumentContent(sections: ["x": .text(text)])) }
            #expect(time < .seconds(20))
        }
    }

    @Test("Random contents for random outlines never trap, and give the same document twice", arguments: 0..<300)
    func fuzz(seed: Int) throws {
        var random = RandomContent(seed: UInt64(seed))
        let outline = Outline(id: "t", name: "T", sections: random.outline())
        let json = random.contents(for: outline.allSections.map(\.id))
        let content = outline.content(sections: json, values: json).content
        for role in [nil, "dev"] {
            let composition = outline.compose(content, by: role)
            #expect(outline.compose(content, by: role) == composition)
            #expect(composition.reasons.count <= 50)
            #expect(composition.reasons.allSatisfy { !$0.description.contains("\n") })
            let finished = outline.check(finished: composition.text, replacing: composition.text, by: role)
            #expect(finished.reasons.count <= 50)
            let merged = outline.merge(content, into: composition.text, by: role)
            #expect(outline.merge(content, into: composition.text, by: role) == merged)
        }
    }
}

/// Outlines and contents without rhyme or reason.
private struct RandomContent {
    private var generator: SeededGenerator
    private var count = 0

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func one<T>(of values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &generator)] }
    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }

    mutating func outline(depth: Int = 0) -> [OutlineSection] {
        (0..<Int.random(in: 1..<5, using: &generator)).map { _ in
            count += 1
            var section = OutlineSection(
                id: "s\(count)",
                title: one(of: [nil, "T\(count)", "T {{a}}", "{{b}}", "C: {X|Y}", "Same", "{{n_number}}"]))
            section.type = one(of: [nil, nil] + OutlineSection.Kind.allCases.map(\.rawValue))
            section.isRepeatable = chance(4)
            section.condition = chance(5) ? "maybe" : nil
            section.owner = chance(5) ? "dev" : nil
            section.editors = chance(8) ? ["qa-agent"] : []
            section.isReadOnly = chance(10)
            section.instruction = chance(2) ? "Write." : nil
            section.template = one(of: [
                nil, nil, "{{a}}", "- {{a}}: {{b_2}}", "| A | B |\n| --- | --- |\n| {{a}} | x |", "fixed", "{{x|y}}",
            ])
            section.itemTemplate = one(of: [nil, nil, "{{n_number}}: {{a}}"])
            section.prefix = one(of: [nil, "FR"])
            section.content = one(of: [nil, nil, "Always {{b}}"])
            section.columns = one(of: [[], ["A", "{{b}}"]])
            section.rows = one(of: [[], [.category("C"), .cells(["{{a}}", "b", "c"])]])
            section.items = one(of: [[], ["i", "{{a}}"]])
            section.choices = one(of: [[], [.init(options: ["Yes", "No"])]])
            if depth < 3, chance(2) { section.sections = outline(depth: depth + 1) }
            return section
        }
    }

    mutating func contents(for ids: [String]) -> JSON {
        var members: OrderedDictionary<String, JSON> = [:]
        for id in ids where !chance(3) { members[id] = content(ids, depth: 0) }
        if chance(4) { members["stranger"] = content(ids, depth: 0) }
        return .object(members)
    }

    private mutating func content(_ ids: [String], depth: Int) -> JSON {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0, 1, 2: return .string(RandomMarkdown.text(&generator))
        case 3,
            4 where depth < 4:
            return .array((0..<Int.random(in: 0..<4, using: &generator)).map { _ in content(ids, depth: depth + 1) })
        case 5 where depth < 4:
            return [
                "values": ["a": content(ids, depth: 9), "b": "y"],
                "sections": .object([one(of: ids): content(ids, depth: depth + 1)]),
            ]
        case 6: return one(of: [.null, 1, 2.5, true, "", ["values": "x"], ["other": 1], "Yes", "X"])
        default: return .string("text")
        }
    }
}
