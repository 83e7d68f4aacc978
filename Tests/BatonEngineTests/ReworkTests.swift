import BatonEngine
import Testing

/// Making again what was made from an older version of a document.
@Suite struct ReworkTests {
    /// A PRD, an architecture from it, a story from that, a note from nothing of it; then the PRD is changed.
    private func steps(_ policy: FailurePolicy = .fail) -> [Step] {
        [
            agent("pm", creates: "prd.md"),
            agent("architect", creates: "arch.md", requires: ["prd.md"]) {
                $0.onFailure = policy
                $0.retry.maxAttempts = 1
            },
            agent("sm", creates: "story.md", requires: ["arch.md"]),
            agent("po", requires: ["prd.md"], updates: ["prd.md"], id: "change"),
            agent("qa", creates: "report.md", requires: ["story.md"]),
        ]
    }

    private func changed(_ policy: FailurePolicy = .fail) -> RunUnderTest {
        var run = RunUnderTest(steps(policy))
        for step in ["pm-prd.md", "architect-arch.md", "sm-story.md"] { run.complete(step) }
        run.complete("change", artifacts: ["prd.md"])
        return run
    }

    private func source(_ name: String, of made: String, in run: RunUnderTest) -> [Int] {
        let version = run.state.artifact(ArtifactName(made))!
        return version.madeFrom.compactMap(run.state.artifactVersion).filter { $0.name == ArtifactName(name) }
            .map(\.version)
    }

    private func version(_ name: String, in run: RunUnderTest) -> Int {
        run.state.artifact(ArtifactName(name))!.version
    }

    private func check(_ run: RunUnderTest) {
        #expect(run.replayed() == run.state)
        #expect(run.restored() == run.state)
    }

    @Test("What is stale is made again in order from the newest versions, while the run goes on")
    func inOrder() {
        var run = changed()
        #expect(run.ready == ["qa-report.md"])
        let output = run.apply(.reworked(artifact: "prd.md", by: "ann"))
        let queued = output.log.compactMap { entry -> String? in
            guard case .stepQueued(let step, _, _, let artifacts) = entry else { return nil }
            return "\(step): \(artifacts)"
        }
        #expect(queued == [#"architect-arch.md: ["arch.md"]"#, #"sm-story.md: ["story.md"]"#])
        #expect(run.ready == ["qa-report.md", "architect-arch.md"])
        #expect(!run.state.accepts(.reworked(artifact: "prd.md", by: "ann")), "all of it is being made again")
        check(run)
        run.complete("architect-arch.md")
        #expect(run.ready == ["qa-report.md", "sm-story.md"])
        run.complete("qa-report.md")
        #expect(run.state.status == .running, "the story is still to be made")
        check(run)
        run.complete("sm-story.md")
        #expect(run.state.status == .completed)
        #expect(source("prd.md", of: "arch.md", in: run) == [2])
        #expect(source("arch.md", of: "story.md", in: run) == [2])
        check(run)
        // The report was made from the older story.
        #expect(run.state.staleWork(of: ArtifactName("prd.md")).map(\.maker.step) == [4])
    }

    @Test("What one task changed together is not made again for each other")
    func together() {
        var run = RunUnderTest([
            agent("pm", creates: "prd.md"), agent("architect", creates: "arch.md", requires: ["prd.md"]),
            agent("po", updates: ["prd.md", "arch.md"], id: "change"),
            agent("pm", updates: ["prd.md"], id: "again"),
        ])
        for step in ["pm-prd.md", "architect-arch.md"] { run.complete(step) }
        run.complete("change", artifacts: ["prd.md", "arch.md"])
        for name in ["prd.md", "arch.md"] {
            #expect(run.state.staleWork(of: ArtifactName(name)).isEmpty, "\(name)")
            #expect(!run.state.accepts(.reworked(artifact: name, by: "ann")))
        }
        run.complete("again", artifacts: ["prd.md"])
        // Who made it, and who changed it.
        #expect(run.state.staleWork(of: "prd.md").map(\.maker.step) == [1, 2])
    }

