import BatonEngine
import BatonWorkflow
import Testing

/// A row of a conformance table: an expression, and what it comes to.
struct Vector: Sendable, CustomTestStringConvertible {
    enum Expected: Sendable, Equatable {
        case value(JSON)
        /// It fails when it is evaluated.
        case error
        /// It does not compile.
        case refused
    }

    let text: String
    let expected: Expected

    var testDescription: String { text }

    /// Rows `expression => JSON`, `expression => error` or `expression => refused`. Blank lines, and lines that begin
    /// with `#`, say nothing.
    static func table(_ rows: String) -> [Vector] {
        rows.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { row in
            guard let arrow = row.ranges(of: " => ").last else { fatalError("a row without an arrow: \(row)") }
            let text = String(row[..<arrow.lowerBound])
            let outcome = String(row[arrow.upperBound...])
            switch outcome {
            case "error": return Vector(text: text, expected: .error)
            case "refused": return Vector(text: text, expected: .refused)
            default:
                guard let value = try? JSON.parse(outcome) else { fatalError("a row without a value: \(row)") }
                return Vector(text: text, expected: .value(value))
            }
        }
    }

    /// What the expression comes to with the facts that the tables use.
    var actual: Expected {
        guard let expression = ExpressionCompiler.compile(text).expression else { return .refused }
        switch expression.evaluate(in: SampleScope.tables) {
        case .value(let value): return .value(value)
        case .failed, .unknown: return .error
        }
    }

    /// Whether both are the same, ints apart from doubles.
    static func isSame(_ left: Expected, _ right: Expected) -> Bool {
        guard case .value(let a) = left, case .value(let b) = right else { return left == right }
        return a == b && isSame(a, b)
    }

    private static func isSame(_ left: JSON, _ right: JSON) -> Bool {
        switch (left, right) {
        case (.int, .double), (.double, .int): false
        case (.string(let a), .string(let b)): Array(a.utf8) == Array(b.utf8)
        case (.array(let a), .array(let b)): zip(a, b).allSatisfy { isSame($0, $1) }
        case (.object(let a), .object(let b)):
            a.allSatisfy { name, value in b[name].map { isSame(value, $0) } ?? false }
        default: true
        }
    }
}
