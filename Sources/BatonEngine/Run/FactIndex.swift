/// The facts of a run by the scope in which they hold and by name, so that those of one item are found without looking
/// at those of all others.
public struct FactIndex: Sendable, Equatable {
    /// By scope, then by the name in the form in which names are compared.
    private var scopes: [String: [String: Fact]] = [:]

    mutating func insert(_ fact: Fact) {
        scopes[fact.scope, default: [:]][ArtifactName.key(of: fact.name)] = fact
    }

    /// - Parameter key: the name in the form in which names are compared.
    func fact(_ key: String, in scope: String) -> Fact? { scopes[scope]?[key] }

    /// All of them, in no order.
    public var all: [Fact] { scopes.values.flatMap(\.values) }

    /// Those that hold in the scope itself, in the order of their names.
    func facts(in scope: String) -> [Fact] { (scopes[scope] ?? [:]).values.sorted { $0.name < $1.name } }
}
