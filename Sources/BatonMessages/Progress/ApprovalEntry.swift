import BatonEngine

/// What people look at before a run goes on: part of a decision of the kinds `approval`
/// and `elicitation`.
public struct ApprovalEntry: WireMessage, Equatable {
    /// A version of a document.
    public struct Document: WireMessage, Equatable {
        public var id: Identifier
        public var name: String
        /// From 1, per name.
        public var version: Int

        public init(id: Identifier, name: String, version: Int) {
            self.id = id
            self.name = name
            self.version = version
        }

        public init(reading fields: Fields) {
            id = fields.identifier("id")
            name = fields.string("name", nonEmpty: true)
            version = fields.integer("version", in: 1...Int.max)
        }

        public func write(members writer: inout JSONWriter) {
            writer.field("id", id)
            writer.field("name", name)
            writer.field("version", version)
        }
    }

    /// The versions that are looked at.
    public var documents: [Document]
    /// Names of people, or of roles; empty: whoever may answer questions.
    public var by: [String]
    /// How many people have to approve, and how many of them have not.
    public var quorum: Int
    public var missing: Int
    /// Whoever wrote on a document may not approve it.
    public var fourEyes: Bool
    /// The phase that is left with it; nil: it is about one step.
    public var phase: Phase?
    /// When an answer is due, and what happens then.
    public var dueAt: Timestamp?
    public var onTimeout: ApprovalPolicy.OnTimeout?
    public var votes: [ApprovalVote]
    /// Of an elicitation: the section that is asked about.
    public var section: Section?

    /// A section of a document that a person is asked about while it is written.
    public struct Section: WireMessage, Equatable {
        /// The document's name, in full.
        public var document: String
        /// Its id in the template.
        public var id: String
        public var title: String
        /// What it says; the end of a long one is left out.
        public var draft: String

        public init(document: String, id: String, title: String, draft: String) {
            self.document = document
            self.id = id
            self.title = title
            self.draft = draft
        }

        public init(_ section: ElicitedSection) {
            self.init(
                document: section.document.text, id: section.section, title: section.title, draft: section.draft)
        }

        public init(reading fields: Fields) {
            document = fields.string("document", nonEmpty: true)
            id = fields.string("id", nonEmpty: true)
            title = fields.string("title")
            draft = fields.string("draft")
        }

        public func write(members writer: inout JSONWriter) {
            writer.field("document", document)
            writer.field("id", id)
            writer.field("title", title)
            writer.field("draft", draft)
        }
    }

    public init(
        documents: [Document], by: [String] = [], quorum: Int = 1, missing: Int = 1, fourEyes: Bool = false,
        phase: Phase? = nil, dueAt: Timestamp? = nil, onTimeout: ApprovalPolicy.OnTimeout? = nil,
        votes: [ApprovalVote] = [], section: Section? = nil
    ) {
        self.documents = documents
        self.by = by
        self.quorum = quorum
        self.missing = missing
        self.fourEyes = fourEyes
        self.phase = phase
        self.dueAt = dueAt
        self.onTimeout = onTimeout
        self.votes = votes
        self.section = section
    }

    public init(_ approval: Approval, of run: RunState) {
        self.init(
            documents: approval.versions.compactMap(run.artifactVersion).map {
                Document(id: run.id.child($0.ordinal), name: $0.name.text, version: $0.version)
            }, by: approval.policy.by, quorum: approval.policy.quorum, missing: approval.missing,
            fourEyes: approval.policy.fourEyes, phase: approval.phase, dueAt: approval.dueAt,
            onTimeout: approval.dueAt == nil ? nil : approval.policy.onTimeout,
            votes: approval.votes.map { ApprovalVote($0, of: run.id) },
            section: approval.sections.first.map { Section($0) })
    }

    public init(reading fields: Fields) {
        documents = fields.list("documents")
        by = fields.optionalStrings("by")
        quorum = fields.integer("quorum", in: 1...Int.max)
        missing = fields.integer("missing", in: 0...Int.max)
        fourEyes = fields.optionalFlag("four_eyes") ?? false
        phase = fields.optionalWord("phase")
        dueAt = fields.optionalTime("due_at")
        onTimeout = fields.optionalWord("on_timeout")
        votes = fields.optionalList("votes")
        section = fields.optionalNested("section")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("documents", documents)
        writer.field(nonEmpty: "by", by)
        writer.field("quorum", quorum)
        writer.field("missing", missing)
        if fourEyes { writer.field("four_eyes", true) }
        writer.field("phase", phase)
        writer.field("due_at", dueAt)
        writer.field("on_timeout", onTimeout)
        writer.field(nonEmpty: "votes", votes)
        if let section { writer.field("section", section) }
    }
}

/// One person's answer to an approval.
public struct ApprovalVote: WireMessage, Equatable {
    /// The client that it came from; `on_timeout` for the time that ran out.
    public var by: String
    /// `approve`, `reject` or `amend`; `proceed` or `feedback`.
    public var answer: String
    public var comment: String?
    /// The version that the person wrote, of an `amend` that brought one.
    public var version: Identifier?
    public var at: Timestamp

    public init(by: String, answer: String, comment: String? = nil, version: Identifier? = nil, at: Timestamp) {
        self.by = by
        self.answer = answer
        self.comment = comment
        self.version = version
        self.at = at
    }

    public init(_ vote: Approval.Vote, of run: Identifier) {
        self.init(
            by: vote.by, answer: vote.answer, comment: vote.comment.isEmpty ? nil : vote.comment,
            version: vote.version.map { run.child($0) }, at: vote.at)
    }

    public init(reading fields: Fields) {
        by = fields.string("by", nonEmpty: true)
        answer = fields.string("answer", nonEmpty: true)
        comment = fields.optionalString("comment")
        version = fields.optionalIdentifier("version")
        at = fields.time("at")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("by", by)
        writer.field("answer", answer)
        writer.field("comment", comment)
        writer.field("version", version)
        writer.field("at", at)
    }
}