    @Test("A run that was completed is opened for it, and completed again")
    func completed() {
        var run = changed()
        run.complete("qa-report.md")
        #expect(run.state.status == .completed)
        run.state = run.restored()
        run.apply(.reworked(artifact: "prd.md", by: "ann"))
        #expect(run.state.status == .running)
        #expect(run.state.endedAt == nil)
        check(run)
        for step in ["architect-arch.md", "sm-story.md", "qa-report.md"] {
            #expect(run.ready == [step])
            run.complete(step)
        }
        #expect(run.state.status == .completed)
        #expect(run.state.staleWork(of: ArtifactName("prd.md")).isEmpty)
        #expect(!run.state.accepts(.reworked(artifact: "prd.md", by: "ann")))
        check(run)
    }

    @Test("A document that comes out as it was is not stale any more")
    func confirmed() {
        var run = changed()
        let before = run.state.artifact(ArtifactName("arch.md"))!
        run.apply(.reworked(artifact: "prd.md", by: "ann"))
        let task = run.state.tasks.last { $0.rework != nil && $0.status == .waiting }!.ordinal
        let lease = Identifier(high: 5, low: 5)
        run.apply(.dispatched(task: task, agent: "a", role: "architect", lease: lease))
        let same = ArtifactContent(
            name: before.name, digest: before.digest, size: before.size, mediaType: before.mediaType)
        run.apply(.completed(TaskReport(task: task, lease: lease, artifacts: [same])))
        #expect(version("arch.md", in: run) == 2)
        #expect(run.state.artifact(before.name)!.digest == before.digest)
        check(run)
    }

    @Test("What fails leaves the older version in force, nothing is made from it, and the run does not fail")
    func failing() {
        var run = changed(.fail)
        run.complete("qa-report.md")
        run.apply(.reworked(artifact: "prd.md", by: "ann"))
        run.fail("architect-arch.md")
        #expect(run.state.status == .completed)
        #expect(run.status("sm-story.md") == .failed)
        #expect(version("arch.md", in: run) == 1)
        check(run)
        #expect(run.state.accepts(.reworked(artifact: "prd.md", by: "ann")), "it can be asked for again")
    }

    @Test("What needs a person is tried again, or skipped, and the rest goes on")
    func attention() {
        var run = changed(.attention)
        run.complete("qa-report.md")
        run.apply(.reworked(artifact: "prd.md", by: "ann"))
        run.fail("architect-arch.md")
        #expect(run.state.status == .attention)
        let task = run.state.tasks.last { $0.status == .attention }!.ordinal
        run.apply(.retried(tasks: [task], by: "ann"))
        #expect(run.ready == ["architect-arch.md"])
        run.apply(.skipped(task: task, by: "ann", reason: "it still holds"))
        #expect(run.ready == ["sm-story.md"])
        run.complete("sm-story.md")
        run.complete("qa-report.md")
        #expect(run.state.status == .completed)
        check(run)
    }

    @Test("Nothing is made again of a run that failed or was cancelled, or when nothing is stale")
    func refused() {
        var run = changed()
        #expect(!run.state.accepts(.reworked(artifact: "story.md", by: "ann")))
        #expect(!run.state.accepts(.reworked(artifact: "nothing.md", by: "ann")))
        run.apply(.reworked(artifact: "prd.md", by: "ann"))
        run.apply(.cancelled(by: "ann", reason: ""))
        #expect(run.state.tasks.count { !$0.status.isEnded } == 0)
        #expect(!run.state.accepts(.reworked(artifact: "prd.md", by: "ann")))
        check(run)
    }

