/// A run that was told to wait: by whom, why and since when.
public struct Pause: Sendable, Equatable {
    /// The client that asked, or `run …` for a run that waits with the one it is a step of.
    public let client: String
    /// Empty when none was given.
    public let reason: String
    public let at: Timestamp

    public init(client: String, reason: String, at: Timestamp) {
        self.client = client
        self.reason = reason
        self.at = at
    }

    /// What people are told.
    public var text: String { "paused by \(client)" + (reason.isEmpty ? "" : ": \(reason)") }

    /// How a run calls itself where it asks for something.
    public static func name(ofRun id: Identifier) -> String { "run \(id)" }
}

// MARK: - The form in which the store keeps it

extension Pause {
    public var json: JSON {
        ["by": .string(client), "reason": .string(reason), "at": .int(at.milliseconds)]
    }

    /// Reads it back; nil when it is none that this engine wrote.
    public init?(_ json: JSON) {
        guard let client = json["by"]?.string, let reason = json["reason"]?.string, let at = json["at"]?.int else {
            return nil
        }
        self.init(client: client, reason: reason, at: Timestamp(milliseconds: at))
    }
}
