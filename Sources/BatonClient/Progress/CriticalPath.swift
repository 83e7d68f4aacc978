import BatonMessages

/// How long a run's tasks took, and the longest chain of those that had to wait for each other: no number of agents
/// would have made the run shorter than that.
///
/// A task waits for the one whose end made it ready, and for the makers of the documents that its own were made from.
/// A task's time runs from its first dispatch to its accepted result; a child run counts as a task.
public struct CriticalPath: Sendable, Equatable {
    public struct Leg: Sendable, Equatable {
        public let step: String
        /// The scope of the item that it is for.
        public let item: String?
        public let milliseconds: Int64
    }

    /// The tasks of the longest chain, in order.
    public let legs: [Leg]
    /// What the tasks took one after the other.
    public let sequentialMilliseconds: Int64

    /// What the chain took.
    public var milliseconds: Int64 { legs.reduce(0) { $0 + $1.milliseconds } }

    /// - Parameters:
    ///   - events: the run's history from its beginning, in order.
    ///   - artifacts: every version of the run.
    public init(events: [LogEvent], artifacts: [ArtifactEntry] = []) {
        var timeline = Timeline()
        for event in events { timeline.take(event) }
        timeline.take(artifacts)
        sequentialMilliseconds = timeline.ended.reduce(0) { $0 + (timeline.spans[$1]?.milliseconds ?? 0) }
        legs = timeline.longestChain
    }
}

/// When tasks began and ended, and what each waited for.
private struct Timeline {
    struct Span {
        let step: String
        let item: String?
        /// Of the event that began it.
        let sequence: Int
        let start: Timestamp
        var end: (at: Timestamp, sequence: Int)?
        var after: Set<Identifier> = []

        var milliseconds: Int64 { end.map { max(0, $0.at.milliseconds - start.milliseconds) } ?? 0 }
    }

    private(set) var spans: [Identifier: Span] = [:]
    /// In the order in which they ended.
    private(set) var ended: [Identifier] = []
    /// For a task that is ready, the one whose end made it so.
    private var releasers: [Identifier: Identifier] = [:]
    /// The same for child runs, with the event that began them.
    private var children: [String: (event: LogEvent, releaser: Identifier?)] = [:]

    mutating func take(_ event: LogEvent) {
        let child = event.kind == "child_ended" ? event.input.json["run"]?.string.flatMap { children[$0] } : nil
        if let task = event.task {
            switch event.kind {
            case "dispatched" where spans[task] == nil:
                begin(task, event, after: releasers[task])
            case "child_ended" where spans[task] == nil:
                guard let child else { break }
                begin(task, event, from: child.event, after: child.releaser)
                finish(task, event)
            case "completed": finish(task, event)
            default: break
            }
        }
        for entry in event.then.json.array ?? [] {
            switch entry["kind"]?.string {
            case "step_ready":
                guard let number = entry["task"]?.int, let ordinal = UInt32(exactly: number) else { continue }
                releasers[event.run.child(ordinal)] = event.task
            case "child_started":
                if let run = entry["run"]?.string { children[run] = (event, event.task) }
            default: continue
            }
        }
    }

    private mutating func begin(
        _ task: Identifier, _ event: LogEvent, from start: LogEvent? = nil, after releaser: Identifier?
    ) {
        let start = start ?? event
        spans[task] = Span(
            step: event.step ?? "", item: event.item, sequence: start.sequence, start: start.at,
            after: releaser.map { [$0] } ?? [])
    }

    private mutating func finish(_ task: Identifier, _ event: LogEvent) {
        guard spans[task] != nil, spans[task]?.end == nil else { return }
        spans[task]?.end = (event.at, event.sequence)
        ended.append(task)
    }

    /// The makers of what a task's documents were made from come before it.
    mutating func take(_ artifacts: [ArtifactEntry]) {
        var makers: [Identifier: Identifier] = [:]
        for artifact in artifacts { makers[artifact.id] = artifact.task }
        for artifact in artifacts {
            guard let task = artifact.task else { continue }
            spans[task]?.after.formUnion(artifact.madeFrom.compactMap { makers[$0] })
        }
    }

    var longestChain: [CriticalPath.Leg] {
        var best: [Identifier: (milliseconds: Int64, after: Identifier?)] = [:]
        for task in ended {
            guard let span = spans[task] else { continue }
            // Whatever came after its beginning it did not wait for.
            let before = span.after.filter { spans[$0]?.end.map { $0.sequence <= span.sequence } ?? false }
            let longest = before.max { left, right in
                (best[left]?.milliseconds ?? 0, left) < (best[right]?.milliseconds ?? 0, right)
            }
            best[task] = (span.milliseconds + (longest.flatMap { best[$0]?.milliseconds } ?? 0), longest)
        }
        var chain: [CriticalPath.Leg] = []
        var next = best.max { ($0.value.milliseconds, $0.key) < ($1.value.milliseconds, $1.key) }?.key
        while let task = next, let span = spans[task] {
            chain.append(CriticalPath.Leg(step: span.step, item: span.item, milliseconds: span.milliseconds))
            next = best[task]?.after
        }
        return chain.reversed()
    }
}
