import BatonEngine
import BatonMessages

/// A run as it was after an event of its history: the events up to it, put through the engine again.
struct PastRun {
    private(set) var state: RunState
    private var attempts: [UInt32: [AttemptRecord]] = [:]

    /// Before its first event.
    init(of run: RunState) { state = RunState(id: run.id, plan: run.plan) }

    var sequence: Int { state.sequence }

    /// Takes the next event; false when it does not fit, and nothing was taken.
    mutating func take(_ input: RunInput) -> Bool {
        guard state.accepts(input.event) else { return false }
        for attempt in state.apply(input).attempts {
            attempts[attempt.task, default: []].append(attempt)
        }
        return true
    }

    /// The last attempts at a task that had come to nothing by then, the newest last.
    func attempts(at task: UInt32) -> [AttemptRecord] {
        (attempts[task] ?? []).suffix(WireLimits.attemptsPerStep)
    }
}

/// The former states that were worked out last. Whoever goes to and fro in a run has them worked out from near by.
struct PastRuns {
    private static let maxRuns = 2
    /// Events between two states that are kept of a run.
    private static let gap = 1000

    /// The states of a run, by rising `seq`.
    private struct Kept {
        let run: Identifier
        var states: [PastRun] = []
    }

    /// The run that was asked about last comes last.
    private var kept: [Kept] = []

    /// How many states are kept, of all runs.
    var count: Int { kept.reduce(0) { $0 + $1.states.count } }

    /// The last state of the run that is kept and is not after `sequence`; else the one before its first event.
    mutating func nearest(to sequence: Int, of run: RunState) -> PastRun {
        guard let place = kept.firstIndex(where: { $0.run == run.id }) else { return PastRun(of: run) }
        kept.append(kept.remove(at: place))
        return kept[kept.count - 1].states.last { $0.sequence <= sequence } ?? PastRun(of: run)
    }

    /// Keeps a state that begins a stretch of its run's history.
    mutating func keep(_ past: PastRun) {
        guard past.sequence > 0, past.sequence.isMultiple(of: Self.gap) else { return }
        let run = past.state.id
        if !kept.contains(where: { $0.run == run }) { kept.append(Kept(run: run)) }
        let place = kept.firstIndex { $0.run == run }!
        guard !kept[place].states.contains(where: { $0.sequence == past.sequence }) else { return }
        kept[place].states.append(past)
        kept[place].states.sort { $0.sequence < $1.sequence }
        if kept.count > Self.maxRuns { kept.removeFirst() }
    }

    mutating func forget(_ run: Identifier) { kept.removeAll { $0.run == run } }
}
