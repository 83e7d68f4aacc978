import BatonMessages

/// One full example of every message: each optional member is there.
enum Samples {
    static let run = Identifier("0197a1b2-c3d4-7e5f-8a9b-112233440000")!
    static let task = run.child(7)
    static let lease = Identifier("0197a1b2-c3d4-7e5f-9a9b-aabbccddeeff")!
    static let now = Timestamp("2026-01-31T23:59:59.123Z")!
    static let by = By(store: "0197a1b2-store", epoch: 12)
    static let digest = ContentHash.of("# Brief\n")

    static let handoff = Handoff(
        id: run.child(9), run: run, project: "shop", fromAgent: "analyst", toAgent: "pm", fromInstance: "analyst-1",
        toInstance: "pm-1", phase: .plan, contextIDs: [run.child(3), run.child(4)],
        contextSummary: "analyst (brief): done", instructions: "Write the PRD.", expectedOutputs: ["prd.md"],
        acceptanceCriteria: ["has goals"], dependencies: ["brief.md"], priority: .high,
        metadata: ["from": [["role": "analyst"]]], createdAt: now)

    static let command: TaskCommand = {
        var command = bareCommand
        command.contributes = [
            CommandContribution(
                name: "story.md", sections: ["record"],
                template: .init(name: "story-tmpl.yaml", outline: [["id": "record", "owner": "pm"]]))
        ]
        command.persona = ["id": "pm", "name": "John", "core_principles": ["Ask why"]]
        command.previous = TaskCommand.Previous(attempt: 1, outcome: .rejected, message: "prd.md: goals is empty")
        command.amendment = TaskCommand.Amendment(
            decision: run.child(15), by: "ann", feedback: "shorter", documents: ["prd.md"])
        return command
    }()

    static let bareCommand = TaskCommand(
        by: by, task: task, run: run, project: "shop", workflow: "greenfield", step: "pm-prd", title: "PRD",
        phase: .plan, role: "pm", action: "write", attempt: 2, lease: lease, leaseMilliseconds: 30_000,
        timeoutMilliseconds: 60_000, handoff: handoff,
        requires: [
            CommandArtifact(
                id: run.child(3), name: "brief.md", version: 1, digest: digest, size: 8, mediaType: "text/markdown",
                content: "# Brief\n")
        ],
        creates: [
            CommandProduct(
                name: "prd.md", isOptional: true, isSet: true,
                template: CommandProduct.Template(name: "prd-tmpl.yaml", outline: [["id": "goals", "title": "Goals"]]))
        ],
        updates: [
            CommandProduct(
                name: "brief.md",
                template: CommandProduct.Template(
                    name: "gate-tmpl.yaml",
                    outline: [
                        ["id": "schema", "type": "yaml", "template": 1],
                        ["id": "risks", "type": "yaml", "template": ["high": [], "low": "{{low}}"]],
                    ]))
        ], validates: ["brief.md"],
        reports: [
            Report(name: "size", kind: .enum, question: "How large?", options: ["small", "large"])
        ],
        inputs: ["idea": "a shop"], facts: ["approved": true],
        uses: [Attachment(name: "prd-tmpl.yaml", kind: .template, content: "id: prd")],
        optionalSteps: ["brainstorming"], notes: "Save it.",
        item: ["scope": "story-1", "name": "story", "index": 1, "value": "Pay"], idempotencyKey: run.child(8))

    static let result = TaskResult(
        task: task, lease: lease, status: .failed,
        artifacts: [
            ArtifactDocument(name: "prd.md", mediaType: "text/markdown", body: .text("# PRD\n\u{1F680}\"\\\n")),
            ArtifactDocument(name: "logo.png", body: .bytes([0, 255, 10, 13])),
            ArtifactDocument(name: "spec.md", body: .sections(["goals": "few"], values: ["project_name": "Tea"])),
            ArtifactDocument(name: "docs/big.md", body: .reference(digest)),
        ],
        facts: ["size": "small"], verdict: ["passed": false], usage: ["tokens": 12, "model": "tiny"],
        summary: "wrote it",
        error: TaskError(code: "no_model", message: "no model", isRetryable: false), handoff: handoff)

