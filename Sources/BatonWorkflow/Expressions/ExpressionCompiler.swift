import BatonEngine

/// Makes expressions of their texts, and says what is wrong with those that are none.
///
/// Time and memory are bounded for any text: it is refused beyond 16 KiB, 10,000 nodes, or 64 levels of nesting.
public enum ExpressionCompiler {
    /// What the value is for.
    public enum Expectation: Sendable {
        case any
        /// A condition.
        case boolean
        case list
        /// The items of a for-each: a list, or how many there are.
        case items
    }

    /// - Parameters:
    ///   - variables: The names that enclosing for-eaches give to their items (`as`).
    ///   - inputs: What the workflow declares; nil if it declares none, so that any name may be used.
    ///   - facts: The types of facts, where they are known.
    /// - Returns: The expression, nil if there is an error; and all that was found, in the order of the text.
    public static func compile(
        _ text: String, variables: [String] = [], inputs: [InputDeclaration]? = nil,
        facts: [String: ExpressionType] = [:], expecting expectation: Expectation = .any
    ) -> (expression: Expression?, problems: [ExpressionProblem]) {
        let names = ExpressionNames(variables: variables, inputs: inputs, facts: facts)
        do throws(ExpressionProblem) {
            let tree = try parse(text, names)
            var checker = ExpressionChecker(tree, names: names)
            let type = checker.check()
            checker.require(type, expectation)
            let problems = sorted(tree.problems + checker.problems)
            guard !problems.contains(where: { $0.severity == .error }) else { return (nil, problems) }
            let expression = Expression(text: text, isCondition: expectation == .boolean, nodes: tree.nodes)
            guard let expression else {
                throw ExpressionProblem(offset: 0, message: "nested deeper than \(Expression.maxNesting) levels")
            }
            return (expression, problems)
        } catch {
            return (nil, [error])
        }
    }

    private static func parse(_ text: String, _ names: ExpressionNames) throws(ExpressionProblem) -> ExpressionTree {
        guard text.utf8.count <= Expression.maxTextBytes else {
            throw ExpressionProblem(
                offset: 0, message: "the expression is longer than \(Expression.maxTextBytes / 1024) KiB")
        }
        var lexer = ExpressionLexer(text)
        var parser = ExpressionParser(try lexer.tokens(), names: names)
        try parser.parse()
        return parser.tree
    }

    private static func sorted(_ problems: [ExpressionProblem]) -> [ExpressionProblem] {
        problems.enumerated().sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }.map(\.element)
    }
}

extension ExpressionChecker {
    /// The type of the whole must be what the value is for.
    fileprivate mutating func require(_ type: ExpressionType, _ expectation: ExpressionCompiler.Expectation) {
        let root = Int32(tree.nodes.count - 1)
        switch expectation {
        case .any: return
        case .boolean:
            guard !type.canBe(.boolean) else { return }
            error("the condition must be a boolean, not \(type)", at: tree[root].offset, hint: hint(forBoolean: root))
        case .list:
            guard !type.canBe(.list(.any)) else { return }
            error("the value must be a list, not \(type)", at: tree[root].offset)
        case .items:
            guard !type.canBe(.list(.any)), !type.canBe(.int) else { return }
            error("the items must be a list or a number of them, not \(type)", at: tree[root].offset)
        }
    }
}
