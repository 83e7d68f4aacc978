import Testing

/// The vectors follow those of the CEL specification (github.com/google/cel-spec, tests/simple/testdata) for the part
/// of the language that is spoken here; `dyn(x)` there is a fact here.
@Suite struct ConformanceTests {
    @Test("Literals, names, precedence and what is no expression", arguments: Vector.basic)
    func basic(vector: Vector) { check(vector) }

    @Test("Equality, order and membership", arguments: Vector.comparisons)
    func comparisons(vector: Vector) { check(vector) }

    @Test("Arithmetic of integers and doubles", arguments: Vector.arithmetic)
    func arithmetic(vector: Vector) { check(vector) }

    @Test("Lists, maps, members and has()", arguments: Vector.lists)
    func lists(vector: Vector) { check(vector) }

    @Test("Logic, choices, exists() and all()", arguments: Vector.logic)
    func logic(vector: Vector) { check(vector) }

    @Test("Strings and patterns", arguments: Vector.strings)
    func strings(vector: Vector) { check(vector) }

    private func check(_ vector: Vector) {
        let actual = vector.actual
        #expect(Vector.isSame(actual, vector.expected), "\(vector.text) gives \(actual), not \(vector.expected)")
    }
}
