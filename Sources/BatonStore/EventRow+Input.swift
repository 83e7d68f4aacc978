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

    /// The input, read back.
    public func restored() throws(StoreError) -> RunInput {
        guard let json = try? JSON.parse(input), let event = RunEvent(kind: kind, json: json) else {
            throw StoreError(.corrupt, "a history row can't be read")
        }
        return RunInput(now: at, seed: seed, event: event)
    }
}
