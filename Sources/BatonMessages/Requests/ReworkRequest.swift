/// `rework` what was made from an older version of a document than the newest.
public struct ReworkRequest: WireMessage, Equatable {
    public var run: Identifier
    /// The name of the document that has changed, in full.
    public var artifact: String

    public init(run: Identifier, artifact: String) {
        self.run = run
        self.artifact = artifact
    }

    public init(reading fields: Fields) {
        run = fields.identifier("run")
        artifact = fields.string("artifact", maxBytes: WireLimits.reasonBytes, nonEmpty: true)
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("artifact", artifact)
    }
}
