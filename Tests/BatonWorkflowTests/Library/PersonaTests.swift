import BatonEngine
import Testing

@testable import BatonWorkflow

@Suite struct PersonaTests {
    private static let file = """
        <!-- a comment -->
        # pm

        Some text. A block that is none of the agent's:

        ```yaml
        persona: {role: of somebody else}
        ```

        ```yaml
        IDE-FILE-RESOLUTION: this is: no YAML
        agent:
          name: John
          id: pm
          title: Product Manager
          icon: 📋
          whenToUse: For PRDs
          customization: null
        # a comment at the margin
        persona:
          role: Strategist
          style: Analytical
          core_principles:
          - Ask "why"
        commands:
          - create: : not: yaml: either
        ```

        More text.
        """

    @Test("The agent and the persona of a published file are read, whatever else is in it")
    func read() throws {
        let (persona, diagnostics) = PersonaReader.read(Self.file, file: "agents/pm.md")
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        let expected = Persona(
            role: "pm", name: "John", title: "Product Manager", icon: "📋", whenToUse: "For PRDs",
            character: ["role": "Strategist", "style": "Analytical", "core_principles": ["Ask \"why\""]],
            text: Self.file)
        #expect(persona == expected)
        #expect(
            persona?.json.object?.keys.map { $0 } == [
                "id", "name", "title", "icon", "when_to_use", "role", "style", "core_principles",
            ])
    }

    @Test("Without an id, the file's name is the role")
    func unnamed() {
        let (persona, _) = PersonaReader.read("```yaml\nagent: {name: X}\n```", file: "agents/ux-expert.md")
        #expect(persona?.role == "ux-expert")
        #expect(persona?.json == ["id": "ux-expert", "name": "X"])
    }

    @Test(
        "What holds no persona is a warning at its place, never an error",
        arguments: [
            ("nothing", 0, "holds no agent"), ("```yaml\nother: 1\n```", 0, "holds no agent"),
            ("agent: {id: pm}", 0, "holds no agent"), ("```yaml\nagent: [\n```", 3, "flow node"),
            ("# x\n```yaml\nagent: pm\n```", 3, "agent must be a mapping"),
            ("```yaml\nagent: {id: pm}\nagent: {id: pm}\n```", 3, "already in line 2"),
        ])
    func bad(text: String, line: Int, message: String) {
        let (persona, diagnostics) = PersonaReader.read(text, file: "pm.md")
        #expect(persona == nil)
        #expect(diagnostics.map(\.severity) == [.warning], "\(diagnostics)")
        #expect(diagnostics.first?.message.contains(message) == true, "\(diagnostics)")
        #expect(diagnostics.first?.line == line, "\(diagnostics)")
    }

    @Test("A persona that is none is reported, and the agent's name stays")
    func oddCharacter() {
        let (persona, diagnostics) = PersonaReader.read(
            "```yml\nagent: {id: pm, name: John}\npersona: kind\n```", file: "pm.md")
        #expect(persona?.json == ["id": "pm", "name": "John"])
        #expect(diagnostics.map(\.line) == [3])
    }

    @Test("A file of nothing but fences is read in time")
    func fences() {
        let clock = ContinuousClock()
        let text = String(repeating: "```yaml\nx\n", count: 100_000)
        let time = clock.measure { _ = PersonaReader.read(text, file: "x.md") }
        #expect(time < .seconds(5), "\(time)")
    }

    @Test("The personas of a plan's roles are in the plan, and change its revision")
    func attached() throws {
        let text = "workflow: {id: w, sequence: [{agent: pm/po}, {agent: u_x}, {agent: pm}, {agent: qa}]}"
        func plan(_ personas: [Persona]) throws -> Plan {
            let result = compile(text, files: LibraryFiles([], personas: personas))
            return try #require(result.plan, "\(result.diagnostics)")
        }
        let pm = Persona(role: "pm", name: "John", text: "pm")
        let ux = Persona(role: "u-x", name: "Sally", text: "ux")
        let with = try plan([pm, ux, Persona(role: "dev", text: "nobody asked")])
        #expect(with.attachments.map(\.name) == ["agents/pm", "agents/u-x"])
        #expect(with.attachments.map(\.kind) == [.agent, .agent])
        #expect(with.persona(forRole: "pm") == ["id": "pm", "name": "John"])
        #expect(with.persona(forRole: "u_x")?["name"] == "Sally")
        #expect(with.persona(forRole: "qa") == nil)
        #expect(try plan([]).revision != with.revision)
        #expect(try plan([]).attachments.isEmpty)
    }
}
