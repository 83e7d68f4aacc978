import BatonEngine
import Testing

@testable import BatonWorkflow

@Suite struct PlanGraphTests {
    private func arrows(_ plan: Plan) -> [String] {
        PlanGraph(plan).edges.map { edge in
            let label = edge.label.map { " [\($0)]" } ?? ""
            return "\(edge.from) \(edge.kind == .back ? "~>" : "->") \(edge.to)\(label)"
        }
    }

    @Test("Arrows follow the order, the branches, the loops and what may be left out")
    func arrows() {
        #expect(
            arrows(SamplePlan.plan) == [
                "begin -> s0", "s0 -> s1", "s1 -> s2 [small]", "s1 -> s3 [large]",
                // The review, what it asks for, and back.
                "s3 -> s4", "s4 -> c5", "c5 -> s6 [yes]", "s6 ~> s3 [again]", "c5 -> s7 [no]",
                // For each story: the second step may be left out.
                "s7 -> s9", "s9 -> c10", "c10 -> s10 [yes]", "s10 ~> s7 [next story]", "c10 ~> s7 [no, next story]",
                "s7 -> s12 [done]", "s7 -> s13 [done]", "s12 -> js11", "s13 -> js11", "js11 -> finish",
                "s2 -> finish",
            ])
    }

    @Test("In a dataflow each arrow is something that is waited for")
    func dataflow() {
        let steps = ["a", "b", "c", "d"].map { SamplePlan.agent($0) }
        let plan = Plan(
            workflow: "w", title: "W", summary: "", revision: "r", steps: steps,
            // The third comes before the first in time.
            body: .dataflow(Dataflow(elements: [0, 1, 2, 3], after: [[2], [2], [], [0, 1]])))
        #expect(
            arrows(plan) == [
                "begin -> s2", "s2 -> s0", "s2 -> s1", "s0 -> s3", "s1 -> s3", "s3 -> finish",
            ])
    }

    @Test("A switch without else goes on when nothing holds; a loop goes back until its expression holds")
    func choices() throws {
        let plan = try plan(
            """
            - loop:
                until: facts.done
                max_rounds: 4
                steps:
                  - {agent: a, id: work, reports: [{name: done, type: boolean, question: Done?}]}
            - switch:
                - when: facts.done
                  steps: [{agent: b, id: more}]
            """)
        let (work, more) = (index(of: "work", plan), index(of: "more", plan))
        let (loop, choice) = (index(of: "loop", plan), index(of: "switch", plan))
        #expect(
            arrows(plan) == [
                "begin -> s\(loop)", "s\(loop) -> s\(work)", "s\(work) -> u\(loop)", "u\(loop) ~> s\(loop) [no]",
                "u\(loop) -> s\(choice) [yes]", "s\(choice) -> s\(more) [facts.done]", "s\(more) -> finish",
                "s\(choice) -> finish [else]",
            ])
    }

    private func index(of id: String, _ plan: Plan) -> Int { plan.steps.firstIndex { $0.id == id } ?? -1 }
}
