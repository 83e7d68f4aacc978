import BatonClient
import BatonWorkflow
import Foundation

/// What a demo plays: a workflow, what its run is started with, and how its stand-ins answer. Nothing in here knows a
/// workflow by name.
struct DemoScript {
    static let idea = "A reading list that several people share"

    /// What somebody has set.
    struct Wishes {
        var idea: String?
        /// Assignments, as on the command line of a start.
        var inputs: [String] = []
        var facts: [String] = []
        /// `epics=2,stories=3`.
        var items: [String] = []
        var path: String?
        var options = RunOptions(unanswered: .no)
        var failingReviews = 0
        /// How long a stand-in takes; nil: long enough to watch, short enough for a demo.
        var delay: Duration?
    }

    let title: String
    /// The folder that the orchestrator loads the workflow from.
    let library: String
    /// In the order of the file.
    let roles: [String]
    let steps: Int
    let start: StartRequest
    /// The required inputs that nobody gave: with what they were filled.
    let filledInputs: [(name: String, value: JSON)]
    let failingReviews: Int
    /// What stand-ins answer the first time no and then yes, so that loops are seen, and end.
    let answersThatEndLoops: [String]
    let delay: Duration

    init(_ workflow: NamedWorkflow, _ wishes: Wishes) throws {
        let plan = workflow.loaded.plan
        title = plan.title
        library = workflow.library
        roles = plan.roles
        let leaves = plan.steps.filter { $0.kind.elements.isEmpty }
        steps = leaves.count
        let tasks = leaves.count { if case .agent = $0.kind { true } else { false } }
        delay = wishes.delay ?? min(.milliseconds(1500), .seconds(25) / max(1, tasks))
        failingReviews = wishes.failingReviews
        answersThatEndLoops = plan.answersThatEndLoops

        var inputs = try Assignment.object(wishes.inputs).object ?? [:]
        var filled: [(name: String, value: JSON)] = []
        if inputs["idea"] == nil { inputs["idea"] = .string(wishes.idea ?? Self.idea) }
        let subject = inputs["idea"]?.string ?? Self.idea
        for input in plan.inputs where input.isRequired && input.defaultValue == nil && inputs[input.name] == nil {
            let value = Self.sample(ofType: input.type, subject: subject)
            inputs[input.name] = value
            filled.append((input.name, value))
        }
        filledInputs = filled

        var facts = try Self.items(wishes.items)
        for (name, value) in try Assignment.object(wishes.facts, readsWords: true).object ?? [:] { facts[name] = value }
        start = StartRequest(
            workflow: plan.workflow, path: wishes.path, inputs: .object(inputs),
            facts: .object(
                .init(facts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })),
            options: wishes.options)
    }

    /// Something to put in for an input that the demo knows nothing about.
    private static func sample(ofType type: String?, subject: String) -> JSON {
        switch type {
        case "boolean": false
        case "number", "integer": 1
        case "list": [.string(subject)]
        case "object": [:]
        default: .string(subject)
        }
    }

    /// `epics=2,stories=3`: two lists of made-up items; those of the second say to which of the first they belong.
    private static func items(_ texts: [String]) throws -> [String: JSON] {
        var facts: [String: JSON] = [:]
        var outer: SampleItems?
        for text in texts.flatMap({ $0.split(separator: ",") }) {
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let count = Int(parts[1]), (0...100_000).contains(count) else {
                throw ClientError(
                    .invalidArgument, "“\(TerminalText.line(String(text), maxLength: 80))” is not name=count")
            }
            let items = SampleItems(String(parts[0]), count: count)
            let groups = outer.map { outer in
                SampleItems.Groups(noun: outer.noun, titles: (0..<outer.count).map { outer.title($0 + 1) })
            }
            facts[String(parts[0])] = .array(items.values(of: groups))
            outer = items
        }
        return facts
    }
}

/// Why a demo did not come to its end: one sentence.
struct DemoError: Error, CustomStringConvertible {
    let description: String
    /// The program's exit code.
    let code: Int32

    init(_ description: String, code: Int32 = Failure.general) {
        self.description = description
        self.code = code
    }
}
