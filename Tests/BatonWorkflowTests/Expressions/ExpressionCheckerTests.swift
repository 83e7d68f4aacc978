import BatonEngine
import BatonWorkflow
import Testing

@Suite struct ExpressionCheckerTests {
    private static let inputs = [
        InputDeclaration(name: "team_size", type: "integer", isRequired: true, defaultValue: nil, summary: nil),
        InputDeclaration(name: "budget", type: "number", isRequired: true, defaultValue: nil, summary: nil),
        InputDeclaration(name: "title", type: "string", isRequired: true, defaultValue: nil, summary: nil),
        InputDeclaration(name: "urgent", type: "boolean", isRequired: true, defaultValue: nil, summary: nil),
        InputDeclaration(name: "names", type: "list", isRequired: true, defaultValue: nil, summary: nil),
        InputDeclaration(name: "extra", type: "object", isRequired: true, defaultValue: nil, summary: nil),
        InputDeclaration(name: "free", type: nil, isRequired: true, defaultValue: nil, summary: nil),
    ]

    /// `offset: message`, with the hint in brackets.
    private func problems(
        _ text: String, expecting expectation: ExpressionCompiler.Expectation = .boolean
    ) -> [String] {
        ExpressionCompiler.compile(
            text, variables: ["story"], inputs: Self.inputs,
            facts: ["done": .boolean, "count": .int, "name": .string, "stories": .list(.any)], expecting: expectation
        ).problems.map { "\($0.offset): \($0.message)\($0.hint.map { " [\($0)]" } ?? "")" }
    }

    @Test(
        "Mistakes are reported at their place, with a hint where there is one",
        arguments: [
            ("", "0: the expression is empty"),
            ("facts.name + 1 == ''", "11: '+' needs two numbers, two strings or two lists, not string and int"),
            ("'a' - 'b' == 0", "4: '-' needs two numbers, not string and string"),
            ("1 + 1.5 > 2", "2: '+' needs two ints or two doubles, not int and double [write 2.0 for a double]"),
            ("7.0 % 2.0 > 1.0", "4: '%' needs two ints, not double and double"),
            ("-facts.name > 0", "0: '-' needs a number, not string"),
            ("facts.count < facts.name", "12: '<' needs two numbers, two strings or two booleans, not int and string"),
            ("facts.count && true", "6: '&&' needs booleans, not int"),
            ("true || facts.name", "14: '||' needs booleans, not string"),
            ("!facts.count", "7: '!' needs a boolean, not int"),
            ("facts.count ? true : false", "6: '?:' needs a boolean before the '?', not int"),
            ("facts.count", "6: the condition must be a boolean, not int"),
            ("1 + 2", "2: the condition must be a boolean, not int"),
            (
                "artifacts.prd",
                "10: the condition must be a boolean, not artifact [has(artifacts.prd) says whether it exists]"
            ),
            (
                "artifacts.prd && true",
                "10: '&&' needs booleans, not artifact [has(artifacts.prd) says whether it exists]"
            ),
            (
                "artifacts.prd.md.size > 1",
                "14: an artifact has version, size, role, count, but no md [leave .md out: names are compared without"
                    + " extension, so write artifacts.prd]"
            ),
            (
                "artifacts.front-end-spec.size > 1",
                "16: no such name: end ['-' is a minus here; in a name write _ for it]"
                    + "\n20: no such name: spec ['-' is a minus here; in a name write _ for it]"
            ),
            (
                "artifacts.prd.version > 'a'",
                "22: '>' needs two numbers, two strings or two booleans, not int and string"
            ),
            ("size(artifacts.prd) > 1", "0: size() needs a string, a list or a map, not artifact [write x.size]"),
            ("fact.done", "0: no such name: fact [did you mean facts?]"),
            ("stroy == 1", "0: no such name: stroy [did you mean story?]"),
            ("done", "0: no such name: done [facts are read as facts.done, artifacts as artifacts.done]"),
            ("inputs.team_sise > 1", "7: the workflow has no input \"team_sise\" [did you mean team_size?]"),
            ("inputs['team-sise'] > 1", "7: the workflow has no input \"team-sise\" [did you mean team_size?]"),
            ("has(inputs.nothing)", "11: the workflow has no input \"nothing\""),
            ("'nothing' in inputs", "0: the workflow has no input \"nothing\""),
            (
                "inputs.team_size + inputs.title == 1",
                "17: '+' needs two numbers, two strings or two lists, not int and string"
            ),
            ("inputs.names < 1", "13: '<' needs two numbers, two strings or two booleans, not list and int"),
            ("inputs.title", "7: the condition must be a boolean, not string"),
            ("facts.name.contain('a')", "11: no such method: contain() [did you mean contains()?]"),
            ("contains(facts.name, 'a')", "0: no such function: contains() [write x.contains(y)]"),
            ("facts.stories.exist(s, s)", "14: no such method: exist() [did you mean exists()?]"),
            (
                "len(facts.name) > 1",
                "0: no such function: len() [there are has(), size(), startsWith(), endsWith(),"
                    + " contains(), matches(), exists(), all()]"
            ),
            ("facts.name.startsWith() ", "11: wrong number of arguments for startsWith() [write x.startsWith(y)]"),
            ("size(1, 2) == 1", "0: wrong number of arguments for size() [write size(x)]"),
            ("facts.name.startsWith(1)", "22: startsWith() needs strings, not int"),
            (
                "facts.stories.contains(1)",
                "6: contains() needs strings, not list [write element in list]"
                    + "\n23: contains() needs strings, not int"
            ),
            ("'a' in facts.name", "4: 'in' needs a list or a map, not string [write text.contains(part)]"),
            (
                "has(facts['a'])",
                "0: has() takes one member: has(x.name) [write \"name\" in facts to look for a name in"
                    + " quotes]"
            ),
            ("facts.name.matches('a(b')", "19: the pattern cannot be read: '(' without ')' (at 2 in the pattern)"),
            (
                "facts.name.matches(r'(a)\\1')",
                "19: the pattern cannot be read: backreferences are not supported (at 4 in the pattern)"
            ),
            ("facts.stories.exists(s, 1)", "24: exists() needs a boolean for each element, not int"),
            ("facts.name.all(s, true)", "11: all() needs a list or a map, not string"),
            ("facts.stories['a'] == 1", "14: the index of a list is an int, not string"),
            ("inputs.extra[1] == 1", "13: the key of a map is a string, not int"),
            ("facts[1] == 1", "6: a name of facts is a string, not int"),
            ("facts.count[0] == 1", "11: '[]' needs a list or a map, not int"),
            ("facts.count.low == 1", "12: int has no members, so no low"),
            ("{'a': 1, 'a': 2} == {}", "9: the key \"a\" is written twice"),
            ("facts.done = true", "11: '=' is no operator [write == to compare]"),
            ("facts.done & true", "11: '&' is no operator [write &&]"),
            ("facts.done and true", "11: expected an operator or the end, not 'and' [write && for and]"),
            ("facts.done is true", "11: expected an operator or the end, not 'is' [write == to compare]"),
            ("not facts.done", "4: expected an operator or the end, not 'facts'"),
            ("(facts.done", "0: '(' has no ')'"),
            ("facts.done)", "10: expected an operator or the end, not ')'"),
            ("facts.stories[0", "13: '[' has no ']'"),
            ("facts.name == 'abc", "14: the string has no end"),
            (
                "facts.name == 'a\\d'",
                "16: no such escape [write \\\\ for a backslash, or r\"…\" for a raw string]"
            ),
            ("facts. == 1", "7: expected the name of a member, not '=='"),
            ("facts.count > 1u", "14: unsigned numbers are not supported"),
            ("facts.done ?", "12: expected a value, not the end"),
            ("facts.é", "6: the character 'é' means nothing here"),
        ] as [(String, String)])
    func messages(text: String, expected: String) {
        #expect(problems(text).joined(separator: "\n") == expected, "\(text)")
    }

