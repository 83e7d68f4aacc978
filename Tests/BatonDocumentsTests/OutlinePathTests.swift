import BatonDocuments
import BatonEngine
import Testing

@Suite struct OutlinePathTests {
    private func path(_ filename: String, _ values: JSON = [:]) throws -> String? {
        let outline = try #require(
            Outline.read([
                "template": ["id": "t", "name": "T", "output": ["filename": .string(filename)]],
                "sections": [["id": "a", "title": "A"]],
            ]).outline)
        return outline.path(values: values.object ?? [:])
    }

    @Test("Variables are filled with slugs, whichever way names are written")
    func filled() throws {
        #expect(try path("docs/prd.md") == "docs/prd.md")
        let story: JSON = ["epic-num": 1, "story_num": 2, "story_title_short": "Log in & out"]
        #expect(
            try path("docs/stories/{{epic_num}}.{{story_num}}.{{story_title_short}}.md", story)
                == "docs/stories/1.2.log-in-out.md")
    }

    @Test("What cannot be filled has no path")
    func unknown() throws {
        #expect(try path("docs/{{name}}.md") == nil)
        #expect(try path("docs/{{name}}.md", ["name": "…"]) == nil)
        #expect(try path("qa.qaLocation/gates/{{a}}.yml", ["a": "x"]) == nil)
        #expect(
            try path("qa.qaLocation/gates/{{a}}.yml", ["a": "x", "qa.qaLocation": "docs/qa"]) == "docs/qa/gates/x.yml")
    }

    @Test("No value and no template leads out of the folder")
    func outside() throws {
        #expect(try path("docs/{{name}}.md", ["name": "../../etc/passwd"]) == "docs/etc-passwd.md")
        #expect(try path("../prd.md") == nil)
        #expect(try path("a/../../prd.md") == nil)
        #expect(try path("qa.qaLocation/x.yml", ["qa.qaLocation": "../.."]) == nil)
    }
}
