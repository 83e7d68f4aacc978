/// An agent says that it is there, and for what: retained on `agent/{id}/state`, and its last will.
public struct Presence: WireMessage, Equatable {
    public enum State: String, Sendable, CaseIterable {
        case online
        /// Finishes what it has and takes nothing new.
        case draining
        case offline
    }

    /// The version of this message's shape.
    public static let schema = 1

    public var state: State
    public var roles: [String]
    /// How many tasks it takes at once.
    public var slots: Int
    /// Grows with every start of the agent.
    public var epoch: Int64
    /// Whether it renews its leases; if not, only timeouts bound its attempts.
    public var beats: Bool

    public static var maxBytes: Int { WireLimits.agentMessageBytes }

    public init(state: State, roles: [String], slots: Int, epoch: Int64, beats: Bool = true) {
        self.state = state
        self.roles = roles
        self.slots = slots
        self.epoch = epoch
        self.beats = beats
    }

    /// Who is offline need not say what it would do.
    public init(reading fields: Fields) {
        state = fields.word("state", else: .offline)
        let isThere = state != .offline
        if isThere {
            for name in ["roles", "slots"] where fields.value(name) == nil { fields.missing(name) }
        }
        roles = fields.optionalStrings(
            "roles", max: WireLimits.rolesPerAgent, maxBytes: WireLimits.nameBytes, nonEmpty: true)
        slots = fields.optionalInteger("slots", in: 0...WireLimits.slotsPerAgent) ?? 0
        epoch = fields.integer("epoch")
        beats = fields.optionalFlag("beats") ?? true
        _ = fields.optionalInteger("schema", in: 1...Int.max)
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("state", state)
        writer.field("roles", roles)
        writer.field("slots", slots)
        writer.field("epoch", epoch)
        writer.field("beats", beats)
        writer.field("schema", Self.schema)
    }
}
