import BatonTestKit

/// Draws workflows whose every run comes to a good end if nothing is lost: steps side by side, for-each, loops, reviews
/// and conditions, over documents of all sizes.
struct ChaosWorkflow {
    static let roles = ["writer", "builder", "checker", "reviewer"]

    private var lines: [String] = []
    private var count = 0
    /// Documents that certainly exist by now, by their names.
    private var documents: [String] = []
    /// Facts that certainly are known by now.
    private var flags: [String] = []
    private var lists: [String] = []

    /// The text of a workflow of that id.
    static func make(id: String, _ random: inout SeededRandom) -> String {
        var workflow = ChaosWorkflow()
        workflow.lines = ["workflow:", "  id: \(id)", "  sequence:"]
        workflow.task(&random, 4)
        for _ in 0..<Int.random(in: 2...4, using: &random) { workflow.element(&random, 0, 4) }
        workflow.review(&random, 4)
        return workflow.lines.joined(separator: "\n") + "\n"
    }

    private mutating func add(_ indent: Int, _ line: String) {
        lines.append(String(repeating: " ", count: indent) + line)
    }

    private mutating func element(_ random: inout SeededRandom, _ depth: Int, _ indent: Int) {
        switch depth < 2 ? Int.random(in: 0...8, using: &random) : 0 {
        case 3, 4: parallel(&random, depth, indent)
        case 5: forEach(&random, depth, indent)
        case 6: loop(&random, depth, indent)
        case 7: choice(&random, depth, indent)
        default: task(&random, indent)
        }
    }

    /// An element in a place that not every run comes to, or several times: what it makes and reports is not certain.
    private mutating func aside(_ random: inout SeededRandom, _ depth: Int, _ indent: Int) {
        let before = (documents, flags, lists)
        element(&random, depth + 1, indent)
        (documents, flags, lists) = before
    }

    private mutating func nextID() -> String {
        count += 1
        return "s\(count)"
    }

    // MARK: Work

    private mutating func task(_ random: inout SeededRandom, _ indent: Int) {
        let id = nextID()
        let role = Self.roles.randomElement(using: &random)!
        let other = Self.roles.randomElement(using: &random)!
        add(indent, "- id: \(id)")
        add(indent + 2, "agent: \(other != role && chance(0.2, &random) ? "\(role)/\(other)" : role)")
        let isSet = chance(0.15, &random)
        add(indent + 2, "creates: \(id)\(isSet ? "/" : ".md")")
        if let document = documents.randomElement(using: &random), chance(0.7, &random) {
            add(indent + 2, "requires: \(document)")
        }
        persist(&random, indent + 2)
        if chance(0.2, &random) {
            add(indent + 2, "priority: \(["low", "high", "critical"].randomElement(using: &random)!)")
        }
        if chance(0.6, &random) {
            let isList = chance(0.4, &random)
            let fact = isList ? "list_\(id)" : "is_\(id)"
            let type = isList ? "list" : "boolean"
            add(indent + 2, "reports: [{name: \(fact), type: \(type), question: \"What of it?\"}]")
            if isList { lists.append(fact) } else { flags.append(fact) }
        }
        if !isSet { documents.append("\(id).md") }
    }

    /// Faults are many here, and none of them is a reason to give a task up.
    private func retrying(_ random: inout SeededRandom) -> [String] {
        var lines = ["retry: {max_attempts: 1000, backoff: {initial: PT0.2S, factor: 1.5, max: PT2S}}"]
        if chance(0.2, &random) { lines.append("timeout: PT20S") }
        if chance(0.2, &random) { lines.append("heartbeat: PT3S") }
        return lines
    }

    private mutating func persist(_ random: inout SeededRandom, _ indent: Int) {
        for line in retrying(&random) { add(indent, line) }
    }

    private func chance(_ probability: Double, _ random: inout SeededRandom) -> Bool {
        Double.random(in: 0..<1, using: &random) < probability
    }

    // MARK: Blocks

    private mutating func parallel(_ random: inout SeededRandom, _ depth: Int, _ indent: Int) {
        let join = ["all", "all", "any", "2"].randomElement(using: &random)!
        add(indent, "- id: \(nextID())")
        add(indent + 2, "join: \(join)")
        add(indent + 2, "parallel:")
        for _ in 0..<Int.random(in: 2...4, using: &random) { aside(&random, depth, indent + 4) }
    }

    private mutating func forEach(_ random: inout SeededRandom, _ depth: Int, _ indent: Int) {
        guard let list = lists.last else { return task(&random, indent) }
        add(indent, "- for_each:")
        add(indent + 4, "in: facts.\(list)")
        add(indent + 4, "as: item\(nextID())")
        add(indent + 4, "max_parallel: \(Int.random(in: 1...3, using: &random))")
        add(indent + 4, "steps:")
        aside(&random, depth, indent + 6)
    }

    private mutating func loop(_ random: inout SeededRandom, _ depth: Int, _ indent: Int) {
        let id = nextID()
        add(indent, "- loop:")
        add(indent + 4, "until: facts.is_\(id)")
        add(indent + 4, "max_rounds: 3")
        add(indent + 4, "steps:")
        add(indent + 6, "- id: \(id)")
        add(indent + 8, "agent: \(Self.roles.randomElement(using: &random)!)")
        add(indent + 8, "creates: \(id).md")
        persist(&random, indent + 8)
        add(indent + 8, "reports: [{name: is_\(id), type: boolean, question: \"Is it done?\"}]")
        if chance(0.4, &random) { aside(&random, depth, indent + 6) }
    }

    private mutating func choice(_ random: inout SeededRandom, _ depth: Int, _ indent: Int) {
        guard let flag = flags.last else { return task(&random, indent) }
        add(indent, "- switch:")
        add(indent + 4, "- when: facts.\(flag)")
        add(indent + 6, "steps:")
        aside(&random, depth, indent + 8)
        add(indent + 4, "- else:")
        aside(&random, depth, indent + 8)
    }

    /// A review of all there is, and those who fix what it flags.
    private mutating func review(_ random: inout SeededRandom, _ indent: Int) {
        let id = nextID()
        add(indent, "- id: \(id)")
        add(indent + 2, "agent: reviewer")
        add(indent + 2, "validates: all_artifacts")
        persist(&random, indent + 2)
        add(indent, "- id: \(id)_fix")
        add(indent + 2, "agent: various")
        add(indent + 2, "updates: any_flagged_documents")
        add(indent + 2, "condition: \(id)_issues")
        persist(&random, indent + 2)
    }
}
