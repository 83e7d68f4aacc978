import BatonEngine
import Testing

/// The dispatcher under random events: whatever happens, its promises hold.
@Suite struct RandomDispatchTests {
    /// What the test knows to be true.
    private struct Model {
        var waiting: Set<TaskKey> = []
        var out: [Identifier: TaskKey] = [:]
        var paused: Set<Identifier> = []

        mutating func take(_ outputs: [DispatchOutput], slots: Int, _ bench: Bench) -> String? {
            for output in outputs {
                switch output {
                case .assign(let task, let agent, _, let lease):
                    if waiting.remove(task.key) == nil { return "\(task.key.task) was given out and did not wait" }
                    if paused.contains(task.key.run) { return "something of a paused run was given out" }
                    if out.values.contains(task.key) { return "one task, two leases" }
                    out[lease] = task.key
                    let held = bench.dispatch.agents[agent]?.held.count ?? 0
                    if held > slots { return "\(agent) has \(held)" }
                case .end(let key, let lease, _, _, _):
                    if out.removeValue(forKey: lease) != key { return "a lease ended that was not out" }
                case .cancel: break
                }
            }
            return nil
        }
    }

    @Test("Nothing is given out twice, to nobody, or of a paused run, and in the end everything is given out")
    func random() {
        for seed in 1...300 as ClosedRange<UInt64> {
            if let fault = run(seed) {
                Issue.record("seed \(seed): \(fault)")
                return
            }
        }
    }

    private func run(_ seed: UInt64) -> String? {
        var random = SplitMix64(state: seed)
        var bench = Bench { $0.maxOutPerRun = 3 }
        var model = Model()
        let slots = 2
        let roles = [["dev"], ["qa"], ["dev", "qa"], ["pm"]]
        for _ in 0..<300 {
            bench.now = bench.now + Int64(random.below(3000))
            var outputs: [DispatchOutput] = []
            let key = bench.key(UInt64(1 + random.below(4)), UInt32(1 + random.below(8)))
            let lease = model.out.keys.sorted { $0.description < $1.description }.first { _ in random.chance(0.4) }
            let agent = "agent-\(random.below(4))"
            switch random.below(9) {
            case 0, 1:
                guard !model.waiting.contains(key), !model.out.values.contains(key) else { continue }
                model.waiting.insert(key)
                bench.ready(
                    key.run.high, key.task, roles: random.pick(roles), priority: random.pick(Priority.allCases))
            case 2:
                bench.agent(agent, roles: random.pick(roles), slots: slots, epoch: Int64(1 + random.below(2)))
            case 3: if random.chance(0.2) { bench.leave(agent) }
            case 4:
                guard let lease else { continue }
                outputs = bench.beat(bench.dispatch.outstanding[lease]?.agent ?? agent, lease)
            case 5:
                guard let lease, random.chance(0.7) else { continue }
                bench.dispatch.finished(lease, isFailure: random.chance(0.3), now: bench.now)
                model.out[lease] = nil
            case 6:
                if let lease, random.chance(0.3) {
                    outputs = bench.dispatch.declined(lease, message: "no", now: bench.now)
                } else if model.waiting.contains(key) {
                    outputs = bench.dispatch.withdraw(key, lease: nil, reason: "no")
                    model.waiting.remove(key)
                }
            case 7:
                if model.paused.remove(key.run) != nil {
                    bench.dispatch.resume(key.run)
                } else if random.chance(0.3) {
                    model.paused.insert(key.run)
                    bench.dispatch.pause(key.run)
                }
            default: outputs = bench.wait(0)
            }
            if let fault = model.take(outputs, slots: slots, bench) { return fault }
            let given = bench.dispatch.assign(now: bench.now, seed: Seed(high: seed, low: random.next()))
            if let fault = model.take(given, slots: slots, bench) { return fault }
            if bench.dispatch.waitingCount != model.waiting.count { return "the queue has lost count" }
            if bench.dispatch.outstanding.count != model.out.count { return "the books have lost count" }
        }
        return finish(&bench, &model, seed)
    }

    /// With everybody there and nothing paused, all that waits is given out.
    private func finish(_ bench: inout Bench, _ model: inout Model, _ seed: UInt64) -> String? {
        for run in model.paused { bench.dispatch.resume(run) }
        model.paused = []
        bench.now = bench.now + 100_000
        for turn in 0..<200 where !model.waiting.isEmpty || !model.out.isEmpty {
            bench.agent("last", roles: ["dev", "qa", "pm"], slots: 50, epoch: 9)
            let given = bench.dispatch.assign(now: bench.now, seed: Seed(high: seed, low: UInt64(turn) << 32))
            if let fault = model.take(given, slots: 50, bench) { return fault }
            for lease in model.out.keys { bench.dispatch.finished(lease, isFailure: false, now: bench.now) }
            model.out = [:]
        }
        return model.waiting.isEmpty ? nil : "\(model.waiting.count) tasks wait for ever"
    }
}
