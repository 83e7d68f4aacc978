import BatonClient
import Testing

@testable import BatonDashboard

@Suite struct RunPageTests {
    @Test("A run's page has its plan, with what holds others folded and each state as a word")
    func plan() {
        let html = Samples.page(
            Samples.snapshot([
                Samples.step("stories", .running, kind: .forEach),
                Samples.step("write", .running, agent: "sm-1", in: ["stories"]),
                Samples.step("later", .pending), Samples.step("over", .completed, kind: .loop),
                Samples.step("round", .completed, in: ["over"]),
            ]))
        #expect(html.contains("<details data-key=\"stories\" open>"))
        #expect(html.contains("<details data-key=\"over\"><summary>"))
        #expect(html.contains("<span class=\"sr\">running:</span></span><span class=\"name\">write</span>"))
        #expect(html.contains("<span class=\"sr\">pending:</span>"))
        #expect(html.contains("sm-1"))
    }

    @Test("What holds a run up is told as `baton status` tells it")
    func standstill() {
        let run = Samples.snapshot(
            [Samples.step("pm-prd", .waiting)], waitingFor: [WaitingFor(role: "pm", tasks: 1)],
            decisions: [Samples.question()])
        let lines = Standstill(run).lines(now: Samples.time(75))
        #expect(!lines.isEmpty)
        for line in lines where !line.hasPrefix(" ") {
            #expect(Samples.page(run).contains(HTML.escape(line)), "\(line)")
        }
    }

    @Test("A question has a button for each answer that it takes, else a field")
    func questions() {
        func form(_ answers: Decision.Answers) -> String {
            QuestionForm(
                frame: Samples.frame, question: Samples.question("q", answers), now: Samples.time(9)
            ).html.markup
        }
        #expect(form(.boolean).contains("name=\"value\" value=\"true\">Yes</button>"))
        let options = form(.oneOf(["approve", "amend_it", "reject"]))
        #expect(options.contains("value=\"amend_it\">amend it</button>"))
        #expect(form(.oneOf((1...20).map { "o\($0)" })).contains("<option value=\"o20\">"))
        #expect(form(.anything).contains("<textarea name=\"value\""))
        #expect(form(.boolean).contains(Samples.frame.gate.formKey))
    }

    @Test("An approval shows the versions that it is about, and takes a comment")
    func approvals() {
        var question = Samples.question("approve_pm", .oneOf(["approve", "reject", "amend"]))
        func form() -> String {
            QuestionForm(frame: Samples.frame, question: question, now: Samples.time(9)).html.markup
        }
        #expect(!form().contains("name=\"comment\""))
        question.approval = ApprovalEntry(documents: [.init(id: Samples.run.child(3), name: "prd <1>.md", version: 2)])
        #expect(form().contains("<textarea name=\"comment\""))
        #expect(form().contains(">prd &lt;1&gt;.md</a>, version 2</li>"))
        #expect(form().contains("value=\"amend\">amend</button>"))
    }

