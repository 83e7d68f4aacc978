import BatonEngine

/// A run under test: gives inputs with a clock that only moves when told, and keeps the history.
struct RunUnderTest {
    var state: RunState
    var now = Timestamp(milliseconds: 1_700_000_000_000)
    var history: [RunInput] = []
    private var seeds: UInt64 = 0
    /// By their ordinals, as the store has them.
    private var storedHandoffs: [UInt32: Handoff] = [:]

    init(
        _ steps: [Step], body: Block? = nil, prompts: [HandoffPrompt] = [],
        start: RunStart? = RunStart(project: "p", client: "test")
    ) {
        let plan = Plan(
            workflow: "test", title: "Test", summary: "", revision: "r", steps: steps, body: body,
            handoffPrompts: prompts)
        state = RunState(id: Identifier(run: Seed(high: 1, low: 2), now: now), plan: plan)
        if let start { apply(.started(start)) }
    }

    @discardableResult
    mutating func apply(_ event: RunEvent) -> RunOutput {
        seeds += 1
        now = now + 10
        let input = RunInput(now: now, seed: Seed(high: 3, low: seeds), event: event)
        history.append(input)
        let output = state.apply(input)
        for task in output.tasks {
            if let handoff = state.handoffs[task] { storedHandoffs[handoff.id.ordinal] = handoff }
        }
        return output
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

    /// Ids of the steps whose tasks are ready or out, in the order in which they were entered, with their items.
    var ready: [String] {
        state.tasks.filter { task in
            guard case .agent = state.plan.steps[task.step].kind else { return false }
            return (task.status == .waiting && task.decision == 0) || task.status == .running
        }.map { $0.scope.isEmpty ? state.plan.steps[$0.step].id : "\(state.plan.steps[$0.step].id)@\($0.scope)" }
    }

    /// Completes the ready task of that step (`step` or `step@scope`).
    @discardableResult
    mutating func complete(
        _ name: String, facts: JSON = [:], verdict: JSON? = nil, artifacts: [String]? = nil,
        contents: [ArtifactContent]? = nil, elicited: [ElicitedSection] = []
    ) -> RunOutput {
        let task = ready(name)
        let lease = Identifier(high: 99, low: UInt64(state.sequence))
        let role = state.roles(of: task).first ?? "any"
        apply(.dispatched(task: task.ordinal, agent: "agent-\(role)", role: role, lease: lease))
        let work = state.work(of: task)!
        let names = artifacts ?? (work.creates + work.updates).filter { !$0.isOptional }.map(\.name.text)
        let report = TaskReport(
            task: task.ordinal, lease: lease,
            artifacts: contents ?? names.map { content($0, seed: state.sequence) }, facts: facts, verdict: verdict,
            summary: "done",
            elicited: elicited)
        precondition(state.faults(in: report) == [], "\(state.faults(in: report))")
        return apply(.completed(report))
    }

    /// Lets the ready task of that step fail for good.
    mutating func fail(_ name: String, _ message: String = "broken") {
        let task = ready(name)
        let lease = Identifier(high: 99, low: UInt64(state.sequence))
        apply(.dispatched(task: task.ordinal, agent: "a", role: state.roles(of: task).first ?? "any", lease: lease))
        apply(.attemptEnded(task: task.ordinal, lease: lease, outcome: .failed, message: message, mayRetry: false))
    }

    private func ready(_ name: String) -> TaskState {
        let parts = name.split(separator: "@", maxSplits: 1).map(String.init)
        let found = state.tasks.first { task in
            state.plan.steps[task.step].id == parts[0] && !task.status.isEnded && task.decision == 0
                && (parts.count == 1 || task.scope == parts[1])
        }
        guard let found else { preconditionFailure("\(name) is not ready; \(ready) are") }
        return found
    }

    @discardableResult
    mutating func answer(_ name: String, _ value: JSON) -> RunOutput {
        let decision = state.decisions.last { $0.name == name && $0.status == .open }!
        return apply(.decided(decision: decision.ordinal, value: value, by: "person"))
    }

    func status(_ step: String) -> StepStatus? {
        state.tasks.last { state.plan.steps[$0.step].id == step }?.status
    }

    /// What the store keeps, read back.
    func restored() -> RunState {
        let kept = state.tasks.filter { !$0.status.isEnded && $0.handoff != 0 && $0.summary == nil }
        let record = RunRecord(
            id: state.id, project: state.project, client: state.client, parent: state.parent, inputs: state.inputs,
            options: state.options, status: state.status, reason: state.reason, pause: state.pause,
            spending: Spending(state.spending.json)!, phase: state.phase,
            milestones: state.milestones, startedAt: state.startedAt, updatedAt: state.updatedAt,
            endedAt: state.endedAt, sequence: state.sequence, lastOrdinal: state.lastOrdinal,
            tasks: state.tasks.map { task in
                var copy = task
                copy.detail = task.detail.flatMap { TaskDetail($0.json) }
                return copy
            }, artifacts: state.artifacts, facts: state.facts.all, decisions: state.decisions,
            handoffs: kept.reduce(into: [:]) { $0[$1.ordinal] = storedHandoffs[$1.handoff] })
        return RunState(record, plan: state.plan)
    }

    /// What replaying the history gives.
    func replayed() -> RunState {
        var copy = RunState(id: state.id, plan: state.plan)
        for input in history {
            var writer = JSONWriter()
            input.event.write(to: &writer)
            guard let json = try? JSON.parse(writer.text), let event = RunEvent(kind: input.event.kind, json: json)
            else { preconditionFailure("an event that is not read back: \(input.event)") }
            _ = copy.apply(RunInput(now: input.now, seed: input.seed, event: event))
        }
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

/// An element that holds others.
func block(_ id: String, _ kind: Step.Kind, condition: Condition? = nil, onFailure: FailurePolicy = .fail) -> Step {
    Step(id: id, phase: .plan, kind: kind, condition: condition, onFailure: onFailure)
}

func guidance(_ id: String, phase: Phase = .plan, condition: Condition? = nil) -> Step {
    Step(id: id, phase: phase, kind: .guidance(Guidance(action: nil, notes: "notes of \(id)")), condition: condition)
}
