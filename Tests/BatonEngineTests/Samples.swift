import BatonEngine

/// A run under test: gives inputs with a clock that only moves when told, and keeps the history.
struct RunUnderTest {
    var state: RunState
    var now = Timestamp(milliseconds: 1_700_000_000_000)
    var history: [RunInput] = []
    private var seeds: UInt64 = 0

    init(_ steps: [Step], prompts: [HandoffPrompt] = [], start: RunStart? = RunStart(project: "p", client: "test")) {
        let plan = Plan(
            workflow: "test", title: "Test", summary: "", revision: "r", steps: steps, handoffPrompts: prompts)
        state = RunState(id: Identifier(run: Seed(high: 1, low: 2), now: now), plan: plan)
        if let start { apply(.started(start)) }
    }

    @discardableResult
    mutating func apply(_ event: RunEvent) -> RunOutput {
        seeds += 1
        now = now + 10
        let input = RunInput(now: now, seed: Seed(high: 3, low: seeds), event: event)
        history.append(input)
        return state.apply(input)
    }

    /// The task that waits for an agent or is out.
    var open: TaskState? { state.tasks.last { !$0.status.isEnded } }

    @discardableResult
    mutating func dispatch(agent: String = "agent-1") -> Identifier {
        let lease = Identifier(high: 99, low: UInt64(state.sequence))
        guard case .agent(let work) = state.plan.steps[open!.step].kind else { preconditionFailure("no agent step") }
        apply(.dispatched(task: open!.ordinal, agent: agent, role: work.roles[0], lease: lease))
        return lease
    }

    /// Dispatches the open task and completes it with everything it should create.
    @discardableResult
    mutating func work(facts: JSON = [:], artifacts: [String]? = nil, summary: String = "done") -> RunOutput {
        let lease = dispatch()
        let task = open!
        guard case .agent(let work) = state.plan.steps[task.step].kind else { preconditionFailure("no agent step") }
        let names = artifacts ?? work.creates.filter { !$0.isOptional }.map(\.name.text)
        return apply(
            .completed(
                TaskReport(
                    task: task.ordinal, lease: lease, artifacts: names.map { content($0, seed: state.sequence) },
                    facts: facts, summary: summary)))
    }

    /// What replaying the history gives.
    func replayed() -> RunState {
        var copy = RunState(id: state.id, plan: state.plan)
        for input in history { _ = copy.apply(input) }
        return copy
    }
}

func content(_ name: String, seed: Int = 0) -> ArtifactContent {
    let bytes = (0..<32).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ seed &* 31 &+ name.utf8.count) }
    return ArtifactContent(
        name: ArtifactName(name), digest: Digest(bytes: bytes)!, size: 10, mediaType: "text/markdown")
}

func agent(
    _ role: String, creates: String..., requires: [String] = [], updates: [String] = [], phase: Phase = .plan,
    id: String? = nil, condition: Condition? = nil, isOptional: Bool = false,
    configure: (inout AgentWork) -> Void = { _ in }
) -> Step {
    var work = AgentWork(
        roles: role.split(separator: "/").map(String.init),
        creates: creates.map { name in
            Product(
                name: ArtifactName(name.replacing("?", with: "")), isOptional: name.hasSuffix("?"),
                isSet: name.hasSuffix("/"))
        }, updates: updates.map { Product(name: ArtifactName($0), isOptional: true) },
        requires: requires.map { .anyOf([$0]) }, notes: "notes of \(role)")
    configure(&work)
    return Step(
        id: id ?? "\(role)-\(creates.first ?? "step")", phase: phase, kind: .agent(work), condition: condition,
        isOptional: isOptional)
}

func guidance(_ id: String, phase: Phase = .plan, condition: Condition? = nil) -> Step {
    Step(id: id, phase: phase, kind: .guidance(Guidance(action: nil, notes: "notes of \(id)")), condition: condition)
}
