/// Collects the findings of one file: all in one go, up to a bound.
final class Findings {
    /// A hostile file must not be answered with a hundred thousand lines.
    static let maxCount = 500

    let file: String
    private var diagnostics: [Diagnostic] = []
    private var dropped = 0
    private(set) var hasErrors = false
    private var guesses = 0

    init(file: String) { self.file = file }

    /// In the order of the lines; findings about the whole file first.
    var sorted: [Diagnostic] {
        var result = diagnostics.enumerated().sorted {
            ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
        }.map(\.element)
        if dropped > 0 {
            let last = Diagnostic(file: file, severity: .note, message: "\(dropped) more findings are not listed")
            result.append(last)
        }
        return result
    }

    /// Whether one more misspelling may be looked into: a file of nothing but unknown keys has no use for it.
    var mayGuess: Bool {
        guesses += 1
        return guesses <= 1000
    }

    func error(_ message: String, at place: some Located, hint: String? = nil) {
        add(.error, message, place, hint)
    }

    func warning(_ message: String, at place: some Located, hint: String? = nil) {
        add(.warning, message, place, hint)
    }

    func note(_ message: String, at place: some Located, hint: String? = nil) {
        add(.note, message, place, hint)
    }

    func add(_ problem: YAMLProblem) { add(.error, problem.message, problem, problem.hint) }

    private func add(_ severity: Diagnostic.Severity, _ message: String, _ place: some Located, _ hint: String?) {
        if severity == .error { hasErrors = true }
        if diagnostics.count == Self.maxCount {
            dropped += 1
            // An error says why a file is refused: it goes before any number of remarks.
            guard severity == .error, let last = diagnostics.lastIndex(where: { $0.severity != .error }) else { return }
            diagnostics.remove(at: last)
        }
        diagnostics.append(
            Diagnostic(
                file: file, line: place.line, column: place.column, severity: severity, message: message, hint: hint))
    }
}
