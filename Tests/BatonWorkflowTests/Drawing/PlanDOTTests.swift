import BatonEngine
import BatonWorkflow
import Testing

@Suite struct PlanDOTTests {
    @Test("Nodes, clusters and edges, coloured by state")
    func drawn() {
        let text = PlanDrawing(SamplePlan.plan, states: ["brief": .init(.failed, remark: "round 2")]).dot
        let lines = text.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
        for line in [
            "digraph plan {", #"label="A sample""#,
            ##"s0 [label="brief\nanalyst, discovery\n→ brief.md\nreports size\nfailed round 2", "##
                + ##"shape=box, fillcolor="#ffd7d5", color="#cf222e"]"##,
            "subgraph cluster_fs3 {",
            #"c5 [label="if review_issues (the verdict of review)", shape=diamond, style=filled]"#,
            #"s6 -> s3 [label="again", style=dashed, constraint=false]"#, "s2 -> finish",
        ] { #expect(lines.contains(line[...]), "\(line)") }
        #expect(text.hasSuffix("\n}\n"))
    }

    @Test("No text of a file gets out of its quotes", arguments: SamplePlan.hostileTexts)
    func hostile(text: String) {
        let dot = PlanDrawing(SamplePlan.hostile(text)).dot
        #expect(Self.withoutStrings(dot) == Self.withoutStrings(PlanDrawing(SamplePlan.hostile("x")).dot))
    }

    /// The text as a reader of the language sees it, with nothing in its quoted strings.
    private static func withoutStrings(_ text: String) -> String {
        var result = ""
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if isQuoted, !isEscaped, character == "\\" {
                isEscaped = true
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            if !isQuoted { result.append(character) }
            isEscaped = false
        }
        return result
    }
}
