import BatonEngine

/// The names that an expression may use where it stands.
struct ExpressionNames {
    /// The names that enclosing for-eaches give to their items.
    let variables: [String]
    /// By key; nil: nothing is known about them.
    let inputs: [String: ExpressionType]?
    let inputNames: [String]
    /// By key: the types of facts, where they are known.
    let facts: [String: ExpressionType]

    init(variables: [String], inputs: [InputDeclaration]?, facts: [String: ExpressionType]) {
        self.variables = variables
        self.inputs = inputs.map { inputs in
            Dictionary(
                inputs.map { (ArtifactName.key(of: $0.name), ExpressionType($0)) },
                uniquingKeysWith: { first, _ in first })
        }
        inputNames = inputs?.map(\.name) ?? []
        self.facts = Dictionary(
            facts.map { (ArtifactName.key(of: $0.key), $0.value) }, uniquingKeysWith: { $0.joined(with: $1) })
    }

    /// All that may stand at the beginning of a path.
    var all: [String] { Expression.Root.allCases.map(\.rawValue) + ["item"] + variables }
}

/// Words that have a meaning of their own, so that nothing can be called so (langdef.md, "Syntax", `RESERVED`).
enum ReservedWord {
    static let literals: Set<String> = ["true", "false", "null", "in"]
    static let all: Set<String> = literals.union([
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ])
}
