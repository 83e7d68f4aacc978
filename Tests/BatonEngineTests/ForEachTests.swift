import BatonEngine
import Foundation
import Testing

@Suite struct ForEachTests {
    /// `plan`, then a story and its code per item, then `end`.
    private func cycle(
        _ items: ForEach.Items, item: String = "story", maxParallel: Int = 1, maxItems: Int = 1000, start: JSON = [:]
    ) -> RunUnderTest {
        RunUnderTest(
            [
                block(
                    "cycle",
                    .forEach(
                        ForEach(
                            items: items, item: item, body: 1, maxParallel: maxParallel, maxItems: maxItems))),
                block("cycle-body", .block(.sequence([2, 3]))),
                agent("sm", creates: "story.md", id: "story") {
                    $0.reports = [Report(name: "more_stories", kind: .boolean, question: "more?")]
                },
                agent("dev", creates: "code/", requires: ["story.md"], id: "code"),
                agent("po", creates: "retro.md", requires: ["story.md"], id: "end"),
            ], body: .sequence([0, 4]), start: RunStart(project: "p", client: "c", facts: start))
    }

    @Test("Items run one after the other, each in its own scope; outside, the plain name means all of them")
    func inOrder() {
        var run = cycle(.facts(["stories"], more: "more_stories"), start: ["stories": ["login", "logout"]])
        #expect(run.ready == ["story@story-1"])
        run.complete("story")
        #expect(run.state.currentArtifacts.map(\.name.text) == ["story-1/story.md"])
        run.complete("code", artifacts: ["story-1/code/main.swift"])
        #expect(run.ready == ["story@story-2"])
        run.complete("story", artifacts: ["story.md"])
        run.complete("code", artifacts: ["code/a", "code/b"])
        #expect(run.ready == ["end"])
        let handoff = run.state.handoffs.values.first!
        let context = handoff.contextIDs.compactMap { run.state.artifactVersion($0.ordinal)?.name.text }
        #expect(context == ["story-1/story.md", "story-2/story.md"])
        run.complete("end")
        #expect(run.state.status == .completed)
        #expect(run.restored() == run.state)
    }

    @Test("Inside an item its own document is found, and another item's is not handed over")
    func lookup() {
        var run = cycle(.count(2), maxParallel: 2)
        #expect(run.ready == ["story@story-1", "story@story-2"])
        run.complete("story@story-2")
        run.complete("story@story-1")
        let task = run.state.tasks.last { $0.scope == "story-2" }!
        let context = run.state.handoffs[task.ordinal]!.contextIDs
        #expect(context.map { run.state.artifactVersion($0.ordinal)!.name.text } == ["story-2/story.md"])
    }

    @Test("A long list is told outside of its cycle; inside, the item stands for it, and what is short is told")
    func toldFacts() throws {
        let long = JSON.array((1...101).map { .int($0) })
        let start: JSON = ["stories": long, "other": long, "short": [1, 2]]
        var run = cycle(.facts(["stories"], more: "more_stories"), maxParallel: 200, start: start)
        let inside = try #require(run.state.tasks.last)
        #expect(inside.scope == "story-101")
        #expect(run.state.facts(toldTo: inside).map(\.name) == ["other", "short"])
        for item in 1...101 { run.complete("story@story-\(item)") }
        for item in 1...101 { run.complete("code@story-\(item)", artifacts: ["code/a"]) }
        let outside = try #require(run.state.tasks.last)
        #expect(run.state.plan.steps[outside.step].id == "end")
        #expect(run.state.facts(toldTo: outside).map(\.name) == ["other", "short", "stories"])
    }

