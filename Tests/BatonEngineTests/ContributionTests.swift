import BatonEngine
import Testing

/// Sections that a step writes in a document that it was not asked for.
@Suite struct ContributionTests {
    /// A story, what is built from it, and a report about that.
    private let steps = [
        agent("sm", creates: "story.md"),
        agent("dev", creates: "code.md", requires: ["story.md"]),
        agent("qa", creates: "report.md", requires: ["story.md", "code.md"]),
    ]

    /// The run after dev has returned its code, and another version of the story.
    private func built(isContribution: Bool) -> RunUnderTest {
        var run = RunUnderTest(steps)
        run.complete("sm-story.md")
        var story = content("story.md", seed: 9)
        story.isContribution = isContribution
        run.complete("dev-code.md", contents: [content("code.md", seed: 9), story])
        return run
    }

    private func story(in run: RunUnderTest) -> ArtifactVersion? { run.state.artifact("story.md") }

    @Test("A contribution is the version in force, of the role that made it, and nothing is stale by it")
    func inForce() throws {
        let run = built(isContribution: true)
        let version = try #require(story(in: run))
        #expect(version.version == 2 && version.role == "dev" && !version.isExtra)
        #expect(run.state.isContribution(version))
        #expect(version.madeFrom.compactMap(run.state.artifactVersion).map(\.version) == [1])
        #expect(run.state.staleWork(of: "story.md").isEmpty)
        #expect(run.replayed() == run.state)
        #expect(run.restored() == run.state)
    }

    @Test("The next step is given it, and a new version by its maker makes stale what was made from the one before")
    func handedOn() throws {
        var run = built(isContribution: true)
        let given = run.state.handoffs.values.flatMap(\.contextIDs).compactMap { run.state.artifactVersion($0.ordinal) }
        #expect(given.contains { $0.name == "story.md" && $0.version == 2 })
        run.complete("qa-report.md")
        #expect(run.state.status == .completed)
        #expect(run.state.staleWork(of: "story.md").isEmpty)
    }

    @Test("What nobody checked is an extra as before: it is kept, and takes no place")
    func unchecked() throws {
        let run = built(isContribution: false)
        let version = try #require(story(in: run))
        #expect(version.version == 1 && version.role == "sm" && !run.state.isContribution(version))
        #expect(run.state.artifacts.last { $0.name == "story.md" }?.isExtra == true)
        #expect(run.replayed() == run.state)
    }
}
