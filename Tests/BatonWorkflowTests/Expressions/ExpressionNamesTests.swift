import BatonEngine
import BatonWorkflow
import Testing

@Suite struct ExpressionNamesTests {
    private let scope = SampleScope(
        facts: ["stories": [1], "has-ui": true],
        artifacts: [
            "prd.md": ["version": 2, "size": 100, "role": "pm", "count": 1],
            "front-end-spec.md": ["version": 1, "size": 5, "role": "ux-expert", "count": 1],
        ],
        inputs: ["team_size": 3], item: ["epic": 1], variables: ["story": "login"])

    private func evaluate(_ text: String) -> Evaluation {
        let (expression, problems) = ExpressionCompiler.compile(text, variables: ["story"])
        guard let expression else { return .failed("\(problems)", offset: -1) }
        return expression.evaluate(in: scope)
    }

    @Test(
        "Names compare without extension, and with _ as -",
        arguments: [
            ("artifacts.prd.version", 2), ("artifacts['prd.md'].version", 2), ("artifacts['prd']['version']", 2),
            ("artifacts.`prd.md`.role", "pm"), ("'prd.md' in artifacts", true), ("'prd' in artifacts", true),
            ("has(artifacts.prd)", true), ("has(artifacts.architecture)", false), ("'x.md' in artifacts", false),
            ("artifacts.front_end_spec.role", "ux-expert"), ("artifacts['front-end-spec.md'].size", 5),
            ("facts.has_ui", true), ("facts['has-ui']", true), ("inputs.team_size", 3), ("inputs['team-size']", 3),
            ("has(inputs.team_size)", true), ("has(inputs.budget)", false), ("'budget' in inputs", false),
            ("size(artifacts)", 2), ("artifacts.exists(a, artifacts[a].size > 50)", true),
            ("artifacts.all(a, a.endsWith('.md'))", true), ("inputs == {'team_size': 3}", true),
            ("item.epic", 1), ("story", "login"), ("story + '!'", "login!"),
            ("[1].exists(story, story == 1)", true),
        ] as [(String, JSON)])
    func names(text: String, value: JSON) {
        #expect(evaluate(text) == .value(value), "\(text)")
    }

    @Test("A missing artifact, input, item or name is a failure that says so and where")
    func missing() {
        #expect(evaluate("1 + artifacts.plan.size") == .failed("no such artifact \"plan\"", offset: 14))
        #expect(evaluate("inputs.budget > 1") == .failed("no such input \"budget\"", offset: 7))
        #expect(evaluate("item.story") == .failed("no such key \"story\"", offset: 5))
        let (expression, _) = ExpressionCompiler.compile("item == story", variables: ["story"])
        #expect(expression?.evaluate(in: SampleScope()) == .failed("there is no item here", offset: 0))
        #expect(
            expression?.evaluate(in: SampleScope(item: 1)) == .failed("there is no story here", offset: 8))
    }

    @Test("The facts that an expression names are listed once, with those that are taken for true or false")
    func references() throws {
        let text = """
            facts.b && (facts.n > 1 || !facts['c-d']) && has(facts.p) && 'q' in facts
                ? facts.x.y == 2 : (facts.n < 2 ? facts.e : facts.l.exists(v, v == facts.w || facts.g)) && facts.c_d
                || true == facts.h || facts.d.exists(v, facts[v])
            """
        let expression = try #require(ExpressionCompiler.compile(text, expecting: .boolean).expression)
        let references = expression.factReferences
        #expect(references.map(\.name) == ["b", "n", "c-d", "p", "q", "x", "e", "l", "w", "g", "h", "d"])
        #expect(references.filter(\.isBoolean).map(\.name) == ["b", "c-d", "e", "g", "h"])
    }

    @Test("A fact that is the whole of a condition is a boolean; one that is the whole of a list is not")
    func whole() throws {
        let condition = try #require(ExpressionCompiler.compile("facts.ready", expecting: .boolean).expression)
        #expect(condition.factReferences.map(\.isBoolean) == [true])
        let list = try #require(ExpressionCompiler.compile("facts.stories", expecting: .list).expression)
        #expect(list.factReferences.map(\.isBoolean) == [false])
    }
}
