import BatonEngine

/// Reads from Mosquitto's log what its access rules refused, which no message tells the orchestrator.
///
/// Written against Mosquitto 2.0.11 with `log_type debug` and `subscribe`; lines of another shape say nothing. Control
/// characters are not allowed in topics, so that nobody writes lines of his own.
struct BrokerLog {
    /// Something that somebody tried.
    struct Notice: Equatable {
        enum Kind: String { case publish, will, subscription, connection }

        var kind: Kind
        /// A client id, which is the login where agents are; empty when nobody has logged in.
        var client: String
        var text: String
    }

    /// Who the last connection was from: what follows says what will it left.
    private var newcomer = ""
    private var expectsWillTopic = false

    /// - Parameter isAgent: whether a client is an agent. Only of these it is told what they ask to read: the broker
    ///   takes every subscription, and filters the messages.
    mutating func read(_ line: some StringProtocol, isAgent: (String) -> Bool) -> Notice? {
        guard let separator = line.range(of: ": ") else { return nil }
        let text = String(line[separator.upperBound...])
        if expectsWillTopic {
            expectsWillTopic = false
            if text.hasPrefix("\t") { return will(String(text.dropFirst()), isAgent: isAgent) }
        }
        if let rest = text.suffix(after: "Denied PUBLISH from ") { return publish(rest) }
        if let rest = text.suffix(after: "New client connected from "), let start = rest.range(of: " as ") {
            newcomer = String(rest[start.upperBound...].prefix(upTo: " ("))
            return nil
        }
        if text.hasPrefix("Will message specified ") {
            expectsWillTopic = true
            return nil
        }
        if let rest = text.suffix(after: "Client ") { return departure(rest) }
        return subscription(text, isAgent: isAgent)
    }

    private func publish(_ rest: Substring) -> Notice? {
        let client = String(rest.prefix(upTo: " (d"))
        guard let topic = rest.range(of: ", '").map({ rest[$0.upperBound...].prefix(upTo: "', ...") }) else {
            return nil
        }
        return Notice(kind: .publish, client: client, text: "\(client) published to \(topic)")
    }

    private func will(_ topic: String, isAgent: (String) -> Bool) -> Notice? {
        guard isAgent(newcomer), !TopicOwnership(agent: newcomer).isItsState(topic) else { return nil }
        return Notice(
            kind: .will, client: newcomer, text: "\(newcomer) left a will for \(topic), which is not published")
    }

    /// `id 1 filter`, by `log_type subscribe`.
    private func subscription(_ text: String, isAgent: (String) -> Bool) -> Notice? {
        let words = text.split(separator: " ", maxSplits: 2)
        guard words.count == 3, ["0", "1", "2"].contains(words[1]) else { return nil }
        let (client, filter) = (String(words[0]), String(words[2]))
        guard isAgent(client), !TopicOwnership(agent: client).mayRead(filter) else { return nil }
        return Notice(
            kind: .subscription, client: client,
            text: "\(client) subscribed to \(filter), and gets what is its own alone")
    }

    /// `eve disconnected due to oversize packet.`, `<unknown> disconnected, not authorised.`
    private func departure(_ rest: Substring) -> Notice? {
        guard let end = rest.range(of: " disconnected") else { return nil }
        let reason = rest[end.upperBound...]
        // Who says goodbye, or does not.
        guard reason != ".", !reason.contains("exceeded timeout"), !reason.contains("already connected") else {
            return nil
        }
        let client = rest[..<end.lowerBound]
        return Notice(
            kind: .connection, client: client == "<unknown>" ? "" : String(client),
            text: "\(client) was disconnected\(reason)".trimmed)
    }
}

/// An agent's own topics, in whatever namespace: the rights of `broker/secure/agents.acl`.
private struct TopicOwnership {
    let agent: String

    func isItsState(_ topic: String) -> Bool { levels(topic) == ["agent", Substring(agent), "state"] }

    func mayRead(_ filter: String) -> Bool {
        let levels = levels(filter)
        return levels == ["orchestrator", "state"] || isItsState(filter)
            || levels.count == 4 && levels[0] == "agent" && levels[1] == agent && levels[2] == "in" && levels[3] != "#"
    }

    /// What follows the namespace; nothing when it is no topic of the protocol.
    private func levels(_ topic: String) -> [Substring] {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        return levels.count > 3 && levels[0] == "baton" && levels[1] == "v1" ? Array(levels[3...]) : []
    }
}

extension StringProtocol {
    fileprivate func suffix(after prefix: String) -> SubSequence? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }

    /// All of it, when the mark is not there.
    fileprivate func prefix(upTo mark: String) -> SubSequence {
        range(of: mark).map { self[..<$0.lowerBound] } ?? self[...]
    }
}

extension String {
    fileprivate var trimmed: String { hasSuffix(".") ? String(dropLast()) : self }
}
