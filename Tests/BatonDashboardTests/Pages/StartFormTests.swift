import BatonClient
import Testing

@testable import BatonDashboard

@Suite struct StartFormTests {
    private static let workflow = {
        var entry = WorkflowEntry(id: "tea", title: "Tea", revision: "r", roles: ["pm"], file: "tea.yaml")
        entry.inputs = [
            WorkflowInput(name: "idea", type: "string", isRequired: true, summary: "What is wanted"),
            WorkflowInput(name: "cups", type: "integer", defaultValue: 2), WorkflowInput(name: "hot", type: "boolean"),
            WorkflowInput(name: "kinds", type: "list"), WorkflowInput(name: "shop", type: "object"),
            WorkflowInput(name: "price", type: "number"), WorkflowInput(name: "note"),
        ]
        entry.paths = ["green", "black"]
        return entry
    }()

    private func form(_ texts: [String: String]) -> StartForm { StartForm(workflow: Self.workflow, texts: texts) }

    @Test("What was filled in becomes the start that its fields say")
    func request() throws {
        let request = try form([
            "input.idea": "two\r\nlines", "input.cups": " 4 ", "input.hot": "true",
            "input.kinds": "oolong\r\n\r\n mint ",
            "input.shop": #"{"in": "Hull"}"#, "input.price": "2.5", "input.note": "", "path": "green",
            "project": "leaves", "others": "size=@/etc/passwd\r\ndeep:=[1]", "facts": "user_approved=true",
            "checkpoints": "documents", "optional": "ask", "unanswered": "no", "interactive": "yes", "tokens": "9000",
            "hours": "1.5",
        ]).request()
        #expect(request.workflow == "tea" && request.path == "green" && request.project == "leaves")
        let inputs: JSON = [
            "idea": "two\nlines", "cups": 4, "hot": true, "kinds": ["oolong", "mint"], "shop": ["in": "Hull"],
            "price": 2.5, "size": "@/etc/passwd", "deep": [1],
        ]
        #expect(request.inputs == inputs)
        #expect(request.facts == ["user_approved": true])
        #expect(request.options.checkpoints == .documents && request.options.optional == .ask)
        #expect(request.options.unanswered == .no && request.options.elicitation == .interactive)
        #expect(request.options.budget.run == RunBudget.Limits(tokens: 9000, wallMilliseconds: 5_400_000))
    }

    @Test("An empty form asks for nothing but the workflow: what is missing is the orchestrator's to say")
    func empty() throws {
        let request = try form([:]).request()
        #expect(request == StartRequest(workflow: "tea"))
    }

    @Test("Each field that cannot be what it has to be is told, and nothing is asked for")
    func faults() {
        let wrong = form([
            "input.cups": "four", "input.hot": "maybe", "input.shop": "[1]", "input.price": "nan", "tokens": "many",
            "others": "no value", "checkpoints": "somewhere",
        ])
        do throws(StartForm.Faults) {
            _ = try wrong.request()
            Issue.record("it was taken")
        } catch {
            #expect(
                error.fields.keys.sorted()
                    == ["input.cups", "input.hot", "input.price", "input.shop", "others", "tokens"])
            #expect(error.others.count == 1 && error.others[0].contains("checkpoints"))
        }
    }

    @Test("A form is shown again with what was typed, each fault at its field")
    func again() {
        let texts = ["input.idea": "<b>tea</b>", "input.cups": "four", "path": "black", "project": "\"leaves\""]
        let faults = StartForm.Faults(fields: ["input.cups": "must be a whole number"], others: ["no <room>"])
        let html = StartFormPage(
            frame: Samples.frame, overview: Overview(), form: form(texts), requestID: "abc", faults: faults
        ).html.markup
        #expect(html.contains(">\n&lt;b&gt;tea&lt;/b&gt;</textarea>"))
        #expect(html.contains("value=\"four\""))
        #expect(html.contains("<option value=\"black\" selected>"))
        #expect(html.contains("value=\"&quot;leaves&quot;\""))
        #expect(html.contains("aria-describedby=\"in-1-hint in-1-wrong\" aria-invalid=\"true\""))
        #expect(html.contains("no &lt;room&gt;"))
        #expect(html.contains("name=\"request\" value=\"abc\""))
        #expect(html.contains("Left empty: 2."))
    }

    @Test("A request has the name that this server gave it, or a new one")
    func names() {
        #expect(form(["request": "0123456789abcdef"]).requestID == "0123456789abcdef")
        for id in ["", "short", "0123456789abcdef\n", String(repeating: "a", count: 65), "æøåæøåæøå"] {
            #expect(form(["request": id]).requestID == nil, "\(id)")
        }
    }

    @Test("Whatever is in a workflow's words, the pages have the same tags", arguments: Samples.hostile)
    func hostile(text: String) {
        func pages(_ text: String) -> String {
            var entry = WorkflowEntry(
                id: text, title: text, revision: text, roles: [text], file: text, state: .stale, problems: [text])
            entry.summary = text
            entry.inputs = [
                WorkflowInput(name: text, type: text, isRequired: true, defaultValue: .string(text), summary: text)
            ]
            entry.paths = [text]
            let form = StartForm(workflow: entry, texts: ["input.\(text)": text, "path": text, "project": text])
            let faults = StartForm.Faults(fields: ["input.\(text)": text], others: [text])
            return StartFormPage(
                frame: Samples.frame, overview: Overview(), form: form, requestID: text, faults: faults
            ).html.markup
                + StartPage(frame: Samples.frame, overview: Overview(), workflows: [entry]).html.markup
        }
        func shape(_ html: String) -> [String] { html.tags.map { String($0.prefix { $0 != " " && $0 != ">" }) } }
        #expect(shape(pages(text)) == shape(pages("plain")))
        for tag in pages(text).tags { #expect(!tag.contains(/\son[a-z]+=/) || tag.contains("&"), "\(tag)") }
    }
}
