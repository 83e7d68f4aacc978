import Testing

@testable import BatonWorkflow

@Suite struct DiagnosticTests {
    @Test("A finding reads as compilers write it")
    func description() {
        let here = Diagnostic(file: "a.yaml", line: 3, column: 7, severity: .warning, message: "odd")
        #expect(here.description == "a.yaml:3:7: warning: odd")
        #expect(Diagnostic(file: "a.yaml", severity: .error, message: "gone").description == "a.yaml: error: gone")
    }

    @Test("Findings come in the order of the lines, all in one go, up to a bound")
    func order() {
        let findings = Findings(file: "a.yaml")
        findings.note("second", at: TextPosition(line: 2, column: 1))
        findings.warning("third", at: TextPosition(line: 2, column: 5))
        findings.error("first", at: TextPosition(line: 1, column: 1))
        #expect(findings.sorted.map(\.message) == ["first", "second", "third"])
        for line in 0..<1000 { findings.note("more", at: TextPosition(line: line + 3, column: 1)) }
        #expect(findings.sorted.count == Findings.maxCount + 1)
        #expect(findings.sorted.last?.message == "503 more findings are not listed")
        #expect(findings.hasErrors)
    }

    @Test("An error is listed however many remarks come before it")
    func errorAfterRemarks() {
        let findings = Findings(file: "a.yaml")
        for line in 1...1000 { findings.note("more", at: TextPosition(line: line, column: 1)) }
        findings.error("last", at: TextPosition(line: 2000, column: 1))
        #expect(findings.sorted.contains { $0.severity == .error })
        #expect(findings.sorted.count == Findings.maxCount + 1)
    }

    @Test("All errors of a file are found, not only the first")
    func all() {
        let result = compile(
            sequence(
                """
                - agent: [a, {b: c}]
                  optional: perhaps
                  priority: urgent
                - just text
                - id: x
                  creates: ../secret
                  retry: 5
                - id: x
                  timeout: 30
                  reports: [{type: boolean}]
                """))
        #expect(result.plan == nil)
        #expect(
            result.diagnostics.map(\.description) == [
                "test.yaml:4:18: error: each of agent must be text, not a mapping",
                "test.yaml:5:17: error: optional must be true or false, not text",
                "test.yaml:6:17: error: priority must be one of low, medium, high, critical, not \"urgent\"",
                "test.yaml:7:7: error: a step must be a mapping, not text",
                "test.yaml:9:16: error: the artifact name \"../secret\" has the path component '..'",
                "test.yaml:10:14: error: retry must be a mapping, not \"5\"",
                "test.yaml:11:11: error: the id x is already that of the step in line 8",
                "test.yaml:12:16: error: timeout must be an ISO-8601 duration of at most a year",
                "test.yaml:13:17: error: a report needs a name",
            ])
    }

    @Test("A misspelt key is noted, with the key that may be meant")
    func nearMiss() {
        let result = compile(sequence("- agent: pm\n  requries: a.md\n  conditon: x\n  zebra: 1\n  Agent: b"))
        #expect(result.plan != nil)
        #expect(result.diagnostics.map(\.severity) == [.note, .note, .note])
        #expect(
            result.diagnostics.map(\.hint) == [
                "did you mean requires?", "did you mean condition?", "did you mean agent?",
            ])
    }

    @Test(
        "The distance of words counts slips of the finger",
        arguments: [
            ("requires", "requires", 0), ("requries", "requires", 1), ("require", "requires", 1),
            ("requirres", "requires", 1), ("requirez", "requires", 1), ("rquiers", "requires", 2),
        ])
    func distance(left: String, right: String, expected: Int) {
        #expect(NearMiss.distance(Array(left.utf8), Array(right.utf8), bound: 3) == expected)
    }
}
