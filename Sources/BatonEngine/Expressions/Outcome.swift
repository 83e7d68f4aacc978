/// What a node of an expression comes to.
enum Outcome {
    case value(JSON)
    /// Facts that are needed and not known, each once.
    case unknown([String])
    case failed(String, offset: Int32)

    static func bool(_ value: Bool) -> Outcome { .value(.bool(value)) }

    /// What neither a true nor a false of its neighbour has decided: more knowledge may still decide an unknown, so it
    /// goes before a failure.
    func merged(with other: Outcome) -> Outcome {
        switch (self, other) {
        case (.unknown(let mine), .unknown(let others)): .unknown(Self.union(mine, others))
        case (.unknown, _): self
        case (_, .unknown): other
        case (.failed, _): self
        case (_, .failed): other
        case (.value, .value): self
        }
    }

    static func union(_ first: [String], _ second: [String]) -> [String] {
        var keys = Set(first.map(ArtifactName.key(of:)))
        return first + second.filter { keys.insert(ArtifactName.key(of: $0)).inserted }
    }
}
