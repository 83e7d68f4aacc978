import BatonEngine

/// A dispatcher under test, with a clock that moves when told and marks that come back at once.
struct Bench {
    var dispatch: Dispatch
    var now = Timestamp(milliseconds: 1_000_000)
    private var seeds: UInt64 = 0

    init(configure: (inout DispatchSettings) -> Void = { _ in }) {
        var settings = DispatchSettings()
        configure(&settings)
        dispatch = Dispatch(settings: settings)
    }

    mutating func agent(_ id: String, roles: [String] = ["dev"], slots: Int = 1, epoch: Int64 = 1, beats: Bool = true) {
        _ = dispatch.presence(id, .online, roles: roles, slots: slots, epoch: epoch, beats: beats, now: now)
    }

    mutating func leave(_ id: String, epoch: Int64 = 1) {
        _ = dispatch.presence(id, .offline, roles: [], slots: 1, epoch: epoch, beats: true, now: now)
    }

    mutating func ready(_ run: UInt64, _ task: UInt32 = 1, roles: [String] = ["dev"], priority: Priority = .medium) {
        dispatch.ready(ReadyTask(key: key(run, task), roles: roles, priority: priority))
    }

    mutating func assign() -> [(run: UInt64, agent: String, lease: Identifier)] {
        seeds += 1
        return dispatch.assign(now: now, seed: Seed(high: 1, low: seeds)).compactMap { output in
            guard case .assign(let task, let agent, _, let lease) = output else { return nil }
            return (task.key.run.high, agent, lease)
        }
    }

    mutating func wait(_ milliseconds: Int64) -> [DispatchOutput] {
        now = now + milliseconds
        return dispatch.markReturned(sentAt: now, now: now)
    }

    mutating func beat(_ agent: String, _ lease: Identifier) -> [DispatchOutput] {
        let task = dispatch.outstanding[lease]?.task.key.id ?? lease
        return dispatch.beat(agent, [(task, lease)], now: now)
    }

    func key(_ run: UInt64, _ task: UInt32 = 1) -> TaskKey { TaskKey(run: Identifier(high: run, low: 0), task: task) }
}

func ends(_ outputs: [DispatchOutput]) -> [AttemptOutcome] {
    outputs.compactMap { if case .end(_, _, _, let outcome, _) = $0 { outcome } else { nil } }
}
