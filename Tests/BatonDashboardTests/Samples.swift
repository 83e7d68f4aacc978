import BatonClient

@testable import BatonDashboard

enum Samples {
    static let run = Identifier("0197a1b2-c3d4-7e5f-8a9b-112233440000")!
    static let start = Timestamp("2026-01-31T12:00:00Z")!

    static func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: start.milliseconds + seconds * 1000) }

    /// What an agent or a client could send to do harm, each with what must not come out.
    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
        "<svg/onload=alert(1)>", "</title><script>alert(1)</script>", "</style><script>", "<!--", "&lt;script&gt;",
        "javascript:alert(1)", "\u{1B}]0;owned\u{07}\u{1B}[31mred", "abc\u{202E}gpj.exe", "\u{2066}x\u{2069}",
        "[x](javascript:alert(1))", "![x](https://elsewhere.example/pixel.png)",
        "<a href=\"javascript:alert(1)\">x</a>",
    ]

    static let frame = Frame(
        gate: Gate(token: nil, names: []), isReadOnly: false, namespace: "default")

    static func question(
        _ name: String = "logo", _ answers: Decision.Answers = .boolean, question: String = "Is a logo wanted?",
        item: String? = nil
    ) -> DecisionEntry {
        DecisionEntry(
            id: run.child(7), run: run, workflow: "w", step: "designer", kind: .fact, name: name, item: item,
            question: question, answers: answers, askedAt: start)
    }

    static func step(
        _ id: String, _ state: StepStatus, kind: StepEntry.Kind = .agent, agent: String? = nil, in path: [String] = [],
        reason: String? = nil, artifacts: [String] = []
    ) -> StepEntry {
        StepEntry(
            id: id, phase: .plan, kind: kind, roles: ["pm"], state: state, agent: agent, since: start, reason: reason,
            artifacts: artifacts, path: path)
    }

    static func snapshot(
        _ steps: [StepEntry] = [], status: RunStatus = .running, title: String = "Shop", reason: String? = nil,
        waitingFor: [WaitingFor] = [], decisions: [DecisionEntry] = []
    ) -> RunSnapshot {
        RunSnapshot(
            run: run, project: "shop", workflow: "greenfield", title: title, revision: "0", status: status,
            reason: reason, phase: .plan, milestones: [Milestone(phase: .discovery, reachedAt: start)], steps: steps,
            counts: [:], percent: 40, waitingFor: waitingFor, decisions: decisions, sequence: 1, startedAt: start,
            updatedAt: start, by: By(store: "s", epoch: 1))
    }

    static func page(_ run: RunSnapshot, _ record: RunRecord = RunRecord(sequence: 1), notice: String? = nil) -> String
    {
        RunPage(frame: frame, overview: Overview(), run: run, record: record, notice: notice, now: time(75))
            .html.markup
    }

    static func event(
        _ sequence: Int, _ kind: String, task: UInt32? = nil, agent: String? = nil, step: String? = "pm-prd",
        input: JSON = [:], then: JSON = []
    ) -> LogEvent {
        LogEvent(
            run: run, sequence: sequence, at: time(Int64(sequence)), kind: kind, step: step, task: task.map(run.child),
            agent: agent, input: .value(input), then: .value(then))
    }
}

extension String {
    /// The tags and attributes that a browser would see, without the text between them.
    var tags: [String] { matches(of: /<[^>]*>/).map { String($0.0) } }
}