    static let beat = Beat(
        epoch: 3, held: [HeldLease(task: task, lease: lease, progress: 40.5, message: "halfway")])
    static let decline = Decline(task: task, lease: lease, reason: "no disk", missing: ["disk"])
    static let presence = Presence(state: .online, roles: ["pm", "analyst"], slots: 2, epoch: 3, beats: false)
    static let ack = Control.ack(
        AckNotice(task: task, lease: lease, outcome: .rejected, reasons: ["prd.md is missing"], by: by))
    static let cancel = Control.cancel(CancelNotice(task: task, lease: lease, reason: "cancelled", by: by))
    static let get = ArtifactGet(task: task, lease: lease, digest: digest, offset: 0, length: 1000)
    static let put = ArtifactPut(
        task: task, lease: lease, digest: digest, offset: 2, size: 5, bytes: Array("llo".utf8))
    static let stored = ArtifactRange(task: task, digest: digest, body: .stored(5, size: 5))
    static let range = ArtifactRange(
        task: task, digest: digest, body: .content(offset: 0, size: 8, bytes: Array("# Brief\n".utf8)))
    static let mark = Mark(epoch: 12, sentAt: now, number: 4)

    static let orchestrator = OrchestratorState(
        state: .offline, hasLeft: true, store: "0197a1b2-store", epoch: 12, version: "0.1.0",
        runs: OrchestratorState.Runs(active: 3, attention: 1),
        agents: [AgentEntry(id: "pm-1", roles: ["pm"], held: 1, isBenched: true)])

    static let row = RunRow(
        run: run, workflow: "greenfield", title: "Greenfield", project: "shop", status: .cancelled, phase: .plan,
        percent: 40, startedAt: now, endedAt: Timestamp("2026-02-01T00:00:09Z")!, reason: "changed my mind",
        questions: 2)

    static let usage = Usage(["input_tokens": 7, "output_tokens": 5, "tokens": 12, "cost": 0.5, "seconds": 1.5])
    static let budget = RunBudget.read(
        ["tokens": 100, "cost": 2.5, "wall_time": 60, "steps": ["pm-prd": ["tokens": 50]]], path: "budget"
    ).budget

    static let snapshot: RunSnapshot = {
        var snapshot = bareSnapshot
        snapshot.usage = usage
        snapshot.wallMilliseconds = 1500
        snapshot.budget = budget
        snapshot.steps[0].usage = usage
        return snapshot
    }()

    static let bareSnapshot = RunSnapshot(
        run: run, project: "shop", workflow: "greenfield", title: "Greenfield", revision: "\(digest)",
        status: .attention, reason: "step x needs a person", phase: .plan,
        milestones: [Milestone(phase: .discovery, reachedAt: now)],
        steps: [
            StepEntry(
                id: "pm-prd", title: "PRD", phase: .plan, kind: .agent, roles: ["pm"], state: .running, attempt: 2,
                agent: "pm-1", since: now, reason: "again",
                attempts: [.init(attempt: 1, agent: "pm-2", outcome: .timedOut, message: "no result", at: now)],
                artifacts: ["prd.md"])
        ],
        counts: [.running: 1, .completed: 4], percent: 40, waitingFor: [WaitingFor(role: "qa", tasks: 2)],
        decisions: [], sequence: 17, startedAt: now, updatedAt: now, endedAt: now, by: by)