    @Test("An approval says who may answer it, how many are missing, until when, and what happens then")
    func standing() {
        var question = Samples.question("approve_pm", .oneOf(["approve", "reject", "amend"]))
        question.kind = .approval
        question.approval = ApprovalEntry(
            documents: [], by: ["ann", "<po>"], quorum: 2, missing: 1, dueAt: Samples.time(60), onTimeout: .approve,
            votes: [ApprovalVote(by: "bob", answer: "approve", at: Samples.start)])
        let form = QuestionForm(frame: Samples.frame, question: question, now: Samples.time(9)).html.markup
        #expect(form.contains("ann or &lt;po&gt; may answer, by name or role; 1 of 2 are missing, approved by bob"))
        #expect(
            form.contains(/due <time datetime="2026-01-31T12:01:00.000Z"[^>]*>2026-01-31 12:01 UTC<\/time>; then it/))
        #expect(form.contains("then it counts as approved"))
    }

    @Test("An answer is taken as its question wants it")
    func answers() {
        #expect(Decision.Answers.boolean.value(of: "true") == true)
        #expect(Decision.Answers.boolean.value(of: "yes") == nil)
        #expect(Decision.Answers.oneOf(["a", "b"]).value(of: "b") == "b")
        #expect(Decision.Answers.oneOf(["a", "b"]).value(of: "c") == nil)
        #expect(Decision.Answers.anything.value(of: "[1]") == [1])
        #expect(Decision.Answers.anything.value(of: "a text") == "a text")
        #expect(Decision.Answers.anything.value(of: "") == nil)
    }

    @Test("Buttons are those that the state of the run allows")
    func controls() {
        func actions(_ status: RunStatus) -> [String] {
            Samples.page(Samples.snapshot(status: status)).matches(of: /name="action" value="([a-z]+)"/)
                .map { String($0.1) }
        }
        #expect(actions(.running) == ["pause", "cancel"])
        #expect(actions(.paused) == ["resume", "cancel"])
        #expect(actions(.attention) == ["pause", "retry", "cancel"])
        #expect(actions(.failed) == ["retry"])
        #expect(actions(.completed).isEmpty)
    }

    @Test("A slider leads to how the run was after each event, and that page has nothing that can be done")
    func moments() {
        var frame = Samples.frame
        func page() -> String {
            var run = Samples.snapshot(
                [Samples.step("pm-prd", .running, agent: "pm-1")], decisions: [Samples.question()])
            run.sequence = frame.isPast ? 7 : 9
            let artifact = ArtifactEntry(
                id: Samples.run.child(3), name: "prd.md", version: 2, digest: ContentHash.of([]), size: 1,
                mediaType: "text/markdown", step: "pm-prd", task: nil, role: "pm", madeFrom: [],
                createdAt: Samples.start)
            let record = RunRecord(
                sequence: 7, artifacts: [artifact], events: [Samples.event(7, "paused", input: ["by": "ann"])])
            return RunPage(
                frame: frame, overview: Overview(), run: run, record: record, lastSequence: 9, now: Samples.time(75)
            ).html.markup
        }
        let now = page()
        #expect(now.contains("min=\"1\" max=\"9\" value=\"9\""))
        #expect(now.contains("?at=8\">Earlier</a>") && !now.contains(">Later</a>"))
        #expect(now.contains("data-since=") && now.contains("name=\"action\"") && !now.contains("As it was"))
        frame.isPast = true
        let then = page()
        #expect(then.contains("max=\"9\" value=\"7\"") && then.contains("aria-valuetext=\"event 7 of 9\""))
        #expect(then.contains("<b>As it was</b> after event 7 of 9"))
        #expect(then.contains("?at=6\">Earlier</a>") && then.contains("?at=8\">Later</a>"))
        #expect(then.contains("documents/prd.md?version=2\""))
        #expect(then.contains("Is a logo wanted?"))
        for living in ["data-since=", "method=\"post\"", "name=\"action\""] {
            #expect(!then.contains(living), "\(living)")
        }
    }

    @Test("Of long lists the last are shown, and how many there are")
    func longLists() {
        let artifacts = (1...300).map { number in
            ArtifactEntry(
                id: Samples.run.child(UInt32(number)), name: "d\(number).md", version: 1, digest: ContentHash.of([]),
                size: 1, mediaType: "text/markdown", step: "s", task: nil, role: "pm", madeFrom: [],
                createdAt: Samples.start)
        }
        let html = Samples.page(Samples.snapshot(), RunRecord(sequence: 1, artifacts: artifacts))
        #expect(html.contains("The last 200 of 300 documents; <code>baton artifacts</code> has all."))
        #expect(html.contains(">d300.md</a>") && html.contains(">d101.md</a>") && !html.contains(">d100.md</a>"))
    }

    @Test("A dashboard that only shows has no form")
    func readOnly() {
        let frame = Frame(gate: Gate(token: nil, names: []), isReadOnly: true, namespace: "default")
        let run = Samples.snapshot(decisions: [Samples.question()])
        let html = RunPage(
            frame: frame, overview: Overview(), run: run, record: RunRecord(sequence: 1), now: Samples.time(1)
        ).html.markup
        #expect(!html.contains("<form"))
        #expect(html.contains("Is a logo wanted?"))
    }

    @Test("Whatever is in names, titles and reasons, the page has the same tags", arguments: Samples.hostile)
    func hostile(text: String) {
        func page(_ text: String) -> String {
            let handoff = Handoff(
                id: Samples.run.child(9), run: Samples.run, project: text, fromAgent: text, toAgent: text, phase: .plan,
                contextIDs: [], contextSummary: "x", instructions: "", expectedOutputs: [text], createdAt: Samples.start
            )
            let artifact = ArtifactEntry(
                id: Samples.run.child(3), name: text, version: 2, digest: ContentHash.of([]), size: 1,
                mediaType: text, step: text, task: nil, role: text, madeFrom: [], createdAt: Samples.start)
            let record = RunRecord(
                sequence: 1, artifacts: [artifact], handoffs: [handoff],
                events: [
                    Samples.event(
                        1, "dispatched", task: 3, agent: text, step: text, input: ["role": .string(text)],
                        then: [["kind": "asked", "name": .string(text), "question": .string(text)]])
                ])
            return Samples.page(
                Samples.snapshot(
                    [
                        Samples.step(text, .attention, kind: .block, agent: text, reason: text, artifacts: [text]),
                        Samples.step("below", .running, in: [text]),
                    ], status: .attention, title: text, reason: text, waitingFor: [WaitingFor(role: text, tasks: 1)],
                    decisions: [Samples.question(text, .oneOf([text]), question: text, item: text)]),
                record, notice: text)
        }
        func shape(_ html: String) -> [String] { html.tags.map { String($0.prefix { $0 != " " && $0 != ">" }) } }
        #expect(shape(page(text)) == shape(page("plain")))
        // No markup of this program's own is shown as text.
        #expect(!page("plain").contains("&lt;"))
        for tag in page(text).tags { #expect(!tag.contains(/\son[a-z]+=/) || tag.contains("&"), "\(tag)") }
    }
}
