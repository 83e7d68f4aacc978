import BatonEngine
import BatonWorkflow
import Testing

@Suite struct PlanMermaidTests {
    @Test("Boxes, questions, frames and arrows, coloured by state")
    func drawn() {
        let text = PlanDrawing(SamplePlan.plan, states: ["brief": .init(.completed), "code": .init(.running)]).mermaid
        let lines = text.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
        #expect(lines.first == "flowchart TD")
        for line in [
            #"begin(["start"])"#, #"s0["brief<br/>analyst, discovery<br/>→ brief.md<br/>reports size<br/>completed"]"#,
            #"subgraph fs7["stories: for each<br/>story of stories, else as long as more_stories, "#
                + #"at most 1000 rounds, 2 side by side"]"#,
            #"s7{{"for each story"}}"#, #"s12>"note<br/>Save it."]"#, #"s13[["child<br/>a run of other"]]"#,
            #"js11(("any"))"#, #"s6 -.->|"again"| s3"#, #"c10 -->|"yes"| s10"#, "class s0 completed",
            "class s9 running", "classDef completed fill:#d4f4dd,stroke:#1a7f37,color:#000000",
        ] { #expect(lines.contains(line[...]), "\(line)") }
        #expect(lines.count { $0.hasPrefix("subgraph") } == lines.count { $0 == "end" })
    }

    /// What a line of a flowchart can be: with labels that hold nothing but letters, a few harmless signs and entity
    /// codes.
    private static let label = #""(?:[A-Za-z0-9 \-_.,:()/=+!?…→]|#[0-9]+;|<br/>|[^\x00-\x7F])*""#

    @Test("No text of a file gets out of its label", arguments: SamplePlan.hostileTexts)
    func hostile(text: String) throws {
        let node = try Regex("    +[a-z0-9]+(?:\\[|\\(\\[|>|\\[\\[|\\{|\\{\\{|\\(\\()\(Self.label)[\\])}]+")
        let edge = try Regex("    [a-z0-9]+ (?:-->|-\\.->)(?:\\|\(Self.label)\\|)? [a-z0-9]+")
        let frame = try Regex("    +(?:subgraph [a-z0-9]+\\[\(Self.label)\\]|end)")
        for line in PlanDrawing(SamplePlan.hostile(text)).mermaid.split(separator: "\n").dropFirst() {
            let isKnown =
                try node.wholeMatch(in: line) != nil || edge.wholeMatch(in: line) != nil
                || frame.wholeMatch(in: line) != nil
            #expect(isKnown, "\(line)")
        }
    }
}