    static let event = LogEvent(
        run: run, sequence: 17, at: now, kind: "dispatched", step: "pm-prd", task: task, agent: "pm-1", attempt: 2,
        input: .text(#"{"task":7}"#), then: .text(#"[{"kind":"step_ready"}]"#))

    static let entry: ArtifactEntry = {
        var entry = ArtifactEntry(
            id: run.child(3), name: "brief.md", version: 1, digest: digest, size: 8, mediaType: "text/markdown",
            step: "analyst-brief", task: task, role: "analyst", madeFrom: [run.child(1)], createdAt: now,
            path: "docs/brief.md")
        entry.author = "analyst-1"
        entry.isContribution = true
        return entry
    }()
    static let workflow = {
        var entry = WorkflowEntry(
            id: "greenfield", title: "Greenfield", revision: "\(digest)", roles: ["pm"], file: "greenfield.yaml",
            state: .stale, origin: .defined, problems: ["greenfield.yaml:1:1: error: not a workflow"])
        entry.summary = "From an idea to a launch"
        entry.inputs = [
            WorkflowInput(name: "idea", type: "string", isRequired: true, summary: "What is wanted"),
            WorkflowInput(name: "sizes", type: "list", defaultValue: [1, "two"]),
        ]
        entry.paths = ["prototype", "product"]
        return entry
    }()

    static let start = Request(
        id: "r-1",
        kind: .start(
            StartRequest(
                workflow: "greenfield", path: "prototype", project: "shop", inputs: ["idea": "a shop"],
                facts: ["user_approved": true],
                artifacts: [ArtifactDocument(name: "brief.md", mediaType: "text/markdown", body: .text("# Brief"))],
                options: RunOptions(
                    optional: .only(["research"]), optionalSteps: .all, unanswered: .no, budget: budget),
                run: run)))
    static let list = Request(id: "r-2", kind: .list(ListRequest(status: .running, limit: 20)))
    static let past = Request(id: "r-3", kind: .get(.run(run, at: 12)))
    static let history = Request(id: "r-3", kind: .get(.history(run: run, after: 5, limit: 100)))
    static let artifact = Request(
        id: "r-4", kind: .get(.artifact(ArtifactQuery(run: run, name: "brief.md", version: 1, offset: 5, length: 9))))
    static let cancelRequest = Request(id: "r-5", kind: .cancel(RunRequest(run: run, reason: "no")))
    static let resumeRequest = Request(id: "r-9", kind: .resume(RunRequest(run: run, budget: budget)))
    static let skipRequest = Request(
        id: "r-8", kind: .skip(StepRequest(run: run, step: "build", item: "epic-1/story-2", reason: "no time")))

    static let define = Request(
        id: "r-6", kind: .define(DefinitionRequest(yaml: "workflow: {id: a}\n", file: "a.yaml")))
    static let validate = Request(id: "r-7", kind: .validate(DefinitionRequest(yaml: "workflow: [")))
    static let finding = DiagnosticEntry(
        file: "a.yaml", line: 3, column: 7, severity: .warning, message: "is odd", hint: "make it even")

    static let checked = DefinitionReply(
        isValid: true, workflow: "a", revision: "\(digest)", diagnostics: [finding])

    static func deadLetter(content: [UInt8]?) -> DeadLetterEntry {
        DeadLetterEntry(
            id: 4, at: now, topic: "baton/v1/default/req/me", sender: "me", reason: "not JSON", size: 5000,
            digest: digest, isWhole: false, content: content)
    }

    static let standing = AgentStanding(
        id: "dev-1", state: .draining, roles: ["dev"], slots: 2, count: 1, isBenched: true, mutedUntil: now,
        reason: "it failed 3 times in a row", seenAt: now,
        holds: [
            .init(run: run, step: "build", item: "epic-1", task: task, since: now, isDoubtful: true),
            .init(run: run, step: "build", task: task),
        ])

    static let replies: [Reply] = [
        .checked(checked),
        .checked(DefinitionReply(isValid: false)),
        .started(StartReply(run: run, workflow: "greenfield", revision: "\(digest)")), .runs([row]), .runs([]),
        .agents([standing, AgentStanding(id: "pm-1", state: .offline, roles: [])]), .agents([]),
        .run(snapshot), .artifacts([entry]), .artifacts([entry], total: 7),
        .artifact(ArtifactSlice(artifact: entry, offset: 3, content: [1, 2])),
        .handoffs([handoff]), .history([event], lastSequence: 17), .workflows([workflow]),
        .steered(RunReply(run: run, status: .cancelled, hasChanged: false)),
        .forgotten(run: run, runs: 3),
        .deadLetters([deadLetter(content: nil)]), .deadLetters([]), .deadLetter(deadLetter(content: [0, 255])),
        .offered(OfferReply(id: 4)), .offered(OfferReply(id: 4, reason: "not JSON")),
        .steered(RunReply(run: run, status: .running, hasChanged: true, steps: ["build of epic-1"])),
        .failed(ReplyError(.invalidInputs, "the inputs don't fit", reasons: ["inputs.idea is missing"])),
    ].map { Reply(requestID: "r-1", $0) }
}
