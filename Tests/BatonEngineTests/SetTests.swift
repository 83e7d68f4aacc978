import BatonEngine
import Testing

/// Sets of documents whose name has an extension, as `brownfield-architecture.md (or multiple documents)` has.
@Suite struct SetTests {
    private func run(start: [ArtifactContent] = [], requires: String = "system.md") -> RunUnderTest {
        let study = agent("architect", creates: "system.md") {
            $0.creates = [Product(name: "system.md", isSet: true)]
        }
        return RunUnderTest(
            [study, agent("pm", creates: "prd.md", requires: [requires])],
            start: RunStart(project: "p", client: "c", artifacts: start))
    }

    @Test("A name that no file may have, or that differs from another in its case alone, is refused by name")
    func fileNames() {
        var run = run()
        #expect(
            faults(&run, ["system/one.md", "system/CON.md", "system/One.MD"]) == [
                "the artifact name \"system/CON.md\" has the part “CON.md”, which is a device's name",
                "the artifact name \"system/One.MD\" differs from \"system/one.md\" in its case alone",
            ])
        run = self.run()
        #expect(
            faults(&run, ["system/one.md", "aux.txt", "SYSTEM/one.md"]) == [
                "the artifact name \"aux.txt\" has the part “aux.txt”, which is a device's name",
                "the artifact name \"SYSTEM/one.md\" differs from \"system/one.md\" in its case alone",
            ])
    }

    @Test("So are those of documents that a start brings, also beside what the plan creates")
    func startedNames() {
        let plan = run().state.plan
        #expect(
            plan.fileFaults(inNames: ["notes.md", "Notes.md", "PRD.md", "nul", "prd.md"]) == [
                "the artifact name \"Notes.md\" differs from \"notes.md\" in its case alone",
                "the artifact name \"PRD.md\" differs from \"prd.md\" in its case alone",
                "the artifact name \"nul\" has the part “nul”, which is a device's name",
                "the artifact name \"prd.md\" differs from \"PRD.md\" in its case alone",
            ])
        #expect(plan.fileFaults(inNames: ["notes.md", "prd.md", "docs/Notes.md"]) == [])
    }

    private func faults(_ run: inout RunUnderTest, _ names: [String]) -> [String] {
        let task = run.open!.ordinal
        return run.state.faults(
            in: TaskReport(task: task, lease: run.dispatch(), artifacts: names.map { content($0) }))
    }

    @Test(
        "Its documents come below its name, with the extension or without, and are kept without",
        arguments: [
            ["system.md/a.md", "system.md/b.md"], ["system/a.md", "system/b.md"], ["system.md/a.md", "system/b.md"],
        ])
    func bothFolders(names: [String]) {
        var run = run()
        #expect(faults(&run, names) == [])
        run = self.run()
        run.work(artifacts: names)
        #expect(run.state.artifacts.map(\.name.text) == ["system/a.md", "system/b.md"])
        #expect(run.state.artifacts.allSatisfy { !$0.isExtra })
        #expect(run.state.handoffs.values.first?.contextIDs.count == 2)
        #expect(run.state.artifacts(named: "system.md").count == 2)
        #expect(run.replayed() == run.state)
    }

    @Test("One document of its name is one")
    func single() {
        var run = run()
        run.work(artifacts: ["system.md"])
        #expect(run.state.artifacts.map(\.name.text) == ["system.md"])
    }

    @Test("The same document under both names is in the result twice; what lacks says both names")
    func refusals() {
        var run = run()
        #expect(
            faults(&run, ["system.md/a.md", "system/a.md"]) == ["the artifact system/a.md is in the result twice"])
        run = self.run()
        #expect(
            faults(&run, ["systems/a.md"]) == [
                "the result lacks system.md: one document of that name, or any number named system.md/… or system/…"
            ])
    }

    @Test(
        "A document of it is found under both names, whoever brought it",
        arguments: ["system.md/a.md", "system/a.md", "system.md/a"])
    func requirement(name: String) {
        var made = run(requires: name)
        made.work(artifacts: ["system.md/a.md", "system.md/b.md"])
        #expect(made.state.handoffs.values.first?.contextIDs.count == 1)
        #expect(made.state.artifact(ArtifactName(name))?.name.text == "system/a.md")

        let brought = run(start: [content("system.md/a.md")], requires: name)
        #expect(brought.state.tasks.map(\.status) == [.provided, .waiting])
        #expect(brought.state.artifacts.map(\.name.text) == ["system/a.md"])
        #expect(brought.state.handoffs.values.first?.contextIDs.count == 1)
    }

    @Test("In an item, its documents may be called by their plain names")
    func scoped() {
        var run = RunUnderTest(
            [
                block("chapters", .forEach(ForEach(items: .count(1), item: "chapter", body: 1))),
                agent("writer", creates: "draft.md", id: "write") {
                    $0.creates = [Product(name: "draft.md", isSet: true)]
                },
            ], body: .sequence([0]))
        run.complete("write", artifacts: ["draft.md/1.md", "chapter-1/draft.md/2.md", "draft/3.md"])
        let names = ["chapter-1/draft/1.md", "chapter-1/draft/2.md", "chapter-1/draft/3.md"]
        #expect(run.state.artifacts.map(\.name.text) == names)
        #expect(run.state.artifacts(named: "draft.md/2.md", from: "chapter-1").count == 1)
    }
}
