import BatonEngine
import BatonWorkflow
import Testing

@Suite struct LoopEndingsTests {
    private func answers(_ until: String, _ reports: [String: String]) throws -> [String] {
        let asked = reports.sorted { $0.key < $1.key }.map { "{name: \($0.key), type: \($0.value), question: What?}" }
        return try plan(
            """
            - loop:
                until: "\(until)"
                steps:
                  - {agent: a, id: work, reports: [\(asked.joined(separator: ", "))]}
            """
        ).answersThatEndLoops
    }

    @Test("The booleans that have to be true are found, and no more than that")
    func found() throws {
        let booleans = ["a": "boolean", "b": "boolean", "c": "boolean"]
        #expect(try answers("facts.a", booleans) == ["a"])
        #expect(try answers("facts.a && !facts.b", booleans) == ["a"])
        #expect(try answers("(facts.a || facts.b) && facts.c", booleans) == ["a", "c"])
        #expect(try answers("facts.a && facts.n <= 1", ["a": "boolean", "n": "number"]) == ["a"])
    }

    @Test("What no answer ends is left alone")
    func hopeless() throws {
        #expect(try answers("!facts.a", ["a": "boolean"]) == [])
        #expect(try answers("facts.a && facts.n > 1", ["a": "boolean", "n": "number"]) == [])
        #expect(try answers("facts.a && size(facts.items) > 2", ["a": "boolean", "items": "list"]) == [])
        let many = Dictionary(uniqueKeysWithValues: (1...9).map { ("a\($0)", "boolean") })
        #expect(try answers(many.keys.sorted().map { "facts.\($0)" }.joined(separator: " && "), many) == [])
    }
}
