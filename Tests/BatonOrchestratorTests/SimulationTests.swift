import BatonTestKit
import Testing

/// A few of the histories that `make simulate` lives through by the hundred thousand.
@Suite struct SimulationTests {
    /// Seeds that found something, when the simulation was younger:
    /// 44: a clock that was set back stopped snapshots and retries; 60: an agent with a lower epoch was ignored for
    /// good; 139: a lapsed lease of the only agent for a role was never given again; 203: an agent was never asked
    /// again after the broker had lost its command; 1977: the broker had lost the presence of the only agent; 204010: a
    /// result that could not be stored came again for ever; 20002202: what was due could not be stored, and went on in
    /// memory; 71428: a fix that a person or the review wanted otherwise went to nobody; 3091728: a document that
    /// waited for its approval when its run failed had lost its handoff in memory, not on disk, when the run was taken
    /// up again.
    private static let found: [UInt64] = [44, 60, 139, 203, 1977, 71_428, 204_010, 3_091_728, 20_002_202]

    @Test("Whatever fails, no promise is broken, and everything ends")
    func histories() {
        for seed in Self.found + Array(1...60) {
            let outcome = Simulation.run(SimulationOptions(seed: seed))
            #expect(outcome.violation == nil, "make simulate SEED=\(seed) RUNS=1")
        }
    }

    @Test("Without a fault, nothing crashes and everything ends")
    func calm() {
        for seed in 1...10 as ClosedRange<UInt64> {
            var options = SimulationOptions(seed: seed)
            options.faults = []
            let outcome = Simulation.run(options)
            #expect(outcome.violation == nil)
            #expect(outcome.crashes == 0)
            #expect(outcome.commits > 0)
        }
    }

    @Test("One seed is one history", arguments: [3, 5, 17] as [UInt64])
    func sameAgain(seed: UInt64) {
        var options = SimulationOptions(seed: seed)
        options.isTraced = true
        let first = Simulation.run(options)
        #expect(!first.trace.isEmpty)
        #expect(Simulation.run(options).trace == first.trace)
    }

    @Test("An acknowledgement that leaves before the commit is found, and made small")
    func plantedBug() throws {
        var options = SimulationOptions(seed: 1)
        options.acknowledgesEarly = true
        let outcome = Simulation.run(options)
        #expect(outcome.violation?.contains("before it was on disk") == true)
        let small = Shrinking.smallest(outcome)
        #expect(small.violation != nil)
        #expect(small.options.faults.isEmpty)
        #expect(small.options.maxRuns == 1)
    }
}
