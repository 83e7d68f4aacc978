/// What a YAML file may cost. Definitions come over the network, so every quantity is bounded.
public struct YAMLLimits: Sendable {
    /// Of the file.
    public var maxBytes = 4 << 20
    /// Nesting of sequences and mappings, aliases followed.
    public var maxDepth = 64
    /// Uses of anchors.
    public var maxAliases = 100
    /// Keys and values, aliases followed.
    public var maxNodes = 200_000
    /// Bytes of text in keys and values, aliases followed.
    public var maxTextBytes = 4 << 20

    public init() {}
}
