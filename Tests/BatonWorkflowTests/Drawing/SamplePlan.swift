import BatonEngine

/// A plan with one of everything, put together by hand.
enum SamplePlan {
    static func agent(
        _ id: String, _ phase: Phase = .plan, roles: [String] = ["pm"], creates: [Product] = [],
        updates: [Product] = [], requires: [Requirement] = [], validates: [String] = [], reports: [Report] = [],
        condition: Condition? = nil, isOptional: Bool = false
    ) -> Step {
        Step(
            id: id, phase: phase,
            kind: .agent(
                AgentWork(
                    roles: roles, creates: creates, updates: updates, requires: requires, validates: validates,
                    reports: reports)), condition: condition, isOptional: isOptional)
    }

    private static func holder(
        _ id: String, _ kind: Step.Kind, condition: Condition? = nil, isImplied: Bool = false
    ) -> Step {
        Step(id: id, phase: .plan, kind: kind, condition: condition, isImplied: isImplied)
    }

    static let plan = Plan(
        workflow: "sample", title: "A sample", summary: "", revision: "r1",
        steps: [
            /* 0 */ agent(
                "brief", .discovery, roles: ["analyst"], creates: [Product(name: "brief.md")],
                reports: [Report(name: "size", kind: .enum, question: "How big?", options: ["small", "large"])]),
            /* 1 */ holder(
                "size",
                .routes(
                    Routes(
                        selector: Condition(symbol: "size", source: .reporter(step: 0)),
                        routes: [
                            .init(name: "small", body: 2, endsRun: true), .init(name: "large", body: nil),
                        ], question: "How big is it?"))),
            /* 2 */ agent("quick", roles: ["pm", "po"]),
            /* 3 */ holder("review-loop", .review(ReviewLoop(review: 4, fix: 5)), isImplied: true),
            /* 4 */ agent("review", roles: ["po"], requires: [.allArtifacts], validates: ["all"]),
            /* 5 */ holder(
                "fixes", .fixFlagged(FixFlagged(review: 4, task: 6)),
                condition: Condition(symbol: "review_issues", source: .verdict(step: 4)), isImplied: true),
            /* 6 */ agent("fix", roles: []),
            /* 7 */ holder(
                "stories",
                .forEach(
                    ForEach(
                        items: .facts(["stories"], more: "more_stories"), item: "story", body: 8, maxParallel: 2)),
                isImplied: true),
            /* 8 */ holder("body", .block(.sequence([9, 10])), isImplied: true),
            /* 9 */ agent(
                "code", .build, roles: ["dev"], creates: [Product(name: "code", isSet: true)],
                requires: [.anyOf(["story.md", "brief.md"])]),
            /* 10 */ agent(
                "test", .validate, roles: ["qa"], updates: [Product(name: "code", isOptional: true)],
                condition: Condition(symbol: "user_wants_tests", source: .user), isOptional: true),
            /* 11 */ holder("last", .block(.parallel(Parallel(elements: [12, 13], join: .any)))),
            /* 12 */ Step(
                id: "note", phase: .validate, kind: .guidance(Guidance(action: nil, notes: "Save\n  it."))),
            /* 13 */ Step(id: "child", phase: .launch, kind: .childRun(ChildRun(workflow: "other"))),
        ], body: .sequence([0, 1, 3, 7, 11]),
        completion: [CompletionCriterion(text: "brief.md exists", artifact: "brief.md")],
        inputs: [InputDeclaration(name: "idea", type: "string", isRequired: true, defaultValue: nil, summary: "Why.")])

    /// A step whose every text is meant to break out of where it stands.
    static func hostile(_ text: String) -> Plan {
        Plan(
            workflow: text, title: text, summary: text, revision: "r",
            steps: [
                agent(
                    text, roles: [text], creates: [Product(name: ArtifactName(text))], validates: [text],
                    reports: [Report(name: text, kind: .enum, question: text, options: [text])],
                    condition: Condition(symbol: text, source: .route(step: 1, name: text))),
                Step(
                    id: text + "2", phase: .plan,
                    kind: .routes(
                        Routes(
                            selector: Condition(symbol: text, source: .start),
                            routes: [.init(name: text, body: nil)], question: text))),
                Step(id: text + "3", phase: .plan, kind: .block(.parallel(Parallel(elements: [3])))),
                Step(id: text + "4", phase: .plan, kind: .guidance(Guidance(action: text, notes: text))),
            ], body: .sequence([0, 1, 2]))
    }

    static let hostileTexts = [
        #"a"b"#, #"a\"b"#, #"\"#, "a]b", "a-->b", "a|b", "end", "`a`", "#quot;", "<script>alert(1)</script>",
        "%% comment", "a\nend\nb", "a\u{1B}[2Jb", "a;b", "a{{b}}", "subgraph x", "漢字 🚀", "\u{202E}", "&lt;", "",
    ]
}