    @Test("What is known to be right or may be right is not reported")
    func accepted() {
        for text in [
            "facts.done", "facts.anything", "inputs.free", "inputs.urgent && facts.count > inputs.team_size",
            "inputs.budget + 1 > 2", "inputs.budget * 1.5 > 2.0", "inputs.names[0] == inputs.title",
            "inputs.extra.a.b == 1", "'x' in inputs.extra", "story.size > 1", "item == 1", "facts.count == 1.0",
            "facts.name == null", "facts.stories == []", "facts.stories.all(s, s.points + 1 > facts.count)",
            "facts['a' + 'b'] > 1", "size(facts.name + 'a') > size(facts.stories + [1])",
        ] {
            #expect(problems(text) == [], "\(text)")
        }
        #expect(problems("facts.stories", expecting: .list) == [])
        #expect(problems("facts.count", expecting: .items) == [])
        #expect(
            problems("facts.name", expecting: .items) == ["6: the items must be a list or a number of them, not string"]
        )
        #expect(problems("facts.name", expecting: .list) == ["6: the value must be a list, not string"])
        #expect(problems("facts.name", expecting: .any) == [])
    }

    @Test("Everything that is wrong is found in one go, in the order of the text")
    func several() {
        #expect(
            problems("(nope == 1 || 'a' < 1) && inputs.nothing && frist(facts.name - 1)") == [
                "1: no such name: nope [facts are read as facts.nope, artifacts as artifacts.nope]",
                "18: '<' needs two numbers, two strings or two booleans, not string and int",
                "33: the workflow has no input \"nothing\"",
                "44: no such function: frist() [there are has(), size(), startsWith(), endsWith(), contains(),"
                    + " matches(), exists(), all()]",
                "61: '-' needs two numbers, not string and int",
            ])
    }

    @Test("A comparison that never changes is a warning, and the expression stands")
    func warnings() throws {
        for (text, message) in [
            ("facts.name == 1", "'==' between string and int is never true"),
            ("facts.name != 1", "'!=' between string and int is always true"),
            ("artifacts.prd.version == '2'", "'==' between int and string is never true"),
            ("1 in ['a']", "'in' between int and a list of string is never true"),
            ("1 in {'a': 1}", "'in' between int and a map is never true: its keys are strings"),
        ] {
            let (expression, problems) = ExpressionCompiler.compile(text, facts: ["name": .string], expecting: .boolean)
            #expect(expression != nil)
            #expect(problems.map(\.severity) == [.warning], "\(text)")
            #expect(problems.map(\.message) == [message])
        }
    }
}
