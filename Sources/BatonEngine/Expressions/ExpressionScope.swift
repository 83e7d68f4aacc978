/// What an expression can read, at the place where it stands.
///
/// Names come as they are written in the expression; ``ArtifactName/key(of:)`` is the form in which they compare.
public protocol ExpressionScope {
    /// Nil: nobody has said it yet.
    func fact(_ name: String) -> JSON?
    /// The facts that are known.
    var factNames: [String] { get }
    /// `version`, `size`, `role` and `count`; nil if there is none.
    func artifact(_ name: String) -> JSON?
    var artifactNames: [String] { get }
    func input(_ name: String) -> JSON?
    var inputNames: [String] { get }
    /// The item of the innermost for-each; nil outside of all.
    var item: JSON? { get }
    /// The item of the enclosing for-each of that name.
    func variable(_ name: String) -> JSON?
}

/// What became of an evaluation.
public enum Evaluation: Sendable, Equatable {
    case value(JSON)
    /// It depends on these facts, which nobody has said yet: at least one, each once, in the order in which they were
    /// needed.
    case unknown(facts: [String])
    /// It has no value; the offset is in UTF-8 bytes from the start of the text.
    case failed(String, offset: Int)
}

extension Expression {
    /// The steps that an evaluation may take: nodes, and the length of what they work on.
    public static let maxSteps = 100_000

    /// The value, read from `scope`. Time and memory are bounded by `maxSteps`.
    public func evaluate(in scope: some ExpressionScope, maxSteps: Int = Expression.maxSteps) -> Evaluation {
        var evaluator = Evaluator(nodes: nodes, scope: scope, budget: Budget(steps: maxSteps))
        do throws(BudgetExceeded) {
            switch try evaluator.evaluate(root) {
            case .value(let value):
                guard value.isWritable else { return .failed("the value is not a finite number", offset: 0) }
                return .value(value)
            case .unknown(let facts): return .unknown(facts: facts)
            case .failed(let message, let offset): return .failed(message, offset: Int(offset))
            }
        } catch {
            return .failed("the evaluation budget of \(maxSteps) steps is used up", offset: 0)
        }
    }

    /// The same; a value that is neither true nor false is a failure.
    public func evaluateBool(in scope: some ExpressionScope, maxSteps: Int = Expression.maxSteps) -> Evaluation {
        let evaluation = evaluate(in: scope, maxSteps: maxSteps)
        guard case .value(let value) = evaluation, value.bool == nil else { return evaluation }
        return .failed("the value is \(value.kind), not true or false", offset: 0)
    }
}

extension JSON {
    /// Whether JSON can hold all of it: arithmetic yields infinities and NaN, which no fact may have.
    fileprivate var isWritable: Bool {
        switch self {
        case .double(let value): value.isFinite
        case .array(let values): values.allSatisfy(\.isWritable)
        case .object(let members): members.values.allSatisfy(\.isWritable)
        case .null, .bool, .int, .string: true
        }
    }
}
