import BatonEngine

/// What the orchestrator is given to do.
struct Load {
    /// The text of a workflow.
    let workflow: String
    /// What every run knows from the start.
    var facts: JSON = [:]
    var runs = 1
    /// How many of the runs go on at once; another starts when one ends.
    var atOnce = Int.max
    /// In how many seconds the first ones are started, evenly; nil: as fast as can be.
    var startSeconds: Double?
    /// The agents' tasks of one run.
    let tasksPerRun: Int

    var tasks: Int { runs * tasksPerRun }
    var isAllAtOnce: Bool { atOnce >= runs }

    /// Chains of steps, each of which needs the document of the one before.
    static func chains(runs: Int, steps: Int) -> Load {
        var lines = ["workflow:", "  id: bench", "  name: Bench", "  sequence:"]
        for step in 1...steps {
            lines.append("    - agent: worker")
            lines.append("      creates: document-\(step).md")
            if step > 1 { lines.append("      requires: document-\(step - 1).md") }
            lines.append("      notes: Write the next document.")
        }
        return Load(workflow: lines.joined(separator: "\n") + "\n", runs: runs, tasksPerRun: steps)
    }

    /// A task for each of many items, a hundred side by side.
    static func items(_ count: Int, runs: Int) -> Load {
        let workflow = """
            workflow:
              id: bench
              sequence:
                - for_each:
                    in: facts.items
                    as: item
                    max_parallel: 100
                    max_items: 10000
                    steps:
                      - {agent: worker, id: make, creates: document.md, notes: Write the document of the item.}

            """
        return Load(
            workflow: workflow, facts: ["items": .array((1...count).map { .int(Int64($0)) })], runs: runs,
            atOnce: 1, tasksPerRun: count)
    }
}
