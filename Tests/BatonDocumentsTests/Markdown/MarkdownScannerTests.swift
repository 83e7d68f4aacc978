import Testing

@testable import BatonDocuments

@Suite struct MarkdownScannerTests {
    private func headings(_ text: String) -> [String] {
        let scanner = MarkdownScanner(Array(text.utf8))
        return scanner.headings.map { "\($0.level) \(scanner.bytes.text($0.title))" }
    }

    @Test(
        "Headings are found as CommonMark has them",
        arguments: [
            ("# a\n## b\n###### c\n####### d", ["1 a", "2 b", "6 c"]),
            ("#a\n\\# b\n#\n## c ##\n# d #e\n# f \\##", ["1 ", "2 c", "1 d #e", "1 f \\##"]),
            ("   # a\n    # code\n\n\t# code", ["1 a"]),
            ("a\n===\nb\nc\n---\n\n---\n- d\n---", ["1 a", "2 b\nc"]),
            ("text\n# a\ntext", ["1 a"]),
            ("# a\r\nb\r\n===\r\n## c\r# d", ["1 a", "1 b", "2 c", "1 d"]),
        ])
    func plain(text: String, expected: [String]) { #expect(headings(text) == expected) }

    @Test(
        "A heading in code, HTML, a list or a quotation is none of the document's",
        arguments: [
            "```\n# a\n```", "~~~~\n# a\n~~~\n# b\n~~~~\n", "```\n# a", "   ```x\n# a\n   ```", "- ```\n  # a\n  ```",
            "<!--\n# a\n\n# b\n-->", "<script>\n\n# a\n</script>", "<div>\n# a\n</div>", "<?php\n\n# a ?>",
            "> # a\n> text", "- # a", "1. x\n\n   # a", "> - > # a", "<![CDATA[\n\n# a\n]]>", "- a\n\n      # code",
        ])
    func nested(text: String) { #expect(headings(text + "\n\n# end").filter { $0 != "1 end" } == []) }

    @Test(
        "What ends a container ends the code in it",
        arguments: [
            ("- ```\n# a", ["1 a"]), ("> ```\n# a", ["1 a"]), ("- a\n\n# b", ["1 b"]), ("-\n\n  # a", ["1 a"]),
            ("``` `\n# a", ["1 a"]), ("<div>\n\n# a", ["1 a"]), ("<!-- x -->\n# a", ["1 a"]),
            ("text\n<b>\n# a", ["1 a"]), ("> quote\nlazy\n===", []), ("2. a\n# b", ["1 b"]),
            ("a\n2. b\n===", ["1 a\n2. b"]),
        ])
    func ends(text: String, expected: [String]) { #expect(headings(text) == expected) }

    @Test("Front matter is skipped, a thematic break is not")
    func frontMatter() {
        #expect(headings("---\ntitle: x\n# comment\n---\n# a") == ["1 a"])
        #expect(headings("---\n\n# a\n---\n# b") == ["1 a", "1 b"])
        #expect(headings("---\ntitle: x\n# a\n") == ["1 a"])
    }

    @Test("Links are found where they are, and code is not")
    func links() {
        let text = #"""
            [a](one.md) `[b](no.md)` ``[c`](no.md)`` \[d](no.md) [e](<t w o.md> "x") ![f](three.png 'y') [g]( four )
            [h](f(i)v(e)) [i](no way) ](no.md) <!-- [k](no.md) --> [l](#six) [m][n]

            [n]: seven.md "title"
            [o]: <eight.md>
            """#
        let scanner = MarkdownScanner(Array(text.utf8))
        let found = scanner.texts.flatMap { InlineScanner(scanner.bytes, in: $0).destinations }
        #expect(
            found.map { scanner.bytes.text($0) }
                == ["one.md", "t w o.md", "three.png", "four", "f(i)v(e)", "#six", "seven.md", "eight.md"])
    }

    @Test(
        "Hostile nesting takes linear time",
        arguments: [
            String(repeating: "> ", count: 200_000), String(repeating: "- ", count: 200_000),
            String(repeating: "- - - - x\n\n", count: 20_000), String(repeating: "[a](", count: 100_000),
            String(repeating: "`", count: 1000) + String(repeating: "` `` ", count: 60_000),
            String(repeating: "<!--", count: 100_000), String(repeating: "<a ", count: 100_000),
            String(repeating: "[", count: 200_000), String(repeating: "](<", count: 100_000),
            String(repeating: "# a\n", count: 60_000), String(repeating: "```\n", count: 60_001),
        ])
    func hostile(text: String) {
        let clock = ContinuousClock()
        let time = clock.measure {
            let scanner = MarkdownScanner(Array(text.utf8))
            for range in scanner.texts { _ = InlineScanner(scanner.bytes, in: range) }
        }
        // Quadratic time would be minutes.
        #expect(time < .seconds(20))
    }
}
