/// A regular expression in the syntax of RE2 (github.com/google/re2, syntax.txt), without Unicode classes (`\pL`).
///
/// Searching takes time in proportion to the text times the pattern, whatever the two are: there is no backtracking, so
/// there are no backreferences and no lookaround either. `\d`, `\w`, `\s` and `\b` are about ASCII, as in RE2.
public struct Pattern: Sendable {
    /// The longest pattern, in UTF-8 bytes.
    public static let maxTextBytes = 1024
    /// The largest program: `(abc){100}` takes 300 instructions.
    public static let maxInstructions = 2000
    /// What RE2 allows in `x{n}`.
    static let maxRepetitions = 1000
    static let maxNesting = 64

    let instructions: [PatternInstruction]

    public init(_ text: String) throws(PatternError) {
        guard text.utf8.count <= Self.maxTextBytes else {
            throw PatternError(offset: 0, message: "the pattern is longer than \(Self.maxTextBytes) bytes")
        }
        var parser = PatternParser(text)
        var compiler = PatternCompiler()
        instructions = try compiler.compile(try parser.parse())
    }

    var size: Int { instructions.count }

    /// Whether it matches anywhere in the text.
    public func occurs(in text: String) -> Bool {
        var budget = Budget(steps: .max)
        return (try? occurs(in: text, budget: &budget)) ?? false
    }
}

/// Why a text is no pattern.
public struct PatternError: Error, Equatable, Sendable {
    /// In code points from the start of the pattern.
    public let offset: Int
    public let message: String
}
