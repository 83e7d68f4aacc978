import BatonEngine

/// A question that a run needs answered: retained on `decision/{run}/{id}` while it is open.
public struct DecisionEntry: WireMessage, Equatable {
    public var id: Identifier
    public var run: Identifier
    public var workflow: String
    /// The step that waits; nil: the run as a whole.
    public var step: String?
    public var kind: Decision.Kind
    /// The name of the fact, or of what is decided.
    public var name: String
    /// The scope of the item that it is about (`epic-1/story-2`).
    public var item: String?
    public var question: String
    /// What an answer must be.
    public var answers: Decision.Answers
    public var status: Decision.Status
    public var askedAt: Timestamp
    public var answer: JSON?
    public var answeredBy: String?
    public var answeredAt: Timestamp?
    /// Of the kind `approval`.
    public var approval: ApprovalEntry?

    public init(
        id: Identifier, run: Identifier, workflow: String, step: String? = nil, kind: Decision.Kind, name: String,
        item: String? = nil, question: String, answers: Decision.Answers, status: Decision.Status = .open,
        askedAt: Timestamp, answer: JSON? = nil, answeredBy: String? = nil, answeredAt: Timestamp? = nil,
        approval: ApprovalEntry? = nil
    ) {
        self.id = id
        self.run = run
        self.workflow = workflow
        self.step = step
        self.kind = kind
        self.name = name
        self.item = item
        self.question = question
        self.answers = answers
        self.status = status
        self.askedAt = askedAt
        self.answer = answer
        self.answeredBy = answeredBy
        self.answeredAt = answeredAt
        self.approval = approval
    }

    public init(_ decision: Decision, of run: RunState) {
        self.init(
            id: run.id.child(decision.ordinal), run: run.id, workflow: run.plan.workflow,
            step: run.task(decision.task).map { run.plan.steps[$0.step].id }, kind: decision.kind,
            name: decision.name, item: decision.scope.isEmpty ? nil : decision.scope, question: decision.question,
            answers: decision.answers, status: decision.status, askedAt: decision.askedAt, answer: decision.answer,
            answeredBy: decision.answeredBy, answeredAt: decision.answeredAt,
            approval: decision.approval.map { ApprovalEntry($0, of: run) })
    }

    public init(reading fields: Fields) {
        id = fields.identifier("decision")
        run = fields.identifier("run")
        workflow = fields.string("workflow")
        step = fields.optionalString("step")
        kind = fields.word("kind", else: .fact)
        name = fields.string("name", nonEmpty: true)
        item = fields.optionalString("item")
        question = fields.string("question")
        let type = fields.string("type", nonEmpty: true)
        let answers = Decision.Answers(name: type, options: fields.optionalStrings("options"))
        if answers == nil, !type.isEmpty { fields.fault("type must be one of boolean, enum, any") }
        self.answers = answers ?? .anything
        status = fields.word("status", else: .open)
        askedAt = fields.time("asked_at")
        answer = fields.value("answer")
        answeredBy = fields.optionalString("answered_by")
        answeredAt = fields.optionalTime("answered_at")
        approval = fields.optionalNested("approval")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("decision", id)
        writer.field("run", run)
        writer.field("workflow", workflow)
        writer.field("step", step)
        writer.field("kind", kind.rawValue)
        writer.field("name", name)
        writer.field("item", item)
        writer.field("question", question)
        writer.field("type", answers.name)
        writer.field(nonEmpty: "options", answers.options)
        writer.field("status", status.rawValue)
        writer.field("asked_at", askedAt)
        writer.field("answer", answer)
        writer.field("answered_by", answeredBy)
        writer.field("answered_at", answeredAt)
        if let approval { writer.field("approval", approval) }
    }
}
