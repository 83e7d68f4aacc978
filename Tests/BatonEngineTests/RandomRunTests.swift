import BatonEngine
import BatonTestKit
import Testing

/// Runs of random plans under random inputs: whatever happens, the promises of the state machine hold.
@Suite struct RandomRunTests {
    @Test("Random plans end under random inputs, replay to the same state, and go on from what the store keeps")
    func randomRuns() {
        // 3795: two predecessors that ended in one turn began their successor twice.
        var kinds: [String: Int] = [:]
        var statuses: [RunStatus: Int] = [:]
        for seed in Array(1...2000) + [3795] as [UInt64] {
            var random = SplitMix64(state: seed)
            let (steps, body) = PlanMaker.make(&random)
            var options = RunOptions(
                optional: random.pick([.none, .all, .ask]), unanswered: random.pick([.ask, .ask, .no, .yes]))
            if seed % 4 == 0 { options.checkpoints = [.phases, .documents, .all][Int(seed / 4 % 3)] }
            var run = RunUnderTest(steps, body: body, start: RunStart(project: "p", client: "c", options: options))
            var inputs = 0
            while inputs < 3000 {
                // A run that failed may be taken up again; one that has ended otherwise may not.
                if run.state.status.isFinal, run.state.status != .failed || random.chance(0.6) { break }
                guard let event = random.steering(of: run.state) ?? random.event(for: run.state) else { break }
                run.apply(event)
                inputs += 1
                if let fault = Self.fault(in: run.state, after: run.history) {
                    Issue.record("seed \(seed), input \(inputs): \(fault)")
                    return
                }
                // A crash between any two inputs: the next one meets what the store gave back.
                if random.chance(0.1) { run.state = run.restored() }
            }
            #expect(run.state.status.isFinal || run.state.status == .attention, "seed \(seed): \(run.ready)")
            statuses[run.state.status, default: 0] += 1
            for input in run.history { kinds[input.event.kind, default: 0] += 1 }
            #expect(run.replayed() == run.state, "seed \(seed)")
        }
        // The runs have seen what they are meant to see.
        for kind in ["paused", "resumed", "retried", "skipped", "failed"] {
            #expect(kinds[kind, default: 0] > 20, "\(kind): \(kinds)")
        }
        #expect(statuses[.completed, default: 0] > 100, "\(statuses)")
    }

    /// What must hold after every input.
    static func fault(in state: RunState, after history: [RunInput]) -> String? {
        if (state.status == .paused) != (state.pause != nil) { return "the status does not say that it is paused" }
        let needsHelp = state.tasks.contains { $0.status == .attention }
        if needsHelp, ![.attention, .paused].contains(state.status) { return "nobody is told that a step needs help" }
        return RunInvariants.fault(in: state, mayReopen: history.contains { $0.event.kind == "retried" })
    }
}

extension SplitMix64 {
    /// Something that can happen now; nil: only a person could help.
    fileprivate mutating func event(for state: RunState) -> RunEvent? {
        var events: [RunEvent] = []
        for task in state.tasks where !task.status.isEnded {
            guard let work = state.work(of: task) else { continue }
            let lease = Identifier(high: UInt64(task.ordinal), low: UInt64(state.sequence))
            let dispatch = RunEvent.dispatched(
                task: task.ordinal, agent: "agent-\(below(3))", role: work.roles.first ?? "any", lease: lease)
            if state.accepts(dispatch) { events.append(dispatch) }
            if state.accepts(.retryDue(task: task.ordinal)) { events.append(.retryDue(task: task.ordinal)) }
            guard task.status == .running, let out = task.dispatch?.lease else { continue }
            if chance(0.15) {
                events.append(
                    .attemptEnded(
                        task: task.ordinal, lease: out, outcome: pick(AttemptOutcome.allCases), message: "broken",
                        mayRetry: chance(0.9)))
            } else {
                events.append(.completed(report(task, work, out, of: state)))
            }
        }
        for decision in state.decisions where decision.status == .open {
            switch decision.answers {
            case .boolean:
                events.append(.decided(decision: decision.ordinal, value: .bool(chance(0.4)), by: "person"))
            case .oneOf(let options):
                let answer = RunEvent.decided(
                    decision: decision.ordinal, value: .string(pick(options)), by: "person",
                    words: AnswerWords(comment: "otherwise"))
                // A phase that no agent made anything in has nobody who could amend it.
                let approval = RunEvent.decided(decision: decision.ordinal, value: "approve", by: "person")
                events.append(state.accepts(answer) ? answer : approval)
            case .anything: break
            }
        }
        if events.isEmpty { return nil }
        return chance(0.0005) ? .cancelled(by: "person", reason: "") : pick(events)
    }

    /// Something that a person does to the run, once in a while.
    fileprivate mutating func steering(of state: RunState) -> RunEvent? {
        var events: [RunEvent] = []
        if state.status == .failed {
            events.append(.retried(tasks: [], by: "person"))
        } else if state.pause != nil {
            // Most of what can happen while it is paused happens.
            guard chance(0.3) || event(for: state) == nil else { return nil }
            events.append(.resumed(by: "person"))
        } else {
            guard chance(0.2) else { return nil }
            if chance(0.3) { return .paused(by: "person", reason: "lunch") }
        }
        for task in state.tasks {
            if state.canRetry(task) { events.append(.retried(tasks: [task.ordinal], by: "person")) }
            if state.canSkip(task) { events.append(.skipped(task: task.ordinal, by: "person", reason: "")) }
            if chance(0.4) { events.append(.failed(task: task.ordinal, by: "person", reason: "no")) }
        }
        let possible = events.filter(state.accepts)
        return possible.isEmpty ? nil : pick(possible)
    }

