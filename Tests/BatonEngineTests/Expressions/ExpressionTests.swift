import BatonEngine
import Testing

import struct Foundation.Data
import class Foundation.JSONDecoder
import class Foundation.JSONEncoder

@Suite struct ExpressionTests {
    private typealias Node = Expression.Node

    private func expression(_ kinds: Expression.Kind...) -> Expression? {
        Expression(text: "…", isCondition: true, nodes: kinds.map { Node($0, at: 0) })
    }

    @Test("Nodes that are no tree are no expression")
    func trees() {
        #expect(expression() == nil)
        #expect(expression(.not(0)) == nil)
        #expect(expression(.not(1), .bool(true)) == nil)
        #expect(expression(.bool(true), .not(-1)) == nil)
        #expect(expression(.int(1), .binary(.add, 0, 7)) == nil)
        #expect(expression(.bool(true), .not(0)) != nil)
        let many = [Node](repeating: Node(.null, at: 0), count: Expression.maxNodes + 1)
        #expect(Expression(text: "", isCondition: false, nodes: many) == nil)
    }

    @Test("Nesting is bounded where evaluation would recurse, and only there")
    func nesting() {
        func chain(_ kind: (Int32) -> Expression.Kind) -> Expression? {
            let nodes = [Node(.bool(true), at: 0)] + (0..<100).map { Node(kind($0), at: 0) }
            return Expression(text: "", isCondition: false, nodes: nodes)
        }
        #expect(chain { .and($0, 0) } != nil)
        #expect(chain { .and(0, $0) } == nil)
        #expect(chain { .choice(if: 0, then: 0, else: $0) } != nil)
        #expect(chain { .choice(if: 0, then: $0, else: 0) } != nil)
        #expect(chain { .list([$0]) } == nil)
        #expect(chain { .index(of: $0, at: 0) } != nil)
        #expect(chain { .index(of: 0, at: $0) } == nil)
        #expect(chain { .quantifier(.all, slot: 0, range: $0, body: 0) } != nil)
        #expect(chain { .quantifier(.all, slot: 0, range: 0, body: $0) } == nil)
    }

    @Test("An expression that was stored reads back as it was, ints and doubles apart")
    func stored() throws {
        let original = try #require(
            expression(
                .int(.max), .double(2), .string("é"), .null, .list([0, 1, 2, 3]), .root(.facts),
                .member(of: 5, name: "a"), .map([Expression.Entry(key: 2, value: 6)]), .local(slot: 3), .item,
                .variable("story"), .has(of: 5, name: "x"), .negate(1), .call(.matches, [2, 2]),
                .choice(if: 11, then: 13, else: 12), .binary(.isIn, 4, 7),
                .quantifier(.exists, slot: 0, range: 4, body: 15)))
        let data = try JSONEncoder().encode(original)
        #expect(try JSONDecoder().decode(Expression.self, from: data) == original)
    }

    @Test("What was stored wrongly is not decoded")
    func corrupt() throws {
        let whole = try #require(expression(.bool(true), .not(0)))
        let text = String(decoding: try JSONEncoder().encode(whole), as: UTF8.self)
        let broken = text.replacing("\"_0\":0", with: "\"_0\":9")
        #expect(broken != text)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Expression.self, from: Data(broken.utf8)) }
    }

    @Test("A tree that no parser makes still evaluates to something")
    func strange() throws {
        struct Nothing: ExpressionScope {
            func fact(_ name: String) -> JSON? { nil }
            var factNames: [String] { [] }
            func artifact(_ name: String) -> JSON? { nil }
            var artifactNames: [String] { [] }
            func input(_ name: String) -> JSON? { nil }
            var inputNames: [String] { [] }
            var item: JSON? { nil }
            func variable(_ name: String) -> JSON? { nil }
        }
        for kinds: [Expression.Kind] in [
            [.local(slot: 5)], [.local(slot: -1)], [.call(.size, [])], [.call(.contains, [])],
            [.null, .call(.contains, [0])], [.null, .call(.size, [0, 0])],
            [.list([]), .bool(true), .quantifier(.all, slot: -3, range: 0, body: 1)],
            [.list([]), .bool(true), .quantifier(.all, slot: .max, range: 0, body: 1)],
        ] {
            let expression = Expression(text: "", isCondition: false, nodes: kinds.map { Node($0, at: 0) })
            if let expression, case .value = expression.evaluate(in: Nothing()) {
                Issue.record("\(kinds) has a value")
            }
        }
    }
}
