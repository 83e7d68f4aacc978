/// A guard of a step: a symbol whose truth comes from a known source. It is never guessed.
public struct Condition: Codable, Sendable, Equatable {
    /// Where the truth of the symbol comes from.
    public enum Source: Codable, Sendable, Equatable {
        /// True as soon as the artifact exists (`after_<artifact>_creation`).
        case artifact(ArtifactName)
        /// The user says it, at the start or later (`user_*`).
        case user
        /// The agent of an earlier step reports it; the step's index in the plan.
        case reporter(step: Int)
        /// Nobody in the plan can know it: only the start can say it.
        case start
    }

    /// The symbol, as it stands in the file; also the name of the fact.
    public let symbol: String
    public let source: Source

    public init(symbol: String, source: Source) {
        self.symbol = symbol
        self.source = source
    }
}
