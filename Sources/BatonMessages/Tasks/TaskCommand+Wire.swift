import BatonEngine

extension TaskCommand: WireMessage {
    public init(reading fields: Fields) {
        self.init(
            by: fields.nested("by"), task: fields.identifier("task"), run: fields.identifier("run"),
            project: fields.string("project"), workflow: fields.string("workflow"),
            step: fields.string("step", nonEmpty: true), title: fields.optionalString("title"),
            phase: fields.word("phase", else: .discovery), role: fields.name("role"),
            action: fields.optionalString("action"), attempt: fields.integer("attempt", in: 1...Int.max),
            lease: fields.identifier("lease"), leaseMilliseconds: fields.integer("lease_ms", in: 1...Int64.max),
            timeoutMilliseconds: fields.optionalInteger("timeout_ms", in: 1...Int64.max),
            handoff: fields.nested("handoff"), requires: fields.list("requires"), creates: fields.list("creates"),
            updates: fields.optionalList("updates"), validates: fields.optionalStrings("validates"),
            reports: fields.optionalList("reports", Report.init(reading:)),
            inputs: fields.optionalObject("inputs") ?? [:], facts: fields.optionalObject("facts") ?? [:],
            uses: fields.optionalList("uses", Attachment.init(reading:)),
            optionalSteps: fields.optionalStrings("optional_steps"), notes: fields.string("notes"),
            item: fields.optionalObject("item") { item in
                Self.check(item: item)
                let _: JSON = item.optionalArray("in", of: Self.check(item:))
            },
            idempotencyKey: fields.identifier("idempotency_key"))
        contributes = fields.optionalList("contributes")
        persona = fields.optionalObject("persona")
        previous = fields.optionalNested("previous")
        amendment = fields.optionalNested("amendment")
        traceparent = fields.optionalTraceParent()
    }

    private static func check(item: Fields) {
        _ = item.string("scope", nonEmpty: true)
        _ = item.string("name", nonEmpty: true)
        let _: Int = item.integer("index")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("by", by)
        writer.field("task", task)
        writer.field("run", run)
        writer.field("project", project)
        writer.field("workflow", workflow)
        writer.field("step", step)
        writer.field("title", title)
        writer.field("phase", phase)
        writer.field("role", role)
        writer.field("action", action)
        writer.field("attempt", attempt)
        writer.field("lease", lease)
        writer.field("lease_ms", leaseMilliseconds)
        writer.field("timeout_ms", timeoutMilliseconds)
        writer.field("handoff", handoff)
        writer.field("requires", requires)
        writer.field("creates", creates)
        writer.field(nonEmpty: "updates", updates)
        writer.field(nonEmpty: "contributes", contributes)
        writer.field(nonEmpty: "validates", validates)
        if !reports.isEmpty { writer.field("reports", reports) }
        writer.field("inputs", inputs)
        writer.field("facts", facts)
        if !uses.isEmpty { writer.field("uses", uses) }
        writer.field(nonEmpty: "optional_steps", optionalSteps)
        writer.field("notes", notes)
        writer.field("item", item)
        writer.field("persona", persona)
        if let previous { writer.field("previous", previous) }
        if let amendment { writer.field("amendment", amendment) }
        writer.field("traceparent", traceparent?.description)
        writer.field("idempotency_key", idempotencyKey)
    }
}

extension Report: WireMessage {
    private static let kinds: [String: Kind] = [
        "boolean": .boolean, "enum": .enum, "list": .list, "number": .number,
    ]

    public init(reading fields: Fields) {
        let type = fields.string("type", nonEmpty: true)
        let kind = Self.kinds[type]
        if kind == nil, !type.isEmpty { fields.fault("type must be one of boolean, enum, list, number") }
        self.init(
            name: fields.name("name"), kind: kind ?? .boolean, question: fields.string("question"),
            options: fields.optionalStrings("options"))
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("type", kind)
        writer.field("question", question)
        writer.field(nonEmpty: "options", options)
    }
}

extension Attachment: WireMessage {
    private static let kinds: [String: Kind] = [
        "template": .template, "task": .task, "checklist": .checklist, "data": .data, "agent": .agent,
    ]

    public init(reading fields: Fields) {
        let kind = fields.string("kind", nonEmpty: true)
        if !kind.isEmpty, Self.kinds[kind] == nil {
            fields.fault("kind must be one of template, task, checklist, data, agent")
        }
        self.init(
            name: fields.string("name", nonEmpty: true), kind: Self.kinds[kind] ?? .data,
            content: fields.string("content"))
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("kind", kind)
        writer.field("content", content)
    }
}