    @Test("max_parallel bounds how many items run at once, and the set is in the order of the items")
    func maxParallel() {
        var run = cycle(.list(["a", "b", "c"]), maxParallel: 2)
        #expect(run.ready == ["story@story-1", "story@story-2"])
        run.complete("story@story-2")
        run.complete("code@story-2", artifacts: ["code/x"])
        #expect(run.ready == ["story@story-1", "story@story-3"])
        for scope in ["story-3", "story-1"] {
            run.complete("story@\(scope)")
            run.complete("code@\(scope)", artifacts: ["code/x"])
        }
        #expect(
            run.state.artifacts(named: "story.md").map(\.name.text)
                == ["story-1/story.md", "story-2/story.md", "story-3/story.md"])
    }

    @Test("An empty list is zero rounds")
    func empty() {
        var run = cycle(.list([]))
        #expect(run.status("cycle") == .completed)
        #expect(run.ready == ["end"])
        run.complete("end")
        #expect(run.state.status == .completed)
    }

    @Test("An open cycle goes on for as long as its opener reports more, and asks when nobody says")
    func open() {
        var run = cycle(.facts(["stories"], more: "more_stories"))
        run.complete("story", facts: ["more_stories": true])
        run.complete("code", artifacts: ["code/x"])
        #expect(run.ready == ["story@story-2"])
        run.complete("story")
        run.complete("code", artifacts: ["code/x"])
        #expect(run.ready == [])
        #expect(run.state.decisions.map(\.name) == ["more_stories"])
        #expect(run.state.decisions.map(\.scope) == ["story-2"])
        run.answer("more_stories", false)
        #expect(run.ready == ["end"])
    }

    @Test("When the items are known, nobody is asked whether there are more")
    func closedAsksNothing() {
        let closed = cycle(.facts(["stories"], more: "more_stories"), start: ["stories": ["x"]])
        #expect(closed.state.work(of: closed.state.tasks.last!)?.reports == [])
        let open = cycle(.facts(["stories"], more: "more_stories"))
        #expect(open.state.work(of: open.state.tasks.last!)?.reports.map(\.name) == ["more_stories"])
    }

    @Test("An open cycle is bounded: at the bound a person decides")
    func bounded() {
        var run = cycle(.facts(["stories"], more: "more_stories"), maxItems: 1, start: ["more_stories": true])
        run.complete("story")
        run.complete("code", artifacts: ["code/x"])
        #expect(run.state.status == .attention)
        #expect(run.state.decisions.map(\.kind) == [.bound])
        run.answer("cycle_bound", "another_round")
        #expect(run.state.status == .running)
        #expect(run.ready == ["story@story-2"])
        run.complete("story")
        run.complete("code", artifacts: ["code/x"])
        run.answer("cycle_bound", "accept")
        #expect(run.ready == ["end"])
    }

    @Test(
        "A cycle of stories grouped by epic nests their scopes",
        arguments: [
            ["stories": [["epic": "A", "id": "1"], ["epic": "B", "id": "2"], ["epic": "A", "id": "3"]]] as JSON,
            ["epics": [["title": "A", "stories": ["1", "3"]], ["title": "B", "stories": ["2"]]]],
        ])
    func grouped(facts: JSON) {
        let steps = [
            block(
                "epics",
                .forEach(
                    ForEach(
                        items: .groups(keys: ["epic"], groups: ["epics"], members: ["stories"]), item: "epic", body: 1))
            ),
            block(
                "stories",
                .forEach(
                    ForEach(
                        items: .members(field: ["stories"], more: "more_stories"), item: "story", body: 2))),
            agent("sm", creates: "story.md", id: "story"),
        ]
        var run = RunUnderTest(
            steps, body: .sequence([0]), start: RunStart(project: "p", client: "c", facts: facts))
        var scopes: [String] = []
        while let next = run.ready.first {
            scopes.append(next)
            run.complete(next)
        }
        #expect(scopes == ["story@epic-1/story-1", "story@epic-1/story-2", "story@epic-2/story-1"])
        #expect(run.state.status == .completed)
        #expect(run.restored() == run.state)
    }

    @Test("A reported fact belongs to the item of its reporter")
    func factScope() {
        let steps = [
            block("cycle", .forEach(ForEach(items: .count(2), item: "story", body: 1, maxParallel: 2))),
            block("body", .block(.sequence([2, 3]))),
            agent("qa", creates: "report.md", id: "qa") {
                $0.reports = [Report(name: "has_bugs", kind: .boolean, question: "?")]
            },
            agent(
                "dev", creates: "fix.md", id: "fix",
                condition: Condition(symbol: "has_bugs", source: .reporter(step: 2))),
        ]
        var run = RunUnderTest(steps, body: .sequence([0]))
        run.complete("qa@story-1", facts: ["has_bugs": true])
        run.complete("qa@story-2", facts: ["has_bugs": false])
        #expect(run.ready == ["fix@story-1"])
        #expect(run.state.fact("has_bugs") == nil)
        #expect(run.state.fact("has_bugs", from: "story-1")?.value == true)
    }

    @Test("The last of thousands of items costs as much as the first")
    func many() {
        func nanosecondsPerItem(_ count: Int) -> UInt64 {
            var run = cycle(.count(count), maxParallel: 100)
            let elapsed = processorTime {
                while let task = run.state.tasks.last(where: { !$0.status.isEnded && $0.handoff != 0 }) {
                    if run.state.plan.steps[task.step].id == "end" { break }
                    let lease = Identifier(high: 9, low: UInt64(run.state.sequence))
                    run.apply(.dispatched(task: task.ordinal, agent: "a", role: "sm", lease: lease))
                    let name = run.state.work(of: task)!.creates[0].name.text
                    run.apply(
                        .completed(TaskReport(task: task.ordinal, lease: lease, artifacts: [content(name)])))
                }
            }
            return elapsed / UInt64(count)
        }
        _ = nanosecondsPerItem(10)
        let few = nanosecondsPerItem(500)
        let many = nanosecondsPerItem(5000)
        #expect(many < few * 3, "\(many) ns an item of 5000, \(few) ns an item of 500")
    }

    /// What this thread alone took, in nanoseconds: other tests run beside this one.
    private func processorTime(_ body: () -> Void) -> UInt64 {
        func now() -> UInt64 {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        }
        let start = now()
        body()
        return now() - start
    }
}
