import BatonAgent
import BatonMessages
import Testing

@testable import BatonModel

struct PromptTests {
    @Test("The persona is the system's turn; handoff, documents and outlines are the user's")
    func content() {
        let outline: JSON = [
            ["id": "goals", "title": "Goals", "instruction": "At most five.", "required": true],
            ["id": "log", "title": "Change log", "owner": "dev", "required": false],
        ]
        let command = Samples.command(
            creates: [
                CommandProduct(name: "prd.md", template: CommandProduct.Template(name: "prd-tmpl", outline: outline)),
                CommandProduct(name: "stories/", isSet: true),
            ],
            reports: [Report(name: "is_large", kind: .boolean, question: "Is it large?", options: [])],
            persona: [
                "id": "analyst", "name": "Mary", "title": "Analyst", "role": "Insightful", "style": "Curious",
                "core_principles": ["Ask why"],
            ])
        let messages = Prompt(
            Samples.context(command, artifacts: [Samples.document("idea.md", "# The idea")])
        ).messages
        #expect(messages.map(\.role) == [.system, .user])
        for text in ["You are Mary, the analyst (Analyst).", "Your style: Curious", "- Ask why"] {
            #expect(messages[0].text.contains(text))
        }
        for text in [
            "Write about the lighthouse.", "Short.", "pm: found the need", "- names a keeper", "- idea: a lighthouse",
            "<given document=\"idea.md\">\n# The idea\n</given>", "## Goals\n(At most five.)",
            "## Change log\n(belongs to dev: leave it as it is, empty in the first version)",
            "<document name=\"prd.md\">", "<document name=\"stories/<a name for each>.md\">",
            "Find out is_large (true or false): Is it large?", "{\"is_large\": …}",
        ] {
            #expect(messages[1].text.contains(text), "\(text) is missing")
        }
    }

    @Test("Sections of a document of others are named, with the form of an answer for each")
    func contributions() {
        let text = Prompt(Samples.context(Samples.contributing)).messages[1].text
        for part in [
            "Fill your own sections of epic-1/story.md", "- record: Record\n- files: Files (form: bullet-list)\n",
            "- status: Status (one of Open, Done)", "<section document=\"epic-1/story.md\" id=\"record\">\n",
            "<section document=\"epic-1/story.md\" id=\"files\">\n",
        ] {
            #expect(text.contains(part), "\(part) is missing")
        }
        #expect(!text.contains("id=\"plan\"") && !text.contains("id=\"log\""))
        #expect(!Prompt(Samples.context(Samples.command())).messages[1].text.contains("<section"))
    }

    @Test("Without a persona the role is all that is said")
    func noPersona() {
        #expect(Prompt(Samples.context(Samples.command())).messages[0].text.hasPrefix("You are the analyst."))
    }
}
