import BatonEngine
import Testing

@testable import BatonWorkflow

@Suite struct ApprovalTests {
    private func policy(_ text: String, warnings: Int = 0) throws -> ApprovalPolicy? {
        try work(try plan("- agent: pm\n  creates: prd.md, shards/\n  \(text)", warnings: warnings)).approval
    }

    @Test("A step says who approves what it made, in short or in full")
    func forms() throws {
        #expect(try policy("notes: none") == nil)
        #expect(try policy("approve: false") == nil)
        #expect(try policy("approve: true") == ApprovalPolicy())
        #expect(try policy("approve: prd.md") == ApprovalPolicy(artifacts: ["prd.md"]))
        #expect(try policy("approve: [prd.md, shards/one.md]")?.artifacts == ["prd.md", "shards/one.md"])
        let full = try policy(
            "approve: {artifact: prd.md, by: [po, ann], quorum: 2, four_eyes: true, timeout: PT2H, "
                + "on_timeout: reject, optional: true}")
        #expect(
            full
                == ApprovalPolicy(
                    artifacts: ["prd.md"], by: ["po", "ann"], quorum: 2, fourEyes: true,
                    timeoutMilliseconds: 7_200_000, onTimeout: .reject, isOptional: true))
        #expect(try policy("approve: {on_timeout: reject}", warnings: 1)?.onTimeout == .reject)
    }

    @Test(
        "What can't be meant is an error",
        arguments: [
            ("approve: {four_eye: true}", "means nothing in approve"), ("approve: {quorum: 0}", "quorum must be"),
            ("approve: {timeout: 2 hours}", "ISO-8601"), ("approve: {on_timeout: shrug}", "on_timeout must be one of"),
            ("approve: other.md", "does not make other.md"), ("approve: {by: []}", "by names nobody"),
        ])
    func errors(text: String, message: String) {
        let result = compile(sequence("- agent: pm\n  creates: prd.md\n  \(text)"))
        #expect(
            result.diagnostics.contains { $0.severity == .error && $0.message.contains(message) },
            "\(result.diagnostics)")
    }

    @Test("A step without an agent has nobody who could amend what is approved")
    func withoutAgent() {
        let result = compile(sequence("- agent: pm\n  creates: prd.md\n- id: talk\n  action: talk\n  approve: true"))
        #expect(result.diagnostics.contains { $0.severity == .error && $0.message.contains("with an agent") })
    }

    @Test("A plan says in words and as JSON who approves")
    func drawn() throws {
        let plan = try plan("- agent: pm\n  creates: prd.md\n  approve: {by: po, quorum: 2, four_eyes: true}")
        let drawing = PlanDrawing(plan)
        #expect(drawing.text.contains("waits until 2 of po approve what it made, not its author"), "\(drawing.text)")
    }
}
