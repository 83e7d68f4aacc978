import Testing

@testable import BatonDashboard

@Suite struct MarkdownTests {
    private func render(_ text: String) -> String { Markdown.render(text).markup }

    @Test("What documents are written with is rendered")
    func constructs() {
        #expect(render("# Title #") == "<h2>Title</h2>")
        #expect(render("one\ntwo\n\nthree") == "<p>one\ntwo</p><p>three</p>")
        #expect(
            render("a **b** *c* `d<e` ~~f~~") == "<p>a <strong>b</strong> <em>c</em> <code>d&lt;e</code> <s>f</s></p>")
        #expect(render("snake_case_name and 2 * 3 * 4") == "<p>snake_case_name and 2 * 3 * 4</p>")
        #expect(render("- a\n- b\n  - c") == "<ul><li>a</li><li><p>b</p><ul><li>c</li></ul></li></ul>")
        #expect(render("1. a\n2. b") == "<ol><li>a</li><li>b</li></ol>")
        #expect(render("> quoted") == "<blockquote><p>quoted</p></blockquote>")
        #expect(render("---") == "<hr>")
        #expect(
            render("```swift\n<b>\n```\nafter")
                == "<pre class=\"code\" tabindex=\"0\"><code>&lt;b&gt;</code></pre><p>after</p>")
        #expect(render("\\*not\\*") == "<p>*not*</p>")
    }

    @Test("A table has its rows, and no more cells than its head")
    func tables() {
        let html = render("| a | b |\n|---|---|\n| 1 | **2** | 3 |\n| x \\| y | z |\n")
        #expect(html.contains("<th scope=\"col\">a</th><th scope=\"col\">b</th>"))
        #expect(html.contains("<tr><td>1</td><td><strong>2</strong></td></tr>"))
        #expect(html.contains("<td>x | y</td>"))
    }

    @Test("Only links to http, https and mailto can be followed")
    func links() {
        let good = render("[a](https://x.example/?q=\"&b) <mailto:a@b.example> https://y.example/z.")
        #expect(good.contains("<a href=\"https://x.example/?q=&quot;&amp;b\" rel=\"noopener noreferrer nofollow\""))
        #expect(good.contains("href=\"mailto:a@b.example\""))
        #expect(good.contains(">https://y.example/z</a>."))
        let bad = [
            "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x",
            "file:///etc/passwd", "//elsewhere.example", "prd.md", "https://", "\u{1}javascript:x", "&#106;avascript:x",
        ]
        for address in bad { #expect(!render("[x](\(address))").contains("href"), "\(address)") }
    }

    @Test("HTML, scripts and images of a document are text or links", arguments: Samples.hostile)
    func hostile(text: String) {
        let allowed: Set = ["p", "/p", "a", "/a", "span", "/span"]
        for source in [text, "# \(text)", "- \(text)", "> \(text)", "| \(text) |\n|---|\n| \(text) |", "**\(text)**"] {
            let html = render(source)
            for tag in html.tags {
                let name = tag.dropFirst().prefix { $0 != " " && $0 != ">" }
                #expect(!["script", "img", "svg", "iframe", "style", "!--"].contains(name), "\(html)")
                #expect(!tag.contains(/\son[a-z]+=/), "\(html)")
                #expect(!tag.contains("href=\"java"), "\(html)")
            }
            if source == text {
                #expect(
                    html.tags.allSatisfy { tag in
                        allowed.contains(String(tag.dropFirst().prefix { $0 != " " && $0 != ">" }))
                    }, "\(html)")
            }
        }
    }

    @Test(
        "A text made of openings takes no longer than others",
        arguments: ["[", "*", "`", "![", "<", "**a", "_a", "> ", "- ", "|"])
    func openings(mark: String) {
        let line = String(repeating: mark, count: 20_000)
        let text = String(repeating: String(repeating: mark, count: 40) + "\n", count: 500)
        let time = ContinuousClock().measure {
            _ = render(line)
            _ = render(text)
        }
        #expect(time < .seconds(10))
    }

    @Test("Whatever the text, as many tags are closed as are opened")
    func balance() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "*", "**", "_", "`", "[", "](", ")", "x", " ", "\n", "- ", "> ", "#", "|", "---", "~~", "<b>", "1. ",
        ]
        for _ in 0..<300 {
            let text = (0..<40).map { _ in pieces.randomElement(using: &random)! }.joined()
            var open: [String] = []
            for tag in render(text).tags where tag != "<hr>" {
                let name = String(tag.dropFirst(tag.hasPrefix("</") ? 2 : 1).prefix { $0 != " " && $0 != ">" })
                if tag.hasPrefix("</") { #expect(open.popLast() == name, "\(text)") } else { open.append(name) }
            }
            #expect(open.isEmpty, "\(text)")
        }
    }
}
