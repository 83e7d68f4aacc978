import BatonEngine

/// Answer a decision.
///
/// It is named by its id, or by its name (with the item when several items ask the same).
public struct DecideRequest: WireMessage, Equatable {
    public var run: Identifier
    public var decision: Identifier?
    public var name: String?
    /// The scope of the item (`epic-1/story-2`).
    public var item: String?
    public var value: JSON
    /// Why; with `amend`, what the author is told.
    public var comment: String?
    /// With `amend`: the document that it is about, by its full name.
    public var artifact: ArtifactName?
    /// With `amend`: the document as the person wants it; its body is text or bytes.
    public var document: ArtifactDocument?

    public init(
        run: Identifier, decision: Identifier? = nil, name: String? = nil, item: String? = nil, value: JSON,
        comment: String? = nil, artifact: ArtifactName? = nil, document: ArtifactDocument? = nil
    ) {
        self.run = run
        self.decision = decision
        self.name = name
        self.item = item
        self.value = value
        self.comment = comment
        self.artifact = artifact
        self.document = document
    }

    public init(reading fields: Fields) {
        run = fields.identifier("run")
        decision = fields.optionalIdentifier("decision")
        name = fields.optionalString("name", maxBytes: WireLimits.reasonBytes)
        item = fields.optionalString("item", maxBytes: WireLimits.reasonBytes)
        value = fields.value("value") ?? .null
        if fields.value("value") == nil { fields.missing("value") }
        if fields.value("decision") == nil, fields.value("name") == nil {
            fields.fault("decision or name must say which question is answered")
        }
        comment = fields.optionalString("comment", maxBytes: WireLimits.commentBytes)
        artifact = fields.optionalString("artifact", maxBytes: WireLimits.reasonBytes, nonEmpty: true)
            .map { ArtifactName($0) }
        document = fields.optionalNested("document")
        switch document?.body {
        case .sections, .reference: fields.fault("document must have content or content_base64")
        case nil, .text, .bytes: break
        }
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("decision", decision)
        writer.field("name", name)
        writer.field("item", item)
        writer.field("value", value)
        writer.field("comment", comment)
        writer.field("artifact", artifact?.text)
        if let document { writer.field("document", document) }
    }
}

/// What became of an answer.
public struct DecideReply: WireMessage, Equatable {
    public var run: Identifier
    public var decision: Identifier
    public var name: String
    /// The answer that counts; null when the question is not asked any more.
    public var value: JSON
    /// Whether this request was the one that decided; an answer that comes twice or late changes nothing.
    public var hasChanged: Bool
    /// How many more people have to approve; nil when nobody has to.
    public var missing: Int?

    public init(
        run: Identifier, decision: Identifier, name: String, value: JSON, hasChanged: Bool, missing: Int? = nil
    ) {
        self.run = run
        self.decision = decision
        self.name = name
        self.value = value
        self.hasChanged = hasChanged
        self.missing = missing
    }

    public init(reading fields: Fields) {
        run = fields.identifier("run")
        decision = fields.identifier("decision")
        name = fields.string("name")
        value = fields.value("value") ?? .null
        hasChanged = fields.optionalFlag("changed") ?? false
        if fields.value("changed") == nil { fields.missing("changed") }
        missing = fields.optionalInteger("missing", in: 1...Int.max)
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("decision", decision)
        writer.field("name", name)
        if !value.isNull { writer.field("value", value) }
        writer.field("changed", hasChanged)
        writer.field("missing", missing)
    }
}
