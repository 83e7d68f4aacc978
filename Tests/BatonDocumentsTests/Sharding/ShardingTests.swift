import Testing

@testable import BatonDocuments

@Suite struct ShardingTests {
    private let prd = #"""
        ---
        title: PRD
        ---
        # Shop PRD

        See [goals](#goals), ![logo](img/logo.png) and [site](https://example.org/#goals).

        ## Goals

        - [the first](#epic-1-start "x") and [itself](#goals)

        ### Notes

        ```md
        ## No heading
        [no link](a.md)
        ```

        ## Epic 1: Start

        <!--
        ## Hidden
        -->
        See [notes](#notes-1), [brief](./brief.md), [`code`](../src/a.swift) and `[x](y.md)`.

        ### Notes

        [up](#shop-prd) [gone](#nowhere)

        Goals
        -----
        [ref]: other.md
        """#

    @Test("A document becomes a folder with an index, with headings raised and links kept right")
    func splitting() {
        let sharded = Sharding.split(prd)
        #expect(sharded.pieces.map(\.name) == ["goals.md", "epic-1-start.md", "goals-2.md"])
        #expect(sharded.pieces.map(\.title) == ["Goals", "Epic 1: Start", "Goals"])
        #expect(
            sharded.index == """
                ---
                title: PRD
                ---
                # Shop PRD

                See [goals](goals.md#goals), ![logo](../img/logo.png) and [site](https://example.org/#goals).

                ## Sections

                - [Goals](./goals.md)
                - [Epic 1: Start](./epic-1-start.md)
                - [Goals](./goals-2.md)

                """)
        #expect(
            sharded.pieces[0].text == """
                # Goals

                - [the first](epic-1-start.md#epic-1-start "x") and [itself](#goals)

                ## Notes

                ```md
                ## No heading
                [no link](a.md)
                ```


                """)
        #expect(
            sharded.pieces[1].text == """
                # Epic 1: Start

                <!--
                ## Hidden
                -->
                See [notes](#notes), [brief](./../brief.md), [`code`](../../src/a.swift) and `[x](y.md)`.

                ## Notes

                [up](index.md#shop-prd) [gone](#nowhere)


                """)
        #expect(sharded.pieces[2].text == "Goals\n=====\n[ref]: ../other.md")
        #expect(sharded.joined() == prd)
    }

    @Test("Line ends stay, and the index has those of the document")
    func carriageReturns() {
        let text = "# A\r\n\r\n## B\r\nx\r\n## C\r\n"
        let sharded = Sharding.split(text)
        #expect(sharded.pieces.map(\.text) == ["# B\r\nx\r\n", "# C\r\n"])
        #expect(sharded.index == "# A\r\n\r\n## Sections\r\n\r\n- [B](./b.md)\r\n- [C](./c.md)\r\n")
        #expect(sharded.joined() == text)
    }

    @Test("A piece that uses a link defined elsewhere gets the definition")
    func references() {
        let text = "# T\n\nSee [a][One].\n\n## A\n[one] and `[two]`\n\n## B\n[two][]\n\n[one]: x.md 'X'\n[two]: <#a>"
        let sharded = Sharding.split(text)
        let mark = "\n<!-- Links that other sections define -->\n"
        #expect(sharded.preamble == "# T\n\nSee [a][One].\n\n\(mark)[one]: ../x.md 'X'\n")
        #expect(
            sharded.pieces.map(\.text) == [
                "# A\n[one] and `[two]`\n\n\(mark)[one]: ../x.md 'X'\n",
                "# B\n[two][]\n\n[one]: ../x.md 'X'\n[two]: <a.md#a>",
            ])
        #expect(sharded.joined() == text)
        let marked = text.replacing("# T", with: "# T\(mark)")
        #expect(Sharding.split(marked).joined() == marked)
    }

    @Test("Names of pieces are words, each once, and never the index's, a device's or a path")
    func names() {
        let titles = [
            "Index", "CON", "", "🎉", "../../etc/passwd", "A/B\\C", "Straße & Größe", "目标", "What's new?", "index",
            "Index 2",
            String(repeating: "long ", count: 100), "B&amp;B `code` **bold** [link](to)", "GOALS", "goals",
        ]
        let sharded = Sharding.split(titles.map { "## \($0)\n\n" }.joined())
        #expect(
            sharded.pieces.map(\.name) == [
                "index-2.md", "con-section.md", "section.md", "section-2.md", "etc-passwd.md", "a-b-c.md",
                "straße-größe.md", "目标.md", "whats-new.md", "index-3.md", "index-2-2.md",
                String(repeating: "long-", count: 16).dropLast() + ".md", "b-amp-b-code-bold-link.md", "goals.md",
                "goals-2.md",
            ])
    }

    @Test("A document without sections is its index; further parts are pieces of their own")
    func shapes() {
        #expect(Sharding.split("# A\n\ntext").index == "# A\n\ntext")
        #expect(Sharding.split("").joined() == "")
        let parts = Sharding.split("# A\n## B\n### C\n# D\n### E\n## F\n")
        #expect(parts.pieces.map(\.text) == ["# B\n## C\n", "# D\n### E\n", "# F\n"])
        #expect(parts.pieces.map(\.level) == [2, 1, 2])
        #expect(parts.joined() == "# A\n## B\n### C\n# D\n### E\n## F\n")
    }

    @Test("Joining gives any document back, byte for byte", arguments: 0..<400)
    func property(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let text = RandomMarkdown.text(&generator)
        let sharded = Sharding.split(text)
        #expect(sharded.joined() == text, "seed \(seed)")
        #expect(Array(sharded.joined().utf8) == Array(text.utf8), "seed \(seed)")
        #expect(Set(sharded.pieces.map(\.name)).count == sharded.pieces.count)
        for piece in sharded.pieces {
            #expect(MarkdownScanner(Array(piece.text.utf8)).headings.first?.level == 1, "seed \(seed)")
        }
    }

    @Test("Time is linear: a hundred thousand headings, and as many links")
    func linear() {
        func measured(_ count: Int) -> Duration {
            let text = (0..<count).map { "## Title\n[a](#title-\($0)) [b](c.md)\n" }.joined()
            let clock = ContinuousClock()
            var sharded: ShardedDocument?
            let time = clock.measure { sharded = Sharding.split(text) }
            #expect(sharded?.pieces.count == count)
            return time
        }
        _ = measured(100)
        let small = measured(5_000)
        let large = measured(50_000)
        // Ten times as much takes ten times as long; quadratic time would be a hundred times.
        #expect(large < small * 40, "\(small) for 5,000 headings, \(large) for 50,000")
    }
}

/// Random documents of the pieces of markdown that are easy to get wrong.
enum RandomMarkdown {
    private static let lines = [
        "# One", "## Two", "## Two", "### Three", "## Notes", "#### Deep", "###### Deepest", "Under", "=====", "-----",
        "---", "",
        "", "", "text", "    indented", "\ttab", "```", "```js", "````", "~~~", "   ```", "- item", "  - nested",
        "- ```",
        "  ## in item", "> quote", "> ## quoted", "> ```", "1. one", "2) two", "* star", "***", "<!--", "-->",
        "<!-- x -->",
        "<div>", "</div>", "<script>", "</script>", "<?php", "?>", "[a](b.md)", "[a](#two)", "[a](#two-1)",
        "[a](#notes)",
        "![i](./x/y.png \"t\")", "[a](<b c.md>)", "[r]: ref.md", "[r]", "[a][r]", "[q]: #two \"t\"",
        "see [a][q] and [R][]", "`[a](b.md)`", "``", "`", "[a](../up.md#x)",
        "\\[a](b.md)",
        "[a](http://x.y/z)", "[a](mailto:x@y.z)", "| a | b |", "| --- | --- |", "é 漢字 🎉", "## 漢字", "##", "## #",
        "##\tTab",
        "[a](index.md)", "[a](two.md#two)", "[a](#)", "[a]()", "\u{FEFF}# bom", "\u{0}", "   ## three blanks",
        "title: x",
    ]

    static func text(_ generator: inout SeededGenerator) -> String {
        var text = Bool.random(using: &generator) ? "" : "---\ntitle: x\n---\n"
        let ends = Int.random(in: 0..<5, using: &generator) == 0 ? ["\r\n", "\n", "\r"] : ["\n"]
        for _ in 0..<Int.random(in: 0..<60, using: &generator) {
            text += lines.randomElement(using: &generator) ?? ""
            text += ends.randomElement(using: &generator) ?? ""
        }
        if Bool.random(using: &generator), text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
