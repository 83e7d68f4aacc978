import BatonMessages

/// Why a run does not move, and what a person can do about it: a function of its snapshot.
///
/// ```text
/// no agent for pm that may work: 1 task waits, for 12:05
///   pm-1 is benched: it failed 3 times in a row, and gets nothing until it reports in again
/// not answered: user_wants_a_logo  for 3:10:00; whoever may send requests may answer
/// pm-prd: given up after 3 attempts; the last error: exit code 1
///   attempt 1  pm-1  failed  0:04  exit code 1
///   baton retry 0197a1b2-… pm-prd
/// ```
public struct Standstill: Sendable, Equatable {
    /// One thing that holds the run up.
    public enum Cause: Sendable, Equatable {
        /// Tasks wait for a role, and nobody with that role is free; `agents` are those that are there and have it.
        case noAgent(role: String, tasks: Int, since: Timestamp?, agents: [AgentStanding] = [])
        /// Somebody has to say something.
        case unanswered(DecisionEntry)
        /// A loop is at its bound; the reasons are those of its last verdict.
        case bound(DecisionEntry, lastVerdict: [String])
        /// A step came to nothing as often as it may.
        case usedUp(StepEntry)
        /// A step needs a person for another reason.
        case attention(StepEntry)
        /// The run as a whole needs a person.
        case needsPerson(reason: String)
        /// Somebody paused it.
        case paused(reason: String?)
        /// The run has used what it may, as ``UsageText`` tells it; the reason ends with how to raise it.
        case budget(used: String, reason: String?)
    }

    public let run: Identifier
    public let causes: [Cause]

    /// - Parameters:
    ///   - verdicts: of steps whose review did not pass, what was found last, by the step's id; see
    ///     ``lastVerdicts(in:)``.
    ///   - agents: who is there, as far as that is known.
    public init(_ snapshot: RunSnapshot, verdicts: [String: [String]] = [:], agents: [AgentStanding] = []) {
        run = snapshot.run
        guard !snapshot.status.isFinal else {
            self.causes = snapshot.status == .failed ? snapshot.steps.compactMap(Self.failure) : []
            return
        }
        var causes: [Cause] = []
        if snapshot.status == .paused { causes.append(.paused(reason: snapshot.reason)) }
        let isUsedUp = Self.isUsedUp(snapshot)
        if isUsedUp { causes.append(.budget(used: UsageText.line(snapshot) ?? "", reason: snapshot.reason)) }
        for waiting in snapshot.waitingFor {
            let since = snapshot.steps.lazy.filter { $0.state == .waiting && $0.roles.contains(waiting.role) }
                .compactMap(\.since).min()
            let roles = waiting.role.split(separator: "/").map(String.init)
            let there = agents.filter { $0.state != .offline && !Set($0.roles).isDisjoint(with: roles) }
            causes.append(.noAgent(role: waiting.role, tasks: waiting.tasks, since: since, agents: there))
        }
        for question in snapshot.decisions where question.status == .open {
            guard question.kind == .bound else {
                causes.append(.unanswered(question))
                continue
            }
            causes.append(.bound(question, lastVerdict: Self.verdict(for: question, snapshot, verdicts)))
        }
        let asking = Set(snapshot.decisions.compactMap(\.step))
        for step in snapshot.steps {
            if let failure = Self.failure(step) {
                causes.append(failure)
            } else if step.state == .attention, !asking.contains(step.id) {
                causes.append(.attention(step))
            }
        }
        if !isUsedUp, snapshot.status == .attention, let reason = snapshot.reason, !reason.isEmpty,
            snapshot.decisions.isEmpty, !snapshot.steps.contains(where: { $0.state == .attention })
        {
            causes.append(.needsPerson(reason: reason))
        }
        self.causes = causes
    }

    private static func isUsedUp(_ snapshot: RunSnapshot) -> Bool {
        guard let limits = snapshot.budget?.run else { return false }
        return limits.tokens.map { snapshot.usage.tokens >= $0 } ?? false
            || limits.costMillionths.map { snapshot.usage.costMillionths >= $0 } ?? false
            || limits.wallMilliseconds.map { snapshot.wallMilliseconds >= $0 } ?? false
    }

    private static func failure(_ step: StepEntry) -> Cause? {
        // Its attempts are not what holds it: its reason says how much of its budget was used, and how to raise it.
        if step.isOverBudget { return nil }
        return [.attention, .failed].contains(step.state) && !step.attempts.isEmpty ? .usedUp(step) : nil
    }

    /// What the loop's own review found, or one below it.
    private static func verdict(
        for question: DecisionEntry, _ snapshot: RunSnapshot, _ verdicts: [String: [String]]
    ) -> [String] {
        if let asked = verdicts[Self.key(question.id.ordinal)] { return asked }
        guard let loop = question.step else { return [] }
        if let own = verdicts[loop] { return own }
        let below = snapshot.steps.last { $0.path.contains(loop) && verdicts[$0.id] != nil }
        return below.flatMap { verdicts[$0.id] } ?? []
    }

    /// Under which the verdict is told that led to a question: a review with what is done after it may be a loop of its
    /// own, which no step of the snapshot is.
    private static func key(_ decision: UInt32) -> String { "decision \(decision)" }

    /// What the last verdict of each step found, of those that did not pass: `artifact: reason`; by the step's id, and
    /// by the question that it led to.
    public static func lastVerdicts(in events: some Sequence<LogEvent>) -> [String: [String]] {
        var verdicts: [String: [String]] = [:]
        for event in events {
            guard let step = event.step else { continue }
            let then = event.then.json.array ?? []
            for entry in then where entry["kind"]?.string == "verdict" {
                verdicts[step] = entry["passed"]?.bool == true ? nil : Self.findings(event, entry)
                for asked in then where asked["kind"]?.string == "asked" {
                    guard let number = asked["decision"]?.int.flatMap({ UInt32(exactly: $0) }) else { continue }
                    verdicts[key(number)] = verdicts[step]
                }
            }
        }
        return verdicts
    }

    private static func findings(_ event: LogEvent, _ entry: JSON) -> [String] {
        let flagged = event.input.json["verdict"]?["flagged"]?.array ?? []
        let reasons = flagged.compactMap { finding -> String? in
            guard let artifact = finding["artifact"]?.string else { return nil }
            guard let reason = finding["reason"]?.string, !reason.isEmpty else { return artifact }
            return "\(artifact): \(reason)"
        }
        return reasons.isEmpty ? (entry["flagged"]?.array ?? []).compactMap(\.string) : reasons
    }

    /// Whether history has to be read to tell everything.
    public var needsVerdicts: Bool {
        causes.contains { cause in if case .bound = cause { true } else { false } }
    }
}

extension StepEntry {
    var isOverBudget: Bool { reason?.hasPrefix("the step's budget is used up") == true }
}
