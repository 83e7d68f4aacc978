/// A point of docs/protocol.md, "What each side promises", that can be seen from outside of an agent.
enum AgentPromise: String, CaseIterable, Sendable {
    case presence, messages, claim, result, beats, lateWill = "late-will", newEpoch = "new-epoch", will, reconnect
    case strangers, oneKey = "one-key", accepted, duplicate, refusals, cancel, past, unreadable, oversized
    case decline, ranges, put, patience, drain, goodbye, restart

    /// What the agent does, in a few words.
    var title: String {
        switch self {
        case .presence: "says that it is there, in a retained message"
        case .messages: "sends nothing that cannot be read"
        case .claim: "claims a task within 10 s, by a beat or its result"
        case .result: "brings a result, under the lease, with what was asked for"
        case .beats: "lists what it holds at every third of lease_ms, results that wait for an ack included"
        case .lateWill: "publishes its presence again when a late will says offline"
        case .newEpoch: "sends a result again when the orchestrator has a new epoch"
        case .will: "connects under its own id, and leaves a will that says offline"
        case .reconnect: "comes back after its connection was cut, and sends its result again"
        case .strangers: "keeps a result when the ack is another orchestrator's, or of the past"
        case .oneKey: "does one idempotency_key once, and sends the result under the new lease"
        case .accepted: "lets go of a result that was accepted"
        case .duplicate: "does nothing when a command comes again after its ack"
        case .refusals: "lets go of results that were rejected, superseded or unknown"
        case .cancel: "drops what is cancelled, and remembers it"
        case .past: "does nothing for an orchestrator of the past"
        case .unreadable: "goes on after messages that cannot be read"
        case .oversized: "goes on after a command of 4 MiB"
        case .decline: "declines a task for a role that it does not serve"
        case .ranges: "fetches a large document in ranges"
        case .put: "sends a document over 1 MiB in ranges before its result"
        case .patience: "sends a result again after 30 s without an ack"
        case .drain: "finishes what it has when it is told to stop"
        case .goodbye: "is offline when it has stopped"
        case .restart: "has a higher epoch after a restart"
        }
    }

    /// What an agent does without, at the price of what the guide says. The others cost runs when they are broken.
    var isOptional: Bool { [.beats, .decline, .ranges, .put, .drain].contains(self) }

    /// What an agent that does not offer it goes without.
    var price: String {
        switch self {
        case .beats: "a task that hangs is noticed at its timeout only"
        case .decline: "a task that it cannot do waits 10 s before it goes to another"
        case .ranges: "it cannot work from documents over 64 KiB"
        case .put: "it cannot bring documents over 1 MiB"
        case .drain: "stopping it costs the attempt it is at"
        default: ""
        }
    }

    /// Where it is written.
    var section: String {
        switch self {
        case .presence, .restart: "presence-and-state"
        case .claim, .decline, .ranges: "tasks"
        case .messages, .unreadable, .oversized: "limits"
        case .put: "large-artifacts"
        case .result, .accepted, .refusals: "results"
        default: "what-each-side-promises"
        }
    }
}

/// What was seen of a promise.
struct AgentFinding: Sendable {
    enum Outcome: Sendable, Equatable {
        case kept(String?)
        case broken(String)
        /// An optional one, left out.
        case notOffered
        /// It could not be tried, and why.
        case notTried(String)
    }

    var promise: AgentPromise
    var outcome: Outcome
}
