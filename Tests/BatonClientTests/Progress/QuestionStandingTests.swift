import BatonClient
import Testing

@Suite struct QuestionStandingTests {
    private static func approval(_ onTimeout: ApprovalPolicy.OnTimeout? = nil) -> DecisionEntry {
        var question = Samples.question("approve_prd", step: "prd", .oneOf(["approve", "reject", "amend"]))
        question.kind = .approval
        question.approval = ApprovalEntry(
            documents: [], by: ["ann", "po"], quorum: 2, missing: 1, fourEyes: true,
            dueAt: onTimeout == nil ? nil : Samples.time(3600), onTimeout: onTimeout,
            votes: [
                ApprovalVote(by: "eve", answer: "amend", at: Samples.time(1)),
                ApprovalVote(by: "bob", answer: "approve", at: Samples.time(2)),
            ])
        return question
    }

    @Test("A question tells since when it is open, who may answer, what is missing, and until when")
    func told() {
        let lines = QuestionText().lines(Self.approval(.reject), now: Samples.time(60))
        #expect(
            lines[2...3] == [
                "  for 1:00, since \(Samples.start); ann or po may answer, by name or role, and nobody who wrote on "
                    + "it; 1 of 2 are missing, approved by bob",
                "  due in 59:00, at \(Samples.time(3600)); then it counts as rejected, and the run fails",
            ])
        let plain = QuestionText().lines(Samples.question(), now: Samples.time(5))
        #expect(
            plain[2] == "  for 0:05, since \(Samples.start); whoever the broker lets send requests may answer")
        #expect(plain.count == 4)
    }

    @Test(
        "What becomes of it when nobody answers",
        arguments: [
            (.approve, "it counts as approved"), (.reject, "it counts as rejected, and the run fails"),
            (.attention, "the run needs attention, and it stays open"),
        ] as [(ApprovalPolicy.OnTimeout, String)])
    func timeouts(policy: ApprovalPolicy.OnTimeout, words: String) {
        let standing = QuestionStanding(Self.approval(policy))
        #expect(standing.onTimeout == words)
        let late = standing.deadline(now: Samples.time(3661))
        #expect(late == "due 1:01 ago, at \(Samples.time(3600)); then \(words)")
        #expect(QuestionStanding(Self.approval()).deadline(now: Samples.start) == nil)
    }

    @Test("What people are called can't do anything to a terminal, and no line is wider than it")
    func narrow() {
        var question = Self.approval(.approve)
        question.approval?.by = ["ann\u{1B}[2J", "bob"]
        for line in QuestionText().lines(question, width: 40, now: Samples.time(60)).dropLast(2) {
            #expect(line.count <= 40 && !line.contains("\u{1B}"), "\(line)")
        }
    }
}
