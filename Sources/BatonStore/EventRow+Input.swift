import BatonEngine

extension EventRow {
    /// The history row of an input that was just applied.
    public init(_ input: RunInput, _ output: RunOutput, sequence: Int, lastOrdinal: UInt32) {
        var event = JSONWriter()
        input.event.write(to: &event)
        var outcome = JSONWriter()
        outcome.array { list in for entry in output.log { entry.write(to: &list) } }
        self.init(
            sequence: sequence, at: input.now, kind: input.event.kind, input: event.text, outcome: outcome.text,
            seed: input.seed, lastOrdinal: lastOrdinal)
    }
}
