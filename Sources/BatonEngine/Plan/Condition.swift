/// A guard of a step: a symbol whose truth comes from a known source. It is never guessed.
public struct Condition: Codable, Sendable, Equatable {
    /// Where the truth of the symbol comes from. Steps are indices into the plan.
    public enum Source: Codable, Sendable, Equatable {
        /// True as soon as the artifact exists (`after_<artifact>_creation`).
        case artifact(ArtifactName)
        /// The user says it, at the start or later (`user_*`); once per run.
        case user
        /// The agent of an earlier step reports it, for its item and round.
        case reporter(step: Int)
        /// True when the review did not pass (`*_issues`).
        case verdict(step: Int)
        /// True when the routing step took that route (`<route>_path`).
        case route(step: Int, name: String)
        /// True when the for-each is finished (`<group>_complete`).
        case finished(step: Int)
        /// Nobody in the plan can know it: the start says it, or a person.
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
