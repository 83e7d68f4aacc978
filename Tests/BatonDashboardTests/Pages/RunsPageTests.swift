import BatonClient
import Testing

@testable import BatonDashboard

@Suite struct RunsPageTests {
    private func page(running: Int, stuck: Int = 0, active: Int, attention: Int = 0) -> String {
        var overview = Overview()
        let rows = (0..<(running + stuck)).map { number in
            RunRow(
                run: Identifier(high: 7, low: UInt64(number)), workflow: "w", title: "Run \(number)",
                project: "p", status: number < running ? .running : .attention, phase: .plan, percent: 1,
                startedAt: Samples.start)
        }
        overview.index = RunIndex(runs: rows, at: Samples.start)
        overview.orchestrator = OrchestratorState(
            state: .online, store: "s", epoch: 1, version: "1", runs: .init(active: active, attention: attention))
        return RunsPage(frame: Samples.frame, overview: overview, now: Samples.time(9)).html.markup
    }

    @Test("As long as the index has all runs, they are counted; of more, the orchestrator says how many there are")
    func numbers() {
        let few = page(running: 3, stuck: 1, active: 9, attention: 9)
        #expect(few.contains("<b>4</b> going on") && few.contains("<b>1</b> need a person"))
        #expect(!few.contains("more are going on"))
        let many = page(running: 199, stuck: 1, active: 1000, attention: 7)
        #expect(many.contains("<b>1000</b> going on") && many.contains("<b>7</b> need a person"))
        #expect(many.contains("800 more are going on"))
    }

    @Test("A run that goes on and asks something is among those that need a person, with how much it asks")
    func asking() {
        var overview = Overview()
        overview.index = RunIndex(
            runs: (0..<2).map { number in
                RunRow(
                    run: Identifier(high: 7, low: UInt64(number)), workflow: "w", title: "Run \(number)", project: "p",
                    status: .running, phase: .plan, percent: 1, startedAt: Samples.start, questions: number * 2)
            }, at: Samples.start)
        let page = RunsPage(frame: Samples.frame, overview: overview, now: Samples.time(9)).html.markup
        let groups = page.components(separatedBy: "<h3>")
        #expect(groups.count == 3 && page.contains("<b>1</b> need a person"))
        #expect(groups[1].hasPrefix("Needs a person") && groups[1].contains("Run 1"))
        #expect(groups[1].contains("2 questions") && !groups[2].contains("question"))
    }
}
