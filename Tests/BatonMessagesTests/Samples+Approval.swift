import BatonMessages

extension Samples {
    static let vote = ApprovalVote(
        by: "ann", answer: "amend", comment: "shorter", version: run.child(6), at: now)

    static let approval = DecisionEntry(
        id: run.child(15), run: run, workflow: "greenfield", step: "pm-prd", kind: .approval,
        name: "approve_pm-prd", question: "Approve prd.md (version 1)?",
        answers: .oneOf(["approve", "reject", "amend"]), status: .answered, askedAt: now, answer: "amend",
        answeredBy: "ann", answeredAt: now,
        approval: ApprovalEntry(
            documents: [.init(id: run.child(5), name: "prd.md", version: 1)], by: ["ann", "po"], quorum: 2, missing: 2,
            fourEyes: true, phase: .plan, dueAt: now, onTimeout: .reject, votes: [vote]))

    static let amend = Request(
        id: "x",
        kind: .decide(
            DecideRequest(
                run: run, decision: run.child(15), value: "amend", comment: "shorter", artifact: "prd.md",
                document: ArtifactDocument(name: "prd.md", body: .text("# PRD\n")))))

    static let approvedEntry: ArtifactEntry = {
        var approved = entry
        approved.author = "analyst-1"
        approved.approvals = [vote]
        return approved
    }()

    static let missingApproval = Reply(
        requestID: "x",
        .decided(
            DecideReply(
                run: run, decision: run.child(15), name: "approve_pm-prd", value: "approve", hasChanged: true,
                missing: 1)))
}
