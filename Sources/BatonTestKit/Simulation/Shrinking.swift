/// Makes a history that breaks a promise smaller: fewer kinds of faults, fewer runs and agents, less time.
public enum Shrinking {
    /// The smallest history found that still breaks a promise (perhaps another one), with its trace.
    public static func smallest(_ outcome: Simulation.Outcome) -> Simulation.Outcome {
        var best = outcome.options
        best.isTraced = false
        var isSmaller = true
        while isSmaller {
            isSmaller = false
            for candidate in candidates(best) where Simulation.run(candidate).violation != nil {
                best = candidate
                isSmaller = true
                break
            }
        }
        best.isTraced = true
        let traced = Simulation.run(best)
        return traced.violation == nil ? outcome : traced
    }

    private static func candidates(_ options: SimulationOptions) -> [SimulationOptions] {
        var candidates: [SimulationOptions] = []
        func add(_ change: (inout SimulationOptions) -> Void) {
            var changed = options
            change(&changed)
            candidates.append(changed)
        }
        if !options.faults.isEmpty { add { $0.faults = [] } }
        for fault in options.faults.sorted(by: { $0.rawValue < $1.rawValue }) { add { $0.faults.remove(fault) } }
        if options.maxRuns > 1 { add { $0.maxRuns -= 1 } }
        if options.maxAgents > 1 { add { $0.maxAgents -= 1 } }
        if options.faultyMilliseconds > 5000 {
            add { $0.faultyMilliseconds /= 2 }
            add { $0.faultyMilliseconds = $0.faultyMilliseconds * 9 / 10 }
        }
        return candidates
    }
}
