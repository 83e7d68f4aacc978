/// A question that the run needs answered, and its answer.
public struct Decision: Sendable, Equatable {
    /// What the answer does.
    public enum Kind: String, Sendable, CaseIterable {
        /// It becomes the value of a fact that a condition, an expression or a routing step reads.
        case fact
        /// A loop or an open for-each is at its bound: another round, accept as it is, cancel.
        case bound
        /// Nobody owns a flagged artifact: the role that fixes it.
        case owner
        /// The run is at its end, and something that it should have made is missing: accept as it is, cancel.
        case completion
        /// People have to be content with what was made before the run goes on.
        case approval
        /// A person is asked about a section of a document while it is written.
        case elicitation
        /// An agent refused what it was handed: nothing to answer, its refusal is the answer.
        case handoff
    }

    /// What an answer must be.
    public enum Answers: Sendable, Equatable {
        case boolean
        case oneOf([String])
        case anything
    }

    public enum Status: String, Sendable, CaseIterable {
        case open, answered
        /// Nobody waits for it any more.
        case withdrawn
    }

    /// Its number in the run; see ``Identifier/child(_:)``.
    public let ordinal: UInt32
    public let kind: Kind
    /// The name of the fact, or of what is decided.
    public let name: String
    /// The path of the item that it is about; empty for the whole run.
    public let scope: String
    public let question: String
    public let answers: Answers
    /// The activation that asked first.
    public let task: UInt32
    /// The reporter's activation that left the question open; 0: nobody's.
    public let reporter: UInt32
    public let askedAt: Timestamp
    public var status: Status
    public var answer: JSON?
    public var answeredBy: String?
    public var answeredAt: Timestamp?
    /// Of an approval, and of an elicitation.
    public var approval: Approval?

    public init(
        ordinal: UInt32, kind: Kind, name: String, scope: String, question: String, answers: Answers, task: UInt32,
        reporter: UInt32 = 0, askedAt: Timestamp, status: Status = .open, answer: JSON? = nil,
        answeredBy: String? = nil, answeredAt: Timestamp? = nil, approval: Approval? = nil
    ) {
        self.ordinal = ordinal
        self.kind = kind
        self.name = name
        self.scope = scope
        self.question = question
        self.answers = answers
        self.task = task
        self.reporter = reporter
        self.askedAt = askedAt
        self.status = status
        self.answer = answer
        self.answeredBy = answeredBy
        self.answeredAt = answeredAt
        self.approval = approval
    }

    /// The answers at a bound.
    public static let anotherRound = "another_round"
    public static let accept = "accept"
    public static let cancel = "cancel"
    /// The answers to an approval.
    public static let approve = "approve"
    public static let reject = "reject"
    public static let amend = "amend"
    public static let approvalAnswers = [approve, reject, amend]
    /// The answers to an elicitation.
    public static let proceed = "proceed"
    public static let feedback = "feedback"
    public static let elicitationAnswers = [proceed, feedback]

    /// Why a value is no answer; nil if it is one.
    public func fault(in value: JSON) -> String? {
        switch (answers, value) {
        case (.boolean, .bool), (.anything, _): nil
        case (.oneOf(let options), .string(let text)) where options.contains(text): nil
        case (.boolean, _): "\(name) must be true or false, not \(value.kind)"
        case (.oneOf(let options), _): "\(name) must be one of \(options.joined(separator: ", "))"
        }
    }
}

extension Decision.Answers {
    /// `boolean`, `enum` or `any`, as messages and tables say it.
    public var name: String {
        switch self {
        case .boolean: "boolean"
        case .oneOf: "enum"
        case .anything: "any"
        }
    }

    /// The options of an `enum`.
    public var options: [String] {
        guard case .oneOf(let options) = self else { return [] }
        return options
    }

    public init?(name: String, options: [String]) {
        switch name {
        case "boolean": self = .boolean
        case "enum": self = .oneOf(options)
        case "any": self = .anything
        default: return nil
        }
    }
}
