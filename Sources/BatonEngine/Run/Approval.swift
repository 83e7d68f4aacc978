import OrderedCollections

/// What an approval is about, who may give it, and what was answered.
public struct Approval: Sendable, Equatable {
    /// One person's answer.
    public struct Vote: Sendable, Equatable {
        /// The client that it came from.
        public let by: String
        /// ``Decision/approve``, ``Decision/reject`` or ``Decision/amend``.
        public let answer: String
        public let comment: String
        /// The version that the person wrote, for an answer that brought one.
        public let version: UInt32?
        public let at: Timestamp

        public init(by: String, answer: String, comment: String, version: UInt32?, at: Timestamp) {
            self.by = by
            self.answer = answer
            self.comment = comment
            self.version = version
            self.at = at
        }
    }

    /// The versions that are looked at.
    public var versions: [UInt32]
    public var policy: ApprovalPolicy
    /// The phase that is left with it; nil: it is about one step.
    public var phase: Phase?
    /// When an answer is due.
    public var dueAt: Timestamp?
    /// It was due, and the run needs attention for it.
    public var isOverdue = false
    public var votes: [Vote] = []
    /// Of an elicitation: the section that is asked about, and those to be asked about after it.
    public var sections: [ElicitedSection] = []

    public init(versions: [UInt32], policy: ApprovalPolicy, phase: Phase? = nil, dueAt: Timestamp? = nil) {
        self.versions = versions
        self.policy = policy
        self.phase = phase
        self.dueAt = dueAt
    }

    /// How many more people have to approve.
    public var missing: Int { max(0, policy.quorum - votes.count { $0.answer == Decision.approve }) }
}

/// Why a task makes something again that it has made: a person wants it otherwise.
public struct Amendment: Sendable, Equatable {
    /// The question that the person answered.
    public let decision: UInt32
    /// The task that made it first.
    public let maker: UInt32
    /// The person.
    public let by: String
    public let feedback: String
    /// The documents as they are now, in full; the person may have written on them.
    public let documents: [String]
    /// The only section that may change; nil: all of it.
    public let section: ElicitedSection?
    /// What the result of the amendment says of sections that are talked over.
    var drafts: [ElicitedSection] = []

    public init(
        decision: UInt32, maker: UInt32, by: String, feedback: String, documents: [String],
        section: ElicitedSection? = nil
    ) {
        self.section = section
        self.decision = decision
        self.maker = maker
        self.by = by
        self.feedback = feedback
        self.documents = documents
    }

    /// What the agent is told, beyond its step's notes.
    var notes: String {
        if let section {
            let how = feedback.isEmpty ? "; the newest version is edited: go on from it." : ":\n\(feedback)"
            return
                "\(section.document.text), section “\(section.title)” (\(section.section)): \(by) wants it otherwise, "
                + "and only this section; everything else stays as it is\(how)"
        }
        let what = documents.isEmpty ? "What you made" : documents.joined(separator: ", ")
        let how = feedback.isEmpty ? "; the newest version is edited: go on from it." : ":\n\(feedback)"
        return "\(what): \(by) wants it amended\(how)"
    }
}

extension TaskState {
    /// What a person wants otherwise; nil for an activation that the plan led to.
    public var amendment: Amendment? {
        guard case .amendment(let amendment) = detail else { return nil }
        return amendment
    }

    /// It is no part of the tree of activations: nothing counts it, and no condition reads it.
    var isBesideTree: Bool { rework != nil || amendment != nil }
}

// MARK: - The form in which the store keeps them

extension Approval {
    public var json: JSON {
        var members: OrderedDictionary<String, JSON> = [
            "versions": .array(versions.map { .int(Int64($0)) }), "policy": policy.json,
            "votes": .array(votes.map(\.json)),
        ]
        members["phase"] = phase.map { .string($0.rawValue) }
        members["due_at"] = dueAt.map { .int($0.milliseconds) }
        if isOverdue { members["overdue"] = true }
        if !sections.isEmpty { members["sections"] = .array(sections.map(\.json)) }
        return .object(members)
    }

    /// Reads it back; nil when it is none that this engine wrote.
    public init?(_ json: JSON) {
        guard let versions = json["versions"]?.array, let policy = json["policy"].flatMap({ ApprovalPolicy($0) })
        else { return nil }
        self.init(
            versions: versions.compactMap { $0.int.flatMap { UInt32(exactly: $0) } }, policy: policy,
            phase: json["phase"]?.string.flatMap(Phase.init), dueAt: json["due_at"]?.int.map(Timestamp.init))
        isOverdue = json["overdue"]?.bool ?? false
        sections = ElicitedSection.list(json["sections"])
        votes = (json["votes"]?.array ?? []).compactMap { Vote($0) }
    }
}

extension ApprovalPolicy {
    fileprivate var json: JSON {
        var members: OrderedDictionary<String, JSON> = [
            "artifacts": .array(artifacts.map { .string($0.text) }), "by": .array(by.map { .string($0) }),
            "quorum": .int(Int64(quorum)), "four_eyes": .bool(fourEyes), "on_timeout": .string(onTimeout.rawValue),
        ]
        if isOptional { members["optional"] = true }
        members["timeout_ms"] = timeoutMilliseconds.map { .int($0) }
        return .object(members)
    }

    fileprivate init?(_ json: JSON) {
        guard let quorum = json["quorum"]?.int, let fourEyes = json["four_eyes"]?.bool,
            let onTimeout = json["on_timeout"]?.string.flatMap(OnTimeout.init)
        else { return nil }
        self.init(
            artifacts: (json["artifacts"]?.array ?? []).compactMap(\.string).map { ArtifactName($0) },
            by: (json["by"]?.array ?? []).compactMap(\.string), quorum: Int(quorum), fourEyes: fourEyes,
            timeoutMilliseconds: json["timeout_ms"]?.int, onTimeout: onTimeout,
            isOptional: json["optional"]?.bool ?? false)
    }
}

extension Approval.Vote {
    fileprivate var json: JSON {
        var members: OrderedDictionary<String, JSON> = [
            "by": .string(by), "answer": .string(answer), "comment": .string(comment), "at": .int(at.milliseconds),
        ]
        members["version"] = version.map { .int(Int64($0)) }
        return .object(members)
    }

    fileprivate init?(_ json: JSON) {
        guard let by = json["by"]?.string, let answer = json["answer"]?.string, let at = json["at"]?.int else {
            return nil
        }
        self.init(
            by: by, answer: answer, comment: json["comment"]?.string ?? "",
            version: json["version"]?.int.flatMap { UInt32(exactly: $0) }, at: Timestamp(milliseconds: at))
    }
}

extension Amendment {
    var json: JSON {
        var members: OrderedDictionary<String, JSON> = [
            "decision": .int(Int64(decision)), "maker": .int(Int64(maker)), "by": .string(by),
            "feedback": .string(feedback), "documents": .array(documents.map { .string($0) }),
        ]
        members["section"] = section?.json
        if !drafts.isEmpty { members["drafts"] = .array(drafts.map(\.json)) }
        return .object(members)
    }

    init?(_ json: JSON) {
        guard let decision = json["decision"]?.int.flatMap({ UInt32(exactly: $0) }),
            let maker = json["maker"]?.int.flatMap({ UInt32(exactly: $0) }), let by = json["by"]?.string
        else { return nil }
        self.init(
            decision: decision, maker: maker, by: by, feedback: json["feedback"]?.string ?? "",
            documents: (json["documents"]?.array ?? []).compactMap(\.string),
            section: json["section"].flatMap { ElicitedSection($0) })
        drafts = ElicitedSection.list(json["drafts"])
    }
}
