/// A message or a part of one: a JSON object whose unknown members are ignored and whose known ones are checked.
public protocol WireMessage: Sendable {
    /// The most bytes that a payload may have.
    static var maxBytes: Int { get }

    /// Reads the members; what is wrong is noted in `fields`, and the value made from it is never used.
    init(reading fields: Fields)

    /// Writes the members into an object that is open.
    func write(members writer: inout JSONWriter)
}

extension WireMessage {
    public static var maxBytes: Int { WireLimits.orchestratorMessageBytes }

    /// Reads a payload from the network; the fault lists everything that is wrong with it, in one go.
    public static func decode(_ payload: [UInt8]) throws(WireFault) -> Self {
        let fields = try Fields(payload, maxBytes: maxBytes)
        let message = Self(reading: fields)
        try fields.check()
        return message
    }

    /// The payload: compact JSON in UTF-8.
    public func encode() -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the whole as one object.
    public func write(to writer: inout JSONWriter) {
        writer.object { write(members: &$0) }
    }
}
