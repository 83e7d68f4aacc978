import BatonEngine

/// What the expressions of the tests read.
struct SampleScope: ExpressionScope {
    var facts: JSON = [:]
    var artifacts: JSON = [:]
    var inputs: JSON = [:]
    var item: JSON?
    var variables: JSON = [:]

    func fact(_ name: String) -> JSON? { Self.find(name, in: facts) }
    func artifact(_ name: String) -> JSON? { Self.find(name, in: artifacts) }
    func input(_ name: String) -> JSON? { Self.find(name, in: inputs) }
    func variable(_ name: String) -> JSON? { variables[name] }

    var factNames: [String] { Self.names(of: facts) }
    var artifactNames: [String] { Self.names(of: artifacts) }
    var inputNames: [String] { Self.names(of: inputs) }

    private static func names(of values: JSON) -> [String] { values.object.map { Array($0.keys) } ?? [] }

    private static func find(_ name: String, in values: JSON) -> JSON? {
        let key = ArtifactName.key(of: name)
        return values.object?.first { ArtifactName.key(of: $0.key) == key }?.value
    }

    /// The facts of the conformance tables. Their types are not declared: they are what CEL calls `dyn`.
    static let tables = SampleScope(facts: [
        "t": true, "f": false, "n": nil,
        "i": 7, "zero": 0, "one": 1, "neg": -3, "max": .int(.max), "min": .int(.min), "odd": 9_007_199_254_740_993,
        "d": 1.5, "two": 2.0, "dz": 0.0,
        "s": "abc", "e": "", "u": "aé😀",
        "l": [1, 2, 3], "el": [], "mix": [1, "a", true, nil, [1], ["k": 1]],
        "m": ["a": 1, "b": "two", "nested": ["x": [10, 20]]], "em": [:],
    ])
}
