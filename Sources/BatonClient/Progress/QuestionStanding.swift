import BatonMessages

/// Since when a question is open, who may answer it, and what happens when nobody does, in words.
public struct QuestionStanding: Sendable {
    private let question: DecisionEntry

    public init(_ question: DecisionEntry) { self.question = question }

    /// `ann or po may answer, by name or role, and nobody who wrote on it; 1 of 2 are missing, bob has approved`
    public var mayAnswer: String {
        let anybody = "whoever the broker lets send requests may answer"
        guard let approval = question.approval else { return anybody }
        let who =
            approval.by.isEmpty ? anybody : "\(approval.by.joined(separator: " or ")) may answer, by name or role"
        let others = approval.fourEyes ? ", and nobody who wrote on it" : ""
        let given = approval.votes.filter { $0.answer == Decision.approve }.map(\.by).joined(separator: " and ")
        let already = given.isEmpty ? "" : ", approved by \(given)"
        let more = approval.quorum > 1 ? "; \(approval.missing) of \(approval.quorum) are missing\(already)" : ""
        return who + others + more
    }

    /// `due in 1:00, at 2026-01-31T12:01:00.000Z; then it counts as approved`; nil: it waits for as long as it takes.
    public func deadline(now: Timestamp) -> String? {
        guard let due = question.approval?.dueAt else { return nil }
        return "\(Self.due(due, now)), at \(due)" + (onTimeout.map { "; then \($0)" } ?? "")
    }

    /// What becomes of it when its time has run out; nil: it has as much as it takes.
    public var onTimeout: String? {
        switch question.approval?.onTimeout {
        case .approve: "it counts as approved"
        case .reject: "it counts as rejected, and the run fails"
        case .attention: "the run needs attention, and it stays open"
        case nil: nil
        }
    }

    /// `0:12, since 2026-01-31T12:00:00.000Z`
    public func asked(now: Timestamp) -> String {
        "\(ElapsedTime.text(from: question.askedAt, to: now)), since \(question.askedAt)"
    }

    /// In one line, the most urgent first: `for 0:12; due in 0:48, then …; ann may answer, by name or role`.
    func line(now: Timestamp) -> String {
        var parts = ["for \(ElapsedTime.text(from: question.askedAt, to: now))"]
        if let due = question.approval?.dueAt {
            parts.append(Self.due(due, now) + (onTimeout.map { ", then \($0)" } ?? ""))
        }
        return (parts + [mayAnswer]).joined(separator: "; ")
    }

    private static func due(_ due: Timestamp, _ now: Timestamp) -> String {
        due > now
            ? "due in \(ElapsedTime.text(from: now, to: due))" : "due \(ElapsedTime.text(from: due, to: now)) ago"
    }
}
