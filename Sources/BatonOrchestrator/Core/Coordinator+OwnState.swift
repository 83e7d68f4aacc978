import BatonEngine
import BatonMessages

/// What the orchestrator tells about itself and its agents: `orchestrator/state`.
extension Coordinator {
    func orchestratorState(_ state: OrchestratorState.State) -> OrchestratorState {
        OrchestratorState(
            state: state, store: store.id, epoch: epoch, version: BatonVersion.current,
            runs: .init(active: runs.count, attention: runs.values.count { $0.state.status == .attention }),
            agents: dispatch.agents.values.filter { $0.presence != .offline }.map {
                .init(id: $0.id, roles: $0.roles, held: $0.held.count, isBenched: $0.isBenched)
            })
    }

    /// Says it now: the first word on a connection.
    func sayState(now: Timestamp) {
        let state = orchestratorState(.online)
        announcement.said(state, now: now)
        direct.append(
            DirectMessage(topic: topics.orchestratorState, payload: state.encode(), qos: 1, isRetained: true))
    }

    /// Says it again when it has become another.
    func sendState(on wire: any Wire, now: Timestamp) throws {
        guard announcement.takeLook(now) else { return }
        let state = orchestratorState(.online)
        guard announcement.isNews(state, now: now) else { return }
        announcement.said(state, now: now)
        _ = try wire.publish(topics.orchestratorState, state.encode(), qos: 1, retain: true)
    }
}

/// When `orchestrator/state` is published again: within a second when somebody came, went, was benched or needs help;
/// for mere numbers, which change all the time, every ten seconds. All agents read it.
struct Announcement {
    private static let gapMilliseconds: Int64 = 1000
    private static let numbersGapMilliseconds: Int64 = 10_000

    private var last: OrchestratorState?
    private var saidAt = Timestamp(milliseconds: 0)
    private var lookedAt = Timestamp(milliseconds: 0)

    /// Whether it is time to look for news; looking costs as much as there are runs and agents.
    mutating func takeLook(_ now: Timestamp) -> Bool {
        guard lookedAt + Self.gapMilliseconds <= now else { return false }
        lookedAt = now
        return true
    }

    func isNews(_ state: OrchestratorState, now: Timestamp) -> Bool {
        guard let last else { return true }
        return state.withoutNumbers != last.withoutNumbers
            || saidAt + Self.numbersGapMilliseconds <= now && state != last
    }

    mutating func said(_ state: OrchestratorState, now: Timestamp) {
        last = state
        saidAt = now
        lookedAt = now
    }
}

extension OrchestratorState {
    fileprivate var withoutNumbers: OrchestratorState {
        var state = self
        state.runs.active = 0
        for index in state.agents.indices { state.agents[index].held = 0 }
        return state
    }
}
