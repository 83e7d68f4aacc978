import Testing

@testable import BatonWorkflow

@Suite struct NameRulesTests {
    @Test("A document that could not be written as a file is an error, in its place")
    func fileNames() {
        let result = compile(sequence("- {agent: pm, creates: CON.md}\n- {agent: pm, creates: [a.md, 'b?.md']}"))
        #expect(result.plan == nil)
        let messages = result.diagnostics.map(\.message)
        #expect(messages.contains("the artifact name \"CON.md\" has the part “CON.md”, which is a device's name"))
        #expect(messages.contains { $0.hasPrefix("the artifact name \"b?.md\" contains “?”") })
    }

    @Test("Two documents whose names differ in their case alone are an error, and the same one twice is none")
    func caseAlone() {
        let result = compile(sequence("- {agent: pm, creates: PRD.md}\n- {agent: po, creates: prd.md}"))
        #expect(result.plan == nil)
        #expect(
            result.diagnostics.map(\.message)
                == ["the artifact name \"prd.md\" differs from \"PRD.md\" in its case alone"])
        #expect(compile(sequence("- {agent: pm, creates: prd.md}\n- {agent: po, creates: prd.md}")).plan != nil)
    }
}
