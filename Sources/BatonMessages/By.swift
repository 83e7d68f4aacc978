/// Which orchestrator speaks: in everything that one sends.
///
/// Agents ignore commands and controls with a lower epoch than they have seen, and `ack` and `cancel` from another
/// store.
public struct By: WireMessage, Hashable {
    /// The database's own id.
    public var store: String
    /// Grows with every connection that the orchestrator makes.
    public var epoch: Int64

    public init(store: String, epoch: Int64) {
        self.store = store
        self.epoch = epoch
    }

    public init(reading fields: Fields) {
        store = fields.name("store")
        epoch = fields.integer("epoch")
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("store", store)
        writer.field("epoch", epoch)
    }
}
