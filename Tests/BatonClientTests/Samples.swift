import BatonClient

enum Samples {
    static let run = Identifier("0197a1b2-c3d4-7e5f-8a9b-112233440000")!
    static let start = Timestamp("2026-01-31T12:00:00Z")!

    static func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: start.milliseconds + seconds * 1000) }

    static func row(_ id: String, _ status: RunStatus = .running) -> RunRow {
        RunRow(
            run: Identifier(id)!, workflow: "w", title: "W", project: "p", status: status, phase: .plan, percent: 10,
            startedAt: start)
    }

    static func step(
        _ id: String, _ phase: Phase, _ state: StepStatus, role: String = "pm", agent: String? = nil,
        since: Timestamp? = nil, attempt: Int? = nil, reason: String? = nil, artifacts: [String] = [],
        in path: [String] = []
    ) -> StepEntry {
        StepEntry(
            id: id, phase: phase, kind: .agent, roles: [role], state: state, attempt: attempt, agent: agent,
            since: since, reason: reason, artifacts: artifacts, path: path)
    }

    static func question(
        _ name: String = "user_wants_a_logo", item: String? = nil, step: String? = "designer-logo",
        question: String = "Is a logo wanted?", _ answers: Decision.Answers = .boolean, ordinal: UInt32 = 7,
        status: Decision.Status = .open
    ) -> DecisionEntry {
        DecisionEntry(
            id: run.child(ordinal), run: run, workflow: "greenfield", step: step, kind: .fact, name: name, item: item,
            question: question, answers: answers, status: status, askedAt: start)
    }

    static func snapshot(
        _ steps: [StepEntry] = [], status: RunStatus = .running, reason: String? = nil, percent: Int = 40,
        sequence: Int = 1, milestones: [Milestone] = [], waitingFor: [WaitingFor] = [],
        decisions: [DecisionEntry] = [], title: String = "Greenfield"
    ) -> RunSnapshot {
        let counts = Dictionary(grouping: steps, by: \.state).mapValues(\.count)
        return RunSnapshot(
            run: run, project: "shop", workflow: "greenfield", title: title, revision: "0", status: status,
            reason: reason, phase: .plan, milestones: milestones, steps: steps, counts: counts, percent: percent,
            waitingFor: waitingFor, decisions: decisions, sequence: sequence, startedAt: start, updatedAt: start,
            endedAt: status.isFinal ? time(90) : nil, by: By(store: "s", epoch: 1))
    }

    static func event(
        _ sequence: Int, _ kind: String = "retry_due", step: String? = nil, item: String? = nil,
        task: UInt32? = nil, agent: String? = nil, attempt: Int? = nil,
        input: JSON = [:], then: JSON = []
    ) -> LogEvent {
        LogEvent(
            run: run, sequence: sequence, at: time(Int64(sequence)), kind: kind, step: step, item: item,
            task: task.map(run.child), agent: agent, attempt: attempt, input: .value(input), then: .value(then))
    }

    static func artifact(_ name: String, _ content: [UInt8], version: Int = 1, ordinal: UInt32 = 1) -> ArtifactEntry {
        ArtifactEntry(
            id: run.child(ordinal), name: name, version: version, digest: ContentHash.of(content),
            size: content.count, mediaType: "text/markdown", step: "s", task: run.child(9), role: "pm", madeFrom: [],
            createdAt: start)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed, the same numbers.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements.randomElement(using: &self)! }
}
