import BatonClient
import Testing

@testable import BatonDashboard

@Suite struct HTMLTests {
    @Test("Text that is put in stays text", arguments: Samples.hostile)
    func escaping(text: String) {
        let html: HTML = "<p title=\"\(text)\">\(text)</p>"
        #expect(html.markup.tags.count == 2, "\(html.markup)")
        #expect(html.markup.tags.last == "</p>")
        // The attribute ends where the program ends it.
        #expect(html.markup.filter { $0 == "\"" }.count == 2)
    }

    @Test("What reorders text and what moves a cursor is taken out")
    func controls() {
        #expect(HTML.escape("a\u{202E}b\u{2066}c\u{1B}[31md\u{07}e") == "abcde")
        #expect(HTML.escape("one\n\ttwo") == "one\n\ttwo")
    }

    @Test(
        "Commands between backticks become code, whatever else is in the sentence",
        arguments: [
            ("no such run; `baton list` lists them", "no such run; <code>baton list</code> lists them"),
            ("`a` or `b`", "<code>a</code> or <code>b</code>"), ("it's `open", "it&#39;s `open"),
            ("`a` and `", "<code>a</code> and `"), ("`<b>`", "<code>&lt;b&gt;</code>"), ("plain", "plain"),
            ("``", "<code></code>"),
        ])
    func sentences(text: String, markup: String) { #expect(HTML(sentence: text).markup == markup) }

    @Test("Pages with nothing to show yet tell what to do without the marks of a terminal's quotes")
    func emptyPages() {
        let (frame, now) = (Samples.frame, Samples.start)
        var heard = Overview()
        heard.index = RunIndex(runs: [], at: now)
        let pages = [
            RunsPage(frame: frame, overview: Overview(), now: now).html,
            RunsPage(frame: frame, overview: heard, now: now).html,
            AgentsPage(frame: frame, overview: heard, agents: [], now: now).html,
            StartPage(frame: frame, overview: heard, workflows: []).html, frame.login(wasWrong: true),
            frame.failure("Not possible", "the run is over; `baton list` lists others"),
        ]
        for page in pages {
            #expect(page.markup.contains("<code>baton ") && !page.markup.contains("`"), "\(page.markup)")
        }
    }

    @Test("Markup within markup is not escaped twice")
    func nesting() {
        let name = "a & b"
        let inner: HTML = "<b>\(name)</b>"
        #expect(
            ("<p>\(inner)\([inner, inner])</p>" as HTML).markup
                == "<p><b>a &amp; b</b><b>a &amp; b</b><b>a &amp; b</b></p>")
    }

    @Test("A name is one segment of a path, whatever is in it")
    func paths() {
        #expect(Address.document("r", "../a b/ü?#.md") == "/runs/r/documents/..%2Fa%20b%2F%C3%BC%3F%23.md")
        #expect(Address.text("..%2Fa%20b%2F%C3%BC%3F%23.md") == "../a b/ü?#.md")
        #expect(Address.text("%zz") == nil)
        #expect(Address.text("%c3") == nil)
        #expect(Address.fields("a=1&a=2&b=x+y%26z&c") == ["a": "1", "b": "x y&z", "c": ""])
    }
}
