import BatonEngine
import BatonWorkflow
import Testing

@Suite struct PlanJSONTests {
    private func step(_ id: String, in json: JSON) -> JSON? { json["steps"]?.array?.first { $0["id"]?.string == id } }

    @Test("A plan can be read by programs")
    func read() throws {
        let drawing = PlanDrawing(SamplePlan.plan, states: ["code": .init(.running, remark: "1/3")])
        let json = try JSON.parse(drawing.json)
        #expect(json["workflow"] == "sample")
        #expect(json["elements"] == ["brief", "size", "review-loop", "stories", "last"])
        #expect(json["steps"]?.array?.count == SamplePlan.plan.steps.count)
        #expect(json["completion"] == [["text": "brief.md exists", "artifact": "brief.md"]])
        let stories = try #require(step("stories", in: json))
        #expect(stories["kind"] == "for_each")
        #expect(stories["elements"] == ["body"])
        #expect(stories["max_parallel"] == 2)
        #expect(stories["implied"] == true)
        let code = try #require(step("code", in: json))
        #expect(code["parent"] == "body")
        #expect(code["state"] == "running")
        #expect(code["remark"] == "1/3")
        #expect(code["requires"] == [["story.md", "brief.md"]])
        let fixes = try #require(step("fixes", in: json))
        #expect(fixes["condition"] == ["symbol": "review_issues", "source": "the verdict of review"])
        let routes = try #require(step("size", in: json)?["routes"])
        #expect(
            routes == [["name": "small", "step": "quick", "ends_run": true], ["name": "large", "ends_run": false]])
    }

    @Test("Texts of a file arrive as they are", arguments: SamplePlan.hostileTexts)
    func hostile(text: String) throws {
        let json = try JSON.parse(PlanDrawing(SamplePlan.hostile(text)).json)
        #expect(json["workflow"]?.string == text)
        #expect(json["steps"]?.array?.first?["id"]?.string == text)
    }
}