    @Test("An item's step makes the item's document again, in its scope")
    func items() {
        let make = agent("dev", creates: "part.md", requires: ["plan.md"])
        let cycle = ForEach(
            items: .list(["a", "b"]), item: "part", body: 2, maxParallel: 2, maxItems: 9, failsFast: false)
        var run = RunUnderTest(
            [
                agent("pm", creates: "plan.md"), block("parts", .forEach(cycle)), make,
                agent("po", requires: ["plan.md"], updates: ["plan.md"], id: "change"),
            ], body: .sequence([0, 1, 3]))
        for step in ["pm-plan.md", "dev-part.md@part-1", "dev-part.md@part-2"] { run.complete(step) }
        run.complete("change", artifacts: ["plan.md"])
        #expect(run.state.status == .completed)
        run.apply(.reworked(artifact: "plan.md", by: "ann"))
        #expect(run.ready == ["dev-part.md@part-1", "dev-part.md@part-2"])
        run.complete("dev-part.md@part-2")
        run.complete("dev-part.md@part-1")
        #expect(run.state.status == .completed)
        #expect(version("part-1/part.md", in: run) == 2)
        #expect(version("part-2/part.md", in: run) == 2)
        check(run)
    }

    @Test("Whatever is changed, reworked, failed and given up, the promises hold, and in the end nothing is stale")
    func random() throws {
        var requests = 0
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = SplitMix64(state: seed)
            var steps: [Step] = []
            for number in 0..<8 {
                let requires = (0..<number).filter { _ in random.chance(0.4) }.map { "doc\($0).md" }
                let policy = random.pick([FailurePolicy.fail, .skip, .attention])
                steps.append(
                    agent("dev", creates: "doc\(number).md", requires: requires) {
                        $0.onFailure = policy
                        $0.retry.maxAttempts = 1
                    })
                let changed = "doc\(random.below(number + 1)).md"
                steps.append(agent("po", requires: [changed], updates: [changed], id: "change\(number)"))
            }
            var run = RunUnderTest(steps)
            func check(_ run: RunUnderTest) -> Bool {
                if let fault = RandomRunTests.fault(in: run.state, after: run.history) {
                    Issue.record("seed \(seed): \(fault)")
                    return false
                }
                return true
            }
            func request(_ run: RunUnderTest) -> RunEvent? {
                run.state.currentArtifacts.map { RunEvent.reworked(artifact: $0.name.text, by: "ann") }
                    .first(where: run.state.accepts)
            }
            func work(_ run: inout RunUnderTest, _ name: String) {
                let number = name.hasPrefix("change") ? name.dropFirst(6) : ""
                guard case .agent(let work) = run.state.plan.steps.first(where: { $0.id == name })!.kind else { return }
                run.complete(name, artifacts: number.isEmpty ? nil : work.updates.map(\.name.text))
            }
            while !run.state.status.isFinal {
                try #require(run.history.count < 2000, "seed \(seed): the run does not end")
                if random.chance(0.2), let event = request(run) {
                    run.apply(event)
                    requests += 1
                } else if let task = run.state.tasks.first(where: { $0.status == .attention }) {
                    let retried = RunEvent.retried(tasks: [task.ordinal], by: "ann")
                    run.apply(random.chance(0.7) ? retried : .skipped(task: task.ordinal, by: "ann", reason: ""))
                } else {
                    let isRework = run.state.tasks.contains { !$0.status.isEnded && $0.rework != nil }
                    let name = random.pick(run.ready)
                    if isRework && random.chance(0.2) && !name.hasPrefix("change") {
                        run.fail(name)
                    } else {
                        work(&run, name)
                    }
                }
                guard check(run) else { return }
                if random.chance(0.2) { run.state = run.restored() }
            }
            if run.state.status == .completed {
                // Documents that were changed by hand were made from themselves alone, so this comes to an end.
                var rounds = 0
                while let event = request(run) {
                    rounds += 1
                    try #require(rounds < 100, "seed \(seed): \(event) again and again")
                    run.apply(event)
                    while let name = run.ready.first { work(&run, name) }
                    guard check(run) else { return }
                    #expect(run.state.status == .completed, "seed \(seed)")
                }
            }
            #expect(run.replayed() == run.state, "seed \(seed)")
        }
        #expect(requests > 200)
    }
}
