import BatonEngine
import BatonWorkflow
import Testing

@Suite struct UnknownFactsTests {
    /// What an expression comes to when a, b and c are unknown, and t, f, i, o and l are known.
    private func evaluate(_ text: String) throws -> Evaluation {
        let scope = SampleScope(facts: ["t": true, "f": false, "i": 1, "o": ["x": 1], "l": [1, 2]])
        let (expression, problems) = ExpressionCompiler.compile(text)
        return try #require(expression, "\(problems)").evaluate(in: scope)
    }

    @Test(
        "An unknown fact makes unknown what depends on it",
        arguments: [
            ("facts.a", ["a"]), ("facts['a']", ["a"]), ("facts['' + 'a']", ["a"]), ("!facts.a", ["a"]),
            ("-facts.a", ["a"]), ("facts.a.b.c", ["a"]), ("facts.a['b']", ["a"]), ("facts.l[facts.a]", ["a"]),
            ("facts.a + facts.b", ["a", "b"]), ("facts.b < facts.a", ["b", "a"]), ("facts.a == facts.a", ["a"]),
            ("facts.some_name + facts['some-name']", ["some_name"]), ("[1, facts.a, facts.b]", ["a", "b"]),
            ("{'x': facts.a, 'y': facts.b}", ["a", "b"]), ("facts.a in [1]", ["a"]), ("1 in facts.a", ["a"]),
            ("facts.a in facts", ["a"]), ("facts[facts.a]", ["a"]), ("size(facts.a)", ["a"]),
            ("facts.a.contains(facts.b)", ["a", "b"]), ("'x'.matches(facts.a)", ["a"]), ("has(facts.a.x)", ["a"]),
            ("facts.a.exists(e, e)", ["a"]), ("facts.l.exists(e, e == facts.a)", ["a"]),
            ("facts.l.all(e, e == facts.a)", ["a"]), ("facts.l.all(e, facts.a && facts.b)", ["a", "b"]),
            ("facts.a ? 1 : 2", ["a"]), ("facts.a ? facts.b : facts.c", ["a"]), ("facts.t ? facts.b : 1", ["b"]),
            ("facts.a && facts.t", ["a"]), ("facts.t && facts.a", ["a"]), ("facts.a && facts.b", ["a", "b"]),
            ("facts.a || facts.f", ["a"]), ("facts.f || facts.a", ["a"]), ("facts.a || facts.b", ["a", "b"]),
            ("facts.a || facts.b || facts.c", ["a", "b", "c"]),
            // More knowledge may decide these, although a part has failed.
            ("1 / 0 > 0 && facts.a", ["a"]), ("facts.a && 1 / 0 > 0", ["a"]), ("1 / 0 > 0 || facts.a", ["a"]),
            ("facts.a || 1 / 0 > 0", ["a"]), ("[0, 1].exists(e, e == 0 ? facts.a : 1 / 0 > 0)", ["a"]),
        ])
    func unknown(text: String, facts: [String]) throws {
        #expect(try evaluate(text) == .unknown(facts: facts), "\(text)")
    }

    @Test(
        "What an unknown fact cannot change is known",
        arguments: [
            ("facts.a && facts.f", false), ("facts.f && facts.a", false), ("facts.a || facts.t", true),
            ("facts.t || facts.a", true), ("facts.a && facts.b && facts.f", false),
            ("facts.a || facts.b || facts.t", true), ("facts.t ? 1 : facts.a", 1), ("facts.f ? facts.a : 2", 2),
            ("facts.l.exists(e, e == 2 || facts.a)", true), ("facts.l.all(e, e == 1 && facts.a)", false),
            ("[].exists(e, facts.a)", false), ("[].all(e, facts.a)", true),
            // Whether a fact is known is itself known.
            ("has(facts.a)", false), ("'a' in facts", false), ("has(facts.i)", true), ("'i' in facts", true),
            ("has(facts.a) && facts.a", false), ("!has(facts.a) || facts.a", true), ("has(facts.o.y)", false),
            ("'a' in facts ? facts.a : 'none'", "none"),
        ] as [(String, JSON)])
    func known(text: String, value: JSON) throws {
        #expect(try evaluate(text) == .value(value), "\(text)")
    }

    @Test(
        "An operation on what has failed has failed, whatever is unknown",
        arguments: ["facts.a + 1 / 0", "1 / 0 + facts.a", "[facts.a, 1 / 0]", "facts.l[9] == facts.a", "!(1 / 0 > 0)"])
    func failed(text: String) throws {
        guard case .failed = try evaluate(text) else {
            Issue.record("\(text) gives \(try evaluate(text))")
            return
        }
    }

    @Test("Every completion of unknown facts agrees with what was decided without them")
    func monotonic() throws {
        var random = Seeded(state: 42)
        var decided = 0
        for _ in 0..<2000 {
            let text = logic(depth: 4, &random)
            let expression = try #require(ExpressionCompiler.compile(text, expecting: .boolean).expression)
            let known: JSON = ["t": true, "f": false]
            guard case .value(let value) = expression.evaluateBool(in: SampleScope(facts: known)) else { continue }
            decided += 1
            for bits in 0..<8 {
                let facts: JSON = [
                    "t": true, "f": false, "a": .bool(bits & 1 > 0), "b": .bool(bits & 2 > 0), "c": .bool(bits & 4 > 0),
                ]
                #expect(expression.evaluateBool(in: SampleScope(facts: facts)) == .value(value), "\(text)")
            }
        }
        #expect(decided > 200)
    }

    private func logic(depth: Int, _ random: inout Seeded) -> String {
        guard depth > 0 else {
            return ["facts.a", "facts.b", "facts.c", "facts.t", "facts.f", "1 / 0 > 0"].randomElement(using: &random)!
        }
        let (a, b) = (logic(depth: depth - 1, &random), logic(depth: depth - 1, &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1: return "(\(a) && \(b))"
        case 2, 3: return "(\(a) || \(b))"
        case 4: return "!(\(a))"
        default: return "(\(a) ? \(b) : \(logic(depth: depth - 1, &random)))"
        }
    }
}
