import BatonMessages

/// Why a run does not move, and what a person can do about it: a function of its snapshot.
///
/// ```text
/// no agent for pm: 1 task waits, for 12:05
///   baton agent --role pm --exec PROGRAM
/// not answered: user_wants_a_logo  for 3:10:00; whoever may send requests may answer
/// pm-prd: given up after 3 attempts; the last error: exit code 1
///   attempt 1  pm-1  failed  0:04  exit code 1
///   baton retry 0197a1b2-… pm-prd
/// ```
public struct Standstill: Sendable, Equatable {
    /// One thing that holds the run up.
    public enum Cause: Sendable, Equatable {
        /// Tasks wait for a role, and nobody with that role is there.
        case noAgent(role: String, tasks: Int, since: Timestamp?)
        /// Somebody has to say something.
        case unanswered(DecisionEntry)
        /// A loop is at its bound; the reasons are those of its last verdict.
        case bound(DecisionEntry, lastVerdict: [String])
        /// A step came to nothing as often as it may.
        case usedUp(StepEntry)
        /// A step needs a person for another reason.
        case attention(StepEntry)
        /// The run as a whole needs a person: its budget is used up, for one.
        case needsPerson(reason: String)
        /// Somebody paused it.
        case paused(reason: String?)
    }

    public let run: Identifier
    public let causes: [Cause]

    /// - Parameter verdicts: of steps whose review did not pass, what was found last, by the step's id; see
    ///   ``lastVerdicts(in:)``.
    public init(_ snapshot: RunSnapshot, verdicts: [String: [String]] = [:]) {
        run = snapshot.run
        guard !snapshot.status.isFinal else {
            self.causes = snapshot.status == .failed ? snapshot.steps.compactMap(Self.failure) : []
            return
        }
        var causes: [Cause] = []
        if snapshot.status == .paused { causes.append(.paused(reason: snapshot.reason)) }
        for waiting in snapshot.waitingFor {
            let since = snapshot.steps.lazy.filter { $0.state == .waiting && $0.roles.contains(waiting.role) }
                .compactMap(\.since).min()
            causes.append(.noAgent(role: waiting.role, tasks: waiting.tasks, since: since))
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
        if snapshot.status == .attention, let reason = snapshot.reason, !reason.isEmpty, snapshot.decisions.isEmpty,
            !snapshot.steps.contains(where: { $0.state == .attention })
        {
            causes.append(.needsPerson(reason: reason))
        }
        self.causes = causes
    }

    private static func failure(_ step: StepEntry) -> Cause? {
        [.attention, .failed].contains(step.state) && !step.attempts.isEmpty ? .usedUp(step) : nil
    }

    /// What the loop's own review found, or one below it.
    private static func verdict(
        for question: DecisionEntry, _ snapshot: RunSnapshot, _ verdicts: [String: [String]]
    ) -> [String] {
        guard let loop = question.step else { return [] }
        if let own = verdicts[loop] { return own }
        let below = snapshot.steps.last { $0.path.contains(loop) && verdicts[$0.id] != nil }
        return below.flatMap { verdicts[$0.id] } ?? []
    }

    /// What the last verdict of each step found, of those that did not pass: `artifact: reason`.
    public static func lastVerdicts(in events: some Sequence<LogEvent>) -> [String: [String]] {
        var verdicts: [String: [String]] = [:]
        for event in events {
            guard let step = event.step else { continue }
            for entry in event.then.json.array ?? [] where entry["kind"]?.string == "verdict" {
                verdicts[step] = entry["passed"]?.bool == true ? nil : Self.findings(event, entry)
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
