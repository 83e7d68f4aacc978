/// What a run has used so far, and whether a limit of its budget holds it.
public struct Spending: Sendable, Equatable {
    /// A limit that is reached: nothing more is given out until it is raised.
    public struct Stop: Sendable, Equatable {
        public let limit: RunBudget.Limit
        /// What people are told: which limit, how much was used, and how to go on.
        public let text: String

        public init(limit: RunBudget.Limit, text: String) {
            self.limit = limit
            self.text = text
        }
    }

    /// The sum of what agents reported, of attempts that came to nothing as well.
    public var usage = Usage()
    /// How long the run has been going, up to `since`.
    public var elapsedMilliseconds: Int64 = 0
    /// Since when the time is running; nil: the run is paused, held by its budget, or over.
    public var since: Timestamp?
    public var stop: Stop?

    public init() {}

    /// How long the run has been going.
    public func wallMilliseconds(at now: Timestamp) -> Int64 {
        elapsedMilliseconds + (since.map { max(0, now - $0) } ?? 0)
    }

    mutating func setClock(running: Bool, at now: Timestamp) {
        if running {
            since = since ?? now
        } else {
            elapsedMilliseconds = wallMilliseconds(at: now)
            since = nil
        }
    }
}

// MARK: - The form in which the store keeps it

extension Spending {
    public var json: JSON {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("usage", usage.json)
            writer.field("elapsed_ms", elapsedMilliseconds)
            if let since { writer.field("since", since.milliseconds) }
            if let stop {
                writer.object("stop") {
                    $0.field("limit", stop.limit.rawValue)
                    $0.field("text", stop.text)
                }
            }
        }
        return (try? JSON.parse(writer.text)) ?? [:]
    }

    /// Reads it back; nil when it is none that this engine wrote.
    public init?(_ json: JSON) {
        guard case .object? = json["usage"], let elapsed = json["elapsed_ms"]?.int else { return nil }
        usage = Usage(json["usage"])
        elapsedMilliseconds = elapsed
        since = json["since"]?.int.map { Timestamp(milliseconds: $0) }
        guard let stop = json["stop"] else { return }
        guard let limit = stop["limit"]?.string.flatMap(RunBudget.Limit.init), let text = stop["text"]?.string else {
            return nil
        }
        self.stop = Stop(limit: limit, text: text)
    }
}
