/// Draws workflows from the language: sequences, branches side by side, cycles, loops, reviews, routes and conditions.
struct WorkflowMaker {
    static let roles = ["analyst", "pm", "dev", "qa"]

    private var lines: [String] = []
    private var count = 0
    /// Facts that a step before reports, by the type of their values.
    private var booleans: [String] = []
    private var lists: [String] = []

    /// The text of a workflow with that id.
    static func make(id: String, _ random: inout SeededRandom) -> String {
        var maker = WorkflowMaker()
        maker.lines = ["workflow:", "  id: \(id)", "  sequence:"]
        for _ in 0..<(2 + random.below(4)) { maker.element(&random, depth: 0, indent: 4) }
        return maker.lines.joined(separator: "\n") + "\n"
    }

    private mutating func add(_ indent: Int, _ line: String) {
        lines.append(String(repeating: " ", count: indent) + line)
    }

    private mutating func nextID() -> String {
        count += 1
        return "s\(count)"
    }

    private mutating func element(_ random: inout SeededRandom, depth: Int, indent: Int) {
        switch depth < 3 ? random.below(12) : 0 {
        case 7: parallel(&random, depth, indent)
        case 8: forEach(&random, depth, indent)
        case 9: loop(&random, depth, indent)
        case 10 where depth == 0: review(&random, indent)
        case 11: choice(&random, depth, indent)
        default: task(&random, indent)
        }
    }

    private mutating func steps(_ random: inout SeededRandom, _ depth: Int, _ indent: Int) {
        for _ in 0..<(1 + random.below(2)) { element(&random, depth: depth + 1, indent: indent) }
    }

    // MARK: Work

    private mutating func task(_ random: inout SeededRandom, _ indent: Int) {
        let id = nextID()
        let role = random.chance(0.1) ? "dev/qa" : random.pick(Self.roles)
        add(indent, "- id: \(id)")
        add(indent + 2, "agent: \(role)")
        add(indent + 2, "creates: \(id).md")
        if count > 1, random.chance(0.5) { add(indent + 2, "requires: s\(1 + random.below(count - 1)).md") }
        if random.chance(0.2) { add(indent + 2, "condition: user_wants_\(id)") }
        if let fact = booleans.last, random.chance(0.2) { add(indent + 2, "when: facts.\(fact)") }
        if random.chance(0.3) { add(indent + 2, "on_failure: \(random.pick(["fail", "skip", "attention"]))") }
        if random.chance(0.2) { add(indent + 2, "timeout: PT\(random.pick(["5", "60", "600"]))S") }
        if random.chance(0.1) { add(indent + 2, "heartbeat: PT5S") }
        if random.chance(0.2) { add(indent + 2, "priority: \(random.pick(["low", "high"]))") }
        if random.chance(0.3) {
            add(
                indent + 2,
                "retry: {max_attempts: \(1 + random.below(4)), backoff: {initial: PT1S, factor: 2, max: PT20S}}")
        }
        report(&random, id, indent + 2)
    }

    private mutating func report(_ random: inout SeededRandom, _ id: String, _ indent: Int) {
        guard random.chance(0.4) else { return }
        if random.chance(0.5) {
            add(indent, "reports: [{name: is_\(id), type: boolean, question: \"Is it?\"}]")
            booleans.append("is_\(id)")
        } else {
            add(indent, "reports: [{name: list_\(id), type: list, question: \"Which?\"}]")
            lists.append("list_\(id)")
        }
    }

    // MARK: Blocks

    private mutating func parallel(_ random: inout SeededRandom, _ depth: Int, _ indent: Int) {
        add(indent, "- id: \(nextID())")
        add(indent + 2, "join: \(random.pick(["all", "all", "any"]))")
        if random.chance(0.2) { add(indent + 2, "fail_fast: true") }
        add(indent + 2, "parallel:")
        for _ in 0..<(2 + random.below(2)) { element(&random, depth: depth + 1, indent: indent + 4) }
    }

    private mutating func forEach(_ random: inout SeededRandom, _ depth: Int, _ indent: Int) {
        guard let list = lists.last else { return task(&random, indent) }
        add(indent, "- for_each:")
        add(indent + 4, "in: facts.\(list)")
        add(indent + 4, "as: item\(count)")
        add(indent + 4, "max_parallel: \(1 + random.below(3))")
        add(indent + 4, "steps:")
        steps(&random, depth, indent + 6)
    }

    private mutating func loop(_ random: inout SeededRandom, _ depth: Int, _ indent: Int) {
        let id = nextID()
        add(indent, "- loop:")
        add(indent + 4, "until: facts.is_\(id)")
        add(indent + 4, "max_rounds: \(1 + random.below(3))")
        add(indent + 4, "steps:")
        add(indent + 6, "- id: \(id)")
        add(indent + 8, "agent: \(random.pick(Self.roles))")
        add(indent + 8, "creates: \(id).md")
        add(indent + 8, "reports: [{name: is_\(id), type: boolean, question: \"Is it?\"}]")
        if random.chance(0.4) { steps(&random, depth, indent + 6) }
    }

    private mutating func choice(_ random: inout SeededRandom, _ depth: Int, _ indent: Int) {
        guard let fact = booleans.last else { return task(&random, indent) }
        add(indent, "- switch:")
        add(indent + 4, "- when: facts.\(fact)")
        add(indent + 6, "steps:")
        steps(&random, depth, indent + 8)
        add(indent + 4, "- else:")
        steps(&random, depth, indent + 8)
    }

    /// A review of all there is, and those who fix what it flags.
    private mutating func review(_ random: inout SeededRandom, _ indent: Int) {
        let id = nextID()
        task(&random, indent)
        add(indent, "- {id: \(id), agent: \(random.pick(Self.roles)), validates: all_artifacts, max_rounds: 2}")
        add(
            indent,
            "- {id: \(id)_fix, agent: various, updates: any_flagged_documents, condition: \(id)_issues}")
    }
}
