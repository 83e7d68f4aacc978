import BatonEngine
import Testing

@testable import BatonWorkflow

/// Definitions come over the network: whatever they hold, the answer is a finding, soon, and small.
@Suite struct HostileYAMLTests {
    /// The problems of a text that must be refused, within a second of this machine's time.
    private func refused(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) -> [YAMLProblem] {
        let clock = ContinuousClock()
        var document: YAMLDocument?
        let time = clock.measure { document = YAMLDocument(bytes) }
        #expect(document?.root == nil, sourceLocation: sourceLocation)
        #expect(time < .seconds(5), "\(time)", sourceLocation: sourceLocation)
        return document?.problems ?? []
    }

    private func refused(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) -> [YAMLProblem] {
        refused(Array(text.utf8), sourceLocation: sourceLocation)
    }

    @Test("Ten nested anchors of ten uses each are not ten to the tenth nodes")
    func aliasBomb() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<10 {
            let uses = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(uses)]\n"
        }
        let problem = try #require(refused(text).last)
        #expect(problem.message.contains("aliases"))
    }

    @Test("A few aliases of something large are refused by what they would cost")
    func wideBomb() throws {
        let wide = (0..<20_000).map { "k\($0)" }.joined(separator: ", ")
        let uses = Array(repeating: "*a", count: 50).joined(separator: ", ")
        #expect(try #require(refused("a: &a [\(wide)]\nb: [\(uses)]").last).message.contains("200000 keys and values"))
        let long = String(repeating: "x", count: 500_000)
        #expect(try #require(refused("a: &a \(long)\nb: [\(uses)]").last).message.contains("bytes of text"))
    }

    @Test("An anchor that contains itself, and one that is nowhere, are refused where they are used")
    func anchors() {
        #expect(refused("a: &a [1, *a]").map(\.description) == ["1:11: the anchor &a contains itself"])
        #expect(refused("a: &a {b: *a}").map(\.description) == ["1:11: the anchor &a contains itself"])
        #expect(refused("a: *nowhere").map(\.description) == ["1:4: no anchor &nowhere stands before this alias"])
    }

    @Test("Nesting is followed to the bound and not beyond", arguments: ["[", "{a: ", "- "])
    func depth(opening: String) throws {
        let closing = opening == "[" ? "]" : opening == "- " ? "" : "}"
        func nested(_ depth: Int) -> String {
            String(repeating: opening, count: depth) + "x" + String(repeating: closing, count: depth)
        }
        #expect(YAMLDocument(Array(nested(64).utf8)).root != nil)
        #expect(refused(nested(65)).map(\.message) == ["nested deeper than 64 levels"])
        #expect(!refused(nested(100_000)).isEmpty)
    }

    @Test("Aliases count into the depth")
    func aliasDepth() {
        var text = "a0: &a0 [x]\n"
        for level in 1..<80 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(refused(text).map(\.message) == ["nested deeper than 64 levels"])
    }

    @Test("More than a mebibyte is refused unread")
    func size() {
        let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 100 << 20)
        #expect(refused(bytes).map(\.message) == ["the file has 104857600 bytes; more than 4194304"])
    }

    @Test("NUL, control characters, surrogates and invalid UTF-8 are refused at their place")
    func bytes() {
        #expect(refused(Array("a: 1\nb: \u{0}".utf8)).map(\.description) == ["2:4: a NUL character"])
        #expect(refused(Array("ü: ".utf8) + [0xFF]).map(\.description) == ["1:4: not UTF-8"])
        #expect(refused(Array("a: ".utf8) + [0xED, 0xA0, 0x80]).map(\.description) == ["1:4: not UTF-8"])
        #expect(refused([0xFF, 0xFE, 0x61, 0x00]).count == 1)
        #expect(refused("a: \u{1}").map(\.line) == [1])
    }

    @Test("A tab as indentation is libyaml's error at its place, with a hint")
    func tabs() throws {
        let problem = try #require(refused("a:\n\tb: 1\n").first)
        #expect((problem.line, problem.column) == (2, 1))
        #expect(problem.hint?.contains("spaces") == true)
    }

    @Test("A colon in plain text is an error with a hint")
    func colons() throws {
        let problem = try #require(refused("notes: First: this\n").first)
        #expect(problem.line == 1)
        #expect(problem.hint?.contains("quotes") == true)
    }

    @Test("A hundred thousand duplicate keys are not a hundred thousand findings")
    func manyProblems() {
        let document = YAMLDocument(Array(String(repeating: "a: 1\n", count: 20_000).utf8))
        #expect(document.problems.count == Findings.maxCount)
    }

    @Test(
        "Large and odd but legal texts are read in time",
        arguments: [
            LongText("a long word", "a: " + String(repeating: "x", count: 1_000_000)),
            LongText("escaped quotes", "a: \"" + String(repeating: "\\\"", count: 500_000) + "\""),
            LongText("comments", String(repeating: "#\n", count: 500_000) + "a: 1"),
            LongText("a long flow sequence", "[" + String(repeating: "x,", count: 150_000) + "]"),
            LongText("a long block sequence", String(repeating: "- x\n", count: 150_000)),
            LongText("empty lines", "a:\n" + String(repeating: " \n", count: 500_000) + "  x"),
            LongText("many keys", (0..<60_000).map { "key\($0): 1\n" }.joined()),
        ])
    func legal(long: LongText) {
        let text = long.text
        let clock = ContinuousClock()
        var document: YAMLDocument?
        let time = clock.measure { document = YAMLDocument(Array(text.utf8)) }
        #expect(document?.root != nil, "\(document?.problems ?? [])")
        #expect(time < .seconds(5), "\(time)")
    }

    @Test(
        "A definition that is one long anything is compiled or refused in time",
        arguments: [
            LongText("agents with slashes", "- agent: \(String(repeating: "a/", count: 400_000))"),
            LongText("a long agent", "- agent: \(String(repeating: "x", count: 900_000))"),
            LongText(
                "requirements", "- {agent: a, requires: [\((0..<60_000).map { "d\($0)" }.joined(separator: ","))]}"),
            LongText("products", "- {agent: a, creates: [\((0..<60_000).map { "d\($0)" }.joined(separator: ","))]}"),
            LongText(
                "a requirement of alternatives",
                "- {agent: a, requires: a\(String(repeating: "_or_a", count: 150_000))}"),
            LongText(
                "a requirement with slashes", "- {agent: a, requires: a\(String(repeating: "/a", count: 400_000))}"),
            LongText(
                "a requirement of parentheses", "- {agent: a, requires: \(String(repeating: "()", count: 400_000))}"),
            LongText("a product of parentheses", "- {agent: a, creates: a\(String(repeating: " ()", count: 300_000))}"),
            LongText("a product of words", "- {agent: a, creates: \(String(repeating: "a ", count: 400_000))}"),
            LongText("alternatives of uses", "- {agent: a, uses: \(String(repeating: "x OR ", count: 150_000))}"),
            LongText("a long action", "- {agent: a, action: \(String(repeating: "prd-tmpl ", count: 100_000))}"),
            LongText("unknown keys", "- {agent: a, \((0..<40_000).map { "requirez\($0): 1" }.joined(separator: ","))}"),
            LongText(
                "reports", "- {agent: a, reports: [\((0..<20_000).map { "{name: n\($0)}" }.joined(separator: ","))]}"),
            LongText("a long condition", "- {agent: a, condition: \(String(repeating: "a", count: 900_000))}"),
            LongText("a long id", "- {id: \(String(repeating: "a", count: 900_000)), agent: a}"),
            LongText(
                "open for-eaches",
                (0..<9000).map { "- {agent: a, repeats: for_each_e, action: go\($0)}" }.joined(separator: "\n")
                    + "\n- step: repeat_development_cycle"),
            LongText(
                "reviews",
                (0..<9000).map { "- {agent: a, action: review_x, updates: d, condition: c\($0)}" }.joined(
                    separator: "\n")),
            LongText("repeated steps", String(repeating: "- {agent: a, action: go}\n", count: 9000)),
        ])
    func longDefinitions(long: LongText) {
        let steps = long.text
        let files = LibraryFiles([LibraryFile(name: "prd-tmpl.yaml", kind: .template, content: "x")])
        let clock = ContinuousClock()
        var result: WorkflowCompiler.Result?
        let time = clock.measure { result = compile(sequence(steps), files: files) }
        #expect(result?.plan != nil || result?.diagnostics.hasErrors == true)
        #expect(result?.diagnostics.allSatisfy { $0.message.utf8.count < 2000 } == true)
        #expect((result?.diagnostics.count ?? 0) <= Findings.maxCount + 1)
        #expect(time < .seconds(10), "\(time)")
    }

    @Test("Mutated workflow files never trap, and what is refused says why")
    func mutations() {
        var generator = SeededGenerator(seed: 20_240_601)
        let original = Array(SampleWorkflow.text.utf8)
        let fragments = [
            "\n", "  ", ": ", "- ", "{", "}", "[", "]", "&a ", "*a", "!!str ", "|\n", "\t", "\"", "\u{0}", "? ",
        ]
        for _ in 0..<2000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.insert(contentsOf: Array(fragments.randomElement(using: &generator)!.utf8), at: place)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + 40))
                default:
                    let end = min(bytes.count, place + 60)
                    bytes.insert(
                        contentsOf: Array(bytes[place..<end]), at: Int.random(in: 0..<bytes.count, using: &generator))
                }
                if bytes.isEmpty { bytes = original }
            }
            let result = WorkflowCompiler.compile(source: bytes, file: "mutated.yaml", digest: fingerprint)
            #expect(result.plan != nil || result.diagnostics.hasErrors)
            #expect(result.plan == nil || !result.diagnostics.hasErrors)
            if let plan = result.plan { #expect(Set(plan.steps.map(\.id)).count == plan.steps.count) }
        }
    }
}

/// A text that a test's log names and does not quote.
struct LongText: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String

    init(_ name: String, _ text: String) {
        testDescription = name
        self.text = text
    }
}

/// SplitMix64: the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

enum SampleWorkflow {
    static let text = """
        # A workflow with a bit of everything.
        workflow:
          id: sample
          inputs:
            idea: {type: string, required: true}
          sequence:
            - agent: analyst/pm
              creates: brief.md, notes/ (optional)
              optional_steps: [a, b]
              reports: [{name: needs_more, type: boolean}]
              retry: {max_attempts: 2, backoff: {initial: PT1S}}
            - step: guidance
              notes: |
                Several
                lines
            - more_guidance: {action: go, notes: on}
            - agent: pm
              id: plan
              updates: brief.md (if needed)
              requires: [brief.md, a_or_b, all_artifacts]
              condition: needs_more
              optional: true
            - agent: various
              validates: all_artifacts
              repeats: for_each_epic
          handoff_prompts:
            analyst_to_pm: "go on {{idea}}"
        """
}
