/// One input at work: what follows from it so far, and what is left to do.
struct Turn {
    enum Signal {
        case enter(Entry)
        /// The activation of that number has ended; what holds it goes on.
        case ended(UInt32)
    }

    /// An element about to be activated.
    struct Entry {
        let step: Int
        /// The activation that holds it; 0: the run itself.
        let parent: UInt32
        let scope: String
        var detail: TaskDetail?
    }

    let now: Timestamp
    let seed: Seed
    var output = RunOutput()
    private var signals: [Signal] = []
    private var next = 0

    init(now: Timestamp, seed: Seed) {
        self.now = now
        self.seed = seed
    }

    mutating func signal(_ signal: Signal) { signals.append(signal) }

    mutating func enter(_ step: Int, in parent: UInt32, scope: String, detail: TaskDetail? = nil) {
        signals.append(.enter(Entry(step: step, parent: parent, scope: scope, detail: detail)))
    }

    mutating func nextSignal() -> Signal? {
        guard next < signals.count else { return nil }
        defer { next += 1 }
        return signals[next]
    }

    /// How many elements of that activation are about to be entered.
    func entering(_ parent: UInt32) -> Int { entries.count { $0.parent == parent } }

    func isEntering(_ parent: UInt32) -> Bool { entries.contains { $0.parent == parent } }

    func isEntering(_ parent: UInt32, _ step: Int) -> Bool {
        entries.contains { $0.parent == parent && $0.step == step }
    }

    private var entries: some Sequence<Entry> {
        signals[next...].lazy.compactMap { signal in
            guard case .enter(let entry) = signal else { return nil }
            return entry
        }
    }

    mutating func log(_ entry: LogEntry) { output.log.append(entry) }
}
