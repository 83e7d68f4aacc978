/// What a regular expression consists of.
indirect enum PatternNode {
    case scalar(UInt32)
    case set(ScalarSet)
    /// `.`
    case any(withNewline: Bool)
    case assertion(PatternAssertion)
    /// An empty one matches the empty text.
    case sequence([PatternNode])
    case alternatives([PatternNode])
    /// Without a maximum: any number.
    case repeated(PatternNode, min: Int, max: Int?)
}

/// What must hold between two characters.
enum PatternAssertion {
    case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary

    func holds(between previous: UInt32?, and next: UInt32?) -> Bool {
        switch self {
        case .textStart: previous == nil
        case .textEnd: next == nil
        case .lineStart: previous == nil || previous == 0x0A
        case .lineEnd: next == nil || next == 0x0A
        case .wordBoundary: Self.isWord(previous) != Self.isWord(next)
        case .noWordBoundary: Self.isWord(previous) == Self.isWord(next)
        }
    }

    private static func isWord(_ scalar: UInt32?) -> Bool { scalar.map { ScalarSet.word.contains($0) } ?? false }
}
