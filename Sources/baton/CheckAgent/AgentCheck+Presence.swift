import BatonClient

/// Coming.
extension AgentCheck {
    /// False when there is no agent to check.
    mutating func checkPresence() async throws -> Bool {
        let limit: Duration = agent == nil ? .seconds(600) : .seconds(15)
        let deadline = ContinuousClock.now + limit
        var first: (String, Presence)?
        while first == nil, agent?.ended == nil, ContinuousClock.now < deadline {
            first = try await orchestrator.hear(since: 0, within: .milliseconds(200)) { heard in
                guard case .agentState(let name) = heard.address, let presence = try? Presence.decode(heard.payload),
                    presence.state == .online
                else { return nil }
                return (name, presence)
            }
        }
        guard let (name, presence) = first else {
            let end = agent?.ended.map { "; its program \($0)" } ?? ""
            let words = agent.map { $0.lastWords.isEmpty ? "" : ": \($0.lastWords)" } ?? ""
            found(.presence, .broken("nothing that says online came on agent/…/state\(end)\(words)"))
            return false
        }
        id = name
        self.presence = presence
        guard !presence.roles.isEmpty, presence.slots > 0 else {
            found(.presence, .broken("it serves no role, or has no slot"))
            return false
        }
        guard let kept = try await orchestrator.retained(orchestrator.topics.agentState(id)),
            (try? Presence.decode(kept))?.state == .online
        else {
            found(.presence, .broken("the broker does not keep it: publish it with the retain flag"))
            return true
        }
        let slots = "\(presence.slots) slot\(presence.slots == 1 ? "" : "s")"
        found(.presence, .kept("\(id), \(presence.roles.joined(separator: ", ")), \(slots)"))
        return true
    }

    /// Everything that came from the agent, once more, by the readers that the orchestrator uses.
    mutating func checkMessages() {
        let faults = orchestrator.all(since: 0) { heard -> String? in
            func fault<Message: WireMessage>(_ type: Message.Type, _ kind: String) -> String? {
                do throws(WireFault) {
                    _ = try Message.decode(heard.payload)
                    return nil
                } catch {
                    return "\(kind): \(error.reasons.first ?? "")"
                }
            }
            return switch heard.address {
            case .agentState(id): heard.payload.isEmpty ? nil : fault(Presence.self, "state")
            case .beat(id): fault(Beat.self, "out/beat")
            case .decline(id): fault(Decline.self, "out/decline")
            case .get(id): fault(ArtifactGet.self, "out/get")
            case .put(id): fault(ArtifactPut.self, "out/put")
            case .result(id): fault(TaskResult.self, "out/result")
            default: nil
            }
        }
        found(.messages, unless: faults.first)
    }
}