    private mutating func report(
        _ task: TaskState, _ work: AgentWork, _ lease: Identifier, of state: RunState
    ) -> TaskReport {
        var facts: JSON = [:]
        if case .object(var members) = facts {
            for report in work.reports where chance(0.8) {
                switch report.kind {
                case .boolean: members[report.name] = .bool(chance(0.4))
                case .enum: members[report.name] = .string(pick(report.options))
                case .list: members[report.name] = .array((0..<below(3)).map { .int(Int64($0)) })
                case .number: members[report.name] = .int(Int64(below(4)))
                }
            }
            facts = .object(members)
        }
        let flagged = state.currentArtifacts.filter { _ in chance(0.3) }
        let passes = flagged.isEmpty || chance(0.5)
        let verdict: JSON = [
            "passed": .bool(passes), "flagged": .array(flagged.map { ["artifact": .string($0.name.text)] }),
        ]
        return TaskReport(
            task: task.ordinal, lease: lease,
            artifacts: (work.creates + work.updates).map { content($0.name.text, seed: below(50)) }, facts: facts,
            verdict: work.validates.isEmpty ? nil : verdict)
    }
}

/// Draws plans from everything that the language has.
private struct PlanMaker {
    private var steps: [Step?] = []

    static func make(_ random: inout SplitMix64) -> (steps: [Step], body: Block) {
        var maker = PlanMaker()
        let elements = (0..<(1 + random.below(4))).map { _ in maker.element(&random, depth: 0) }
        return (maker.steps.map { $0! }, maker.block(elements, &random))
    }

    private func block(_ elements: [Int], _ random: inout SplitMix64) -> Block {
        switch random.below(4) {
        case 0:
            return .parallel(
                Parallel(
                    elements: elements, join: random.pick([.all, .all, .any, .count(2)]),
                    failsFast: random.chance(0.3)))
        case 1:
            let after = elements.indices.map { position in
                (0..<position).filter { _ in random.chance(0.4) }
            }
            return .dataflow(Dataflow(elements: elements, after: after))
        default: return .sequence(elements)
        }
    }

    private mutating func element(_ random: inout SplitMix64, depth: Int) -> Int {
        let index = steps.count
        steps.append(nil)
        var condition: Condition?
        if random.chance(0.25) {
            condition = Condition(
                symbol: random.pick(["is_big", "user_wants_more"]), source: random.pick([.start, .user]))
        }
        var kind: Step.Kind
        switch depth < 4 ? random.below(12) : 0 {
        case 4, 5:
            kind = .block(block((0..<(1 + random.below(3))).map { _ in element(&random, depth: depth + 1) }, &random))
        case 6, 7:
            let items: ForEach.Items = random.pick([
                .count(3), .list(["a", "b"]), .list([]), .facts(["list-\(index)"], more: "more_\(index)"),
                .groups(keys: ["epic"], groups: ["epics"], members: ["stories"]),
                .members(field: ["stories"], more: "more_\(index)"),
            ])
            kind = .forEach(
                ForEach(
                    items: items, item: "item\(index)", body: element(&random, depth: depth + 1),
                    maxParallel: 1 + random.below(3), maxItems: 3, failsFast: random.chance(0.3)))
        case 8: kind = reviewLoop(index, &random)
        case 9:
            let routes = (0..<2).map { number in
                Routes.Route(
                    name: "way\(index)-\(number)",
                    body: random.chance(0.7) ? element(&random, depth: depth + 1) : nil,
                    endsRun: random.chance(0.1))
            }
            kind = .routes(
                Routes(
                    selector: Condition(symbol: "choice\(index)", source: .user), routes: routes, question: "?",
                    defaultsToFirst: random.chance(0.5)))
        case 10: kind = .guidance(Guidance(action: nil, notes: "notes"))
        default: kind = .agent(work("doc\(index).md", &random))
        }
        steps[index] = Step(
            id: "s\(index)", phase: Phase.allCases[min(5, depth)], kind: kind, condition: condition,
            isOptional: random.chance(0.1), onFailure: random.pick([.fail, .fail, .skip]))
        return index
    }

    private mutating func reviewLoop(_ index: Int, _ random: inout SplitMix64) -> Step.Kind {
        let review = steps.count
        var reviewing = work("", &random)
        reviewing.creates = []
        reviewing.validates = ["all_artifacts"]
        steps.append(Step(id: "s\(review)", phase: .plan, kind: .agent(reviewing)))
        let condition = Condition(symbol: "issues", source: .verdict(step: review))
        steps.append(
            Step(
                id: "s\(review + 1)", phase: .plan,
                kind: .fixFlagged(FixFlagged(review: review, task: review + 2)), condition: condition))
        var fixing = work("", &random)
        fixing.creates = []
        fixing.roles = random.chance(0.3) ? ["dev"] : []
        steps.append(Step(id: "s\(review + 2)", phase: .plan, kind: .agent(fixing)))
        return .review(ReviewLoop(review: review, fix: review + 1, maxRounds: 1 + random.below(3)))
    }

    private func work(_ document: String, _ random: inout SplitMix64) -> AgentWork {
        AgentWork(
            roles: [random.pick(["pm", "dev", "qa"])], creates: [Product(name: ArtifactName(document))],
            requires: random.chance(0.5) ? [.anyOf(["doc\(random.below(9)).md"])] : [],
            reports: random.chance(0.3)
                ? [
                    Report(
                        name: random.pick(["is_big", "stories"]), kind: random.pick([.boolean, .list]), question: "?")
                ]
                : [], retry: RetryPolicy(maxAttempts: 2), onFailure: random.pick([.attention, .fail, .skip, .skip]))
    }
}
