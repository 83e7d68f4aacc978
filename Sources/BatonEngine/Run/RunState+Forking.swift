import OrderedCollections

/// Beginning a run anew from one of its steps, with other facts.
///
/// A fork is a run of its own: its history begins with what the other run's history had before the step was reached,
/// input by input, so that a replay of it needs nothing else. Then comes ``RunEvent/forked(_:)``, and then the input
/// that led to the step, in which the fork's facts stand for those that it brought.
extension RunState {
    /// Where a history is cut.
    public struct Cut: Sendable {
        /// What is carried over as it is.
        public var before: [RunInput]
        /// The event that led to the step.
        public var event: RunEvent
        /// When that was.
        public var at: Timestamp
    }

    /// Where the step was reached first; nil when it has not been.
    ///
    /// - Parameters:
    ///   - history: all inputs of a run of the plan.
    ///   - scope: the item that is meant (`epic-1/story-2`); nil: the first.
    public static func cut(
        _ history: [RunInput], of id: Identifier, _ plan: Plan, at step: Int, scope: String?, with facts: JSON
    ) -> Cut? {
        var state = RunState(id: id, plan: plan)
        for (place, input) in history.enumerated() {
            guard state.accepts(input.event) else { return nil }
            let known = state.tasks.count
            let decisions = state.decisions
            _ = state.apply(input)
            let isReached = state.tasks[known...].contains {
                $0.step == step && !$0.isBesideTree && (scope == nil || $0.scope == scope)
            }
            guard isReached else { continue }
            return Cut(before: Array(history[..<place]), event: input.event.with(facts, decisions), at: input.now)
        }
        return nil
    }

    mutating func fork(_ fork: RunFork, _ turn: inout Turn) {
        for (name, value) in fork.facts.object ?? [:] {
            keep(Fact(name: name, value: value, origin: "start", task: 0), &turn)
            let key = ArtifactName.key(of: name)
            for decision in decisions where decision.status == .open && decision.kind == .fact {
                guard ArtifactName.key(of: decision.name) == key, decision.fault(in: value) == nil else { continue }
                decide(decision.ordinal, value, by: fork.by, AnswerWords(), &turn)
            }
        }
        // The time in between is nobody's.
        let gap = max(0, turn.now - fork.leftAt)
        if let since = spending.since { spending.since = since + gap }
        for index in decisions.indices where decisions[index].status == .open {
            guard let due = decisions[index].approval?.dueAt else { continue }
            decisions[index].approval?.dueAt = due + gap
            turn.output.decisions.append(decisions[index].ordinal)
        }
        turn.output.headerChanged = true
        for index in tasks.indices where tasks[index].status == .running && tasks[index].ordinal == fork.keeping {
            guard let sentAt = tasks[index].dispatch?.sentAt else { continue }
            tasks[index].dispatch?.sentAt = sentAt + gap
            turn.output.tasks.append(tasks[index].ordinal)
        }
        for index in tasks.indices where tasks[index].status == .running && tasks[index].ordinal != fork.keeping {
            guard case .agent(let work) = plan.steps[tasks[index].step].kind else { continue }
            // Its agent works for the other run.
            let ordinal = tasks[index].ordinal
            tasks[index].status = .waiting
            tasks[index].dispatch = nil
            tasks[index].attempt -= 1
            handoffs[ordinal]?.toAgent = work.roles.first ?? ""
            handoffs[ordinal]?.toInstance = nil
            turn.output.tasks.append(ordinal)
            turn.output.effects.append(.ready(task: ordinal))
        }
    }
}

/// Where a run was forked from.
public struct RunFork: Sendable, Equatable {
    public var run: Identifier
    /// The id of the step.
    public var step: String
    /// An object: what holds in place of what was known.
    public var facts: JSON
    /// When the other run was where this one begins.
    public var leftAt: Timestamp
    /// The task whose result comes next.
    public var keeping: UInt32?
    /// The client that asked for it.
    public var by: String

    public init(run: Identifier, step: String, facts: JSON = [:], leftAt: Timestamp, keeping: UInt32? = nil, by: String)
    {
        self.leftAt = leftAt
        self.run = run
        self.step = step
        self.facts = facts
        self.keeping = keeping
        self.by = by
    }
}

extension RunEvent {
    /// The task whose attempt it ends.
    public var attemptedTask: UInt32? {
        switch self {
        case .completed(let report): report.task
        case .attemptEnded(let task, _, _, _, _, _): task
        default: nil
        }
    }

    /// The event with these facts in place of those that it brought.
    fileprivate func with(_ facts: JSON, _ decisions: [Decision]) -> RunEvent {
        let given = OrderedDictionary(
            (facts.object ?? [:]).map { (ArtifactName.key(of: $0.key), $0.value) }, uniquingKeysWith: { $1 })
        switch self {
        case .started(var start):
            var members = start.facts.object ?? [:]
            members.removeAll { given[ArtifactName.key(of: $0.key)] != nil }
            members.merge(facts.object ?? [:]) { $1 }
            start.facts = .object(members)
            return .started(start)
        case .completed(var report):
            var members = report.facts.object ?? [:]
            members.removeAll { given[ArtifactName.key(of: $0.key)] != nil }
            report.facts = .object(members)
            return .completed(report)
        case .decided(let decision, _, let by, let words):
            let asked = decisions.first { $0.ordinal == decision }
            guard let asked, asked.kind == .fact, let value = given[ArtifactName.key(of: asked.name)] else {
                return self
            }
            return .decided(decision: decision, value: value, by: by, words: words)
        default: return self
        }
    }
}

// MARK: - The form in which the store keeps it

extension RunFork {
    var json: JSON {
        var members: OrderedDictionary<String, JSON> = [
            "run": .string(run.description), "step": .string(step), "facts": facts, "by": .string(by),
            "left_at": .int(leftAt.milliseconds),
        ]
        members["keeping"] = keeping.map { .int(Int64($0)) }
        return .object(members)
    }

    init?(_ json: JSON) {
        guard let run = json["run"]?.string.flatMap({ Identifier($0) }), let step = json["step"]?.string,
            let by = json["by"]?.string, let leftAt = json["left_at"]?.int
        else { return nil }
        self.init(
            run: run, step: step, facts: json["facts"] ?? [:], leftAt: Timestamp(milliseconds: leftAt),
            keeping: json["keeping"]?.int.flatMap { UInt32(exactly: $0) }, by: by)
    }
}
