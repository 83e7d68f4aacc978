import BatonMessages

/// The causes in words.
extension Standstill {
    /// - Parameter width: in columns; no line is wider.
    public func lines(now: Timestamp, width: Int = .max, style: TerminalStyle = .plain) -> [String] {
        causes.flatMap { cause in
            let (text, rest) = text(cause, now: now)
            // Several reasons are a line each.
            let (head, reasons) = (text.prefix { $0 != "\n" }, text.drop { $0 != "\n" }.split(separator: "\n"))
            return [style.yellow(TerminalText.fit(TerminalText.line(String(head)), width))]
                + (reasons.map(String.init) + rest).map { TerminalText.fit("  " + TerminalText.line($0), width) }
        }
    }

    private func text(_ cause: Cause, now: Timestamp) -> (head: String, rest: [String]) {
        switch cause {
        case .noAgent(let role, let tasks, let since, let agents):
            let time = since.map { ", for \(ElapsedTime.text(from: $0, to: now))" } ?? ""
            let (which, rest) = Self.text(agents, role)
            return ("no agent for \(role)\(which): \(tasks) task\(tasks == 1 ? " waits" : "s wait")\(time)", rest)
        case .unanswered(let question):
            return ("not answered: \(name(question))  for \(asked(question, now))", mayAnswer(question, now))
        case .bound(let question, let verdict):
            let found = verdict.isEmpty ? ["its last verdict has no reasons"] : ["the last verdict:"]
            return (
                "at its bound: \(name(question))  for \(asked(question, now))",
                [question.question] + found + verdict.map { "  \($0)" } + mayAnswer(question, now)
            )
        case .usedUp(let step):
            let count = step.attempt ?? step.attempts.last?.attempt ?? step.attempts.count
            let error = step.attempts.last.map { $0.message.isEmpty ? $0.outcome.rawValue : $0.message } ?? ""
            let attempts = step.attempts.map { attempt in
                let message = attempt.message.isEmpty ? "" : "  \(attempt.message)"
                return "attempt \(attempt.attempt)  \(attempt.agent)  \(attempt.outcome.rawValue)  "
                    + "\(ElapsedTime.text(from: attempt.at, to: now)) ago\(message)"
            }
            return (
                "\(name(step)): given up after \(count) attempt\(count == 1 ? "" : "s"); "
                    + "the last error: \(error)",
                attempts + ["baton retry \(run) \(step.id)"]
            )
        case .attention(let step):
            let time = step.since.map { "  for \(ElapsedTime.text(from: $0, to: now))" } ?? ""
            let (why, command) = Self.taken(apart: step.reason ?? "no reason is given")
            let helps = command.isEmpty && !step.isOverBudget ? ["baton retry \(run) \(step.id)"] : command
            return ("\(name(step)): needs a person\(time): \(why)", helps)
        case .needsPerson(let reason):
            let (why, command) = Self.taken(apart: reason)
            return ("needs a person: \(why)", command)
        case .paused(let reason):
            let why = reason ?? ""
            // The orchestrator's own reasons begin with the word.
            let head = why.isEmpty ? "paused" : why.hasPrefix("paused ") ? why : "paused: \(why)"
            return (head, ["baton resume \(run)"])
        case .budget(let used, let reason):
            let command = Self.taken(apart: reason ?? "").command
            let general = "baton resume \(run) --budget LIMIT=MORE raises it, and lets the run go on"
            return ("its budget is used up; \(used)", command.isEmpty ? [general] : command)
        }
    }

    /// Why those that are there do not take it, and what helps.
    private static func text(_ agents: [AgentStanding], _ role: String) -> (which: String, rest: [String]) {
        let option = "--role \(role.prefix { $0 != "/" })"
        guard !agents.isEmpty else {
            return ("", ["`baton agents` tells who is there; an agent with \(option) takes it"])
        }
        let working = agents.filter { $0.reason == nil }
        let idle = agents.filter { $0.reason != nil }.map { agent in
            "\(agent.id) is \(agent.isBenched ? "benched" : "muted"): \(agent.reason ?? "")"
        }
        guard working.isEmpty else {
            let busy = working.map { agent in
                agent.state == .draining
                    ? "\(agent.id) takes no more, and ends what it has"
                    : "\(agent.id) has \(agent.count) of \(agent.slots ?? agent.count) tasks"
            }
            return (" is free", busy + idle)
        }
        let end = agents.contains(where: \.isBenched) ? "restarting it ends that; another" : "another"
        return (" that may work", idle + ["\(end) agent with \(option) takes it, too"])
    }

    /// A reason, and the command at its end that helps: on a line of its own it is whole, and can be copied.
    private static func taken(apart reason: String) -> (why: String, command: [String]) {
        guard let command = reason.firstRange(of: ": baton ") else { return (reason, []) }
        return (String(reason[...command.lowerBound]), ["baton " + reason[command.upperBound...]])
    }

    private func mayAnswer(_ question: DecisionEntry, _ now: Timestamp) -> [String] {
        let standing = QuestionStanding(question)
        return [standing.mayAnswer] + (standing.deadline(now: now).map { [$0] } ?? [])
    }

    private func asked(_ question: DecisionEntry, _ now: Timestamp) -> String {
        QuestionStanding(question).asked(now: now)
    }

    private func name(_ question: DecisionEntry) -> String {
        question.name + (question.item.map { " (\($0))" } ?? "")
    }

    private func name(_ step: StepEntry) -> String { step.id + (step.item.map { " (\($0))" } ?? "") }
}
