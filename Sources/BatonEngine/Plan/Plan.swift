/// A compiled workflow: what a run executes, and all that it needs for it.
///
/// A plan is complete in itself: templates, checklists and tasks that the definition names are attached, so that a run
/// can be finished from its database alone, whatever has become of the workflow's files since.
public final class Plan: Sendable {
    /// The workflow's `id`, else its `name`.
    public let workflow: String
    /// What people call it.
    public let title: String
    public let summary: String
    /// SHA-256 of the definition and of everything attached to it, in lower-case hexadecimal.
    public let revision: String
    /// All elements, in the order of the file: those that hold others come before them.
    public let steps: [Step]
    /// The outermost elements, and the order in which they run.
    public let body: Block
    /// What must be true at the end.
    public let completion: [CompletionCriterion]
    /// The inputs that a start may or must bring.
    public let inputs: [InputDeclaration]
    /// The texts under `handoff_prompts`, in the order of the file.
    public let handoffPrompts: [HandoffPrompt]
    /// The library files that steps name.
    public let attachments: [Attachment]
    /// Where each step is among its siblings: its position in the elements of what holds it.
    let positions: [Int]
    /// For each step, the one that holds it; nil for the outermost.
    public let parents: [Int?]
    /// The phases of its steps, in order.
    public let phases: [Phase]
    /// For each outermost element, the lowest phase of the steps that it holds.
    let lowestPhases: [Phase]
    /// The same, of that element and all that follow it.
    let lowestPhasesLeft: [Phase]
    /// What steps create from a template, in the order of the file.
    package let templated: [Product]

    public init(
        workflow: String, title: String, summary: String, revision: String, steps: [Step],
        body: Block? = nil, completion: [CompletionCriterion] = [], inputs: [InputDeclaration] = [],
        handoffPrompts: [HandoffPrompt] = [], attachments: [Attachment] = []
    ) {
        self.workflow = workflow
        self.title = title
        self.summary = summary
        self.revision = revision
        self.steps = steps
        self.body = body ?? .sequence(Array(steps.indices))
        self.completion = completion
        self.inputs = inputs
        self.handoffPrompts = handoffPrompts
        self.attachments = attachments
        var positions = [Int](repeating: 0, count: steps.count)
        for elements in [self.body.elements] + steps.map(\.kind.elements) {
            for (position, element) in elements.enumerated() { positions[element] = position }
        }
        self.positions = positions
        var parents = [Int?](repeating: nil, count: steps.count)
        for (index, step) in steps.enumerated() { for element in step.kind.elements { parents[element] = index } }
        self.parents = parents
        let leaves = steps.filter { $0.kind.elements.isEmpty }
        phases = Set(leaves.map(\.phase)).sorted()
        let lowest = self.body.elements.map { Self.lowestPhase(of: $0, in: steps) }
        var left = lowest
        for position in left.indices.dropLast().reversed() { left[position] = min(left[position], left[position + 1]) }
        lowestPhases = lowest
        lowestPhasesLeft = left
        templated = steps.flatMap { step -> [Product] in
            guard case .agent(let work) = step.kind else { return [] }
            return work.creates.filter { $0.template != nil }
        }
    }

    /// The paths of a file that has several; nil if it has one.
    public var paths: Routes? {
        for case .routes(let routes) in body.elements.map({ steps[$0].kind }) where routes.defaultsToFirst {
            return routes
        }
        return nil
    }

    private static func lowestPhase(of element: Int, in steps: [Step]) -> Phase {
        var lowest: Phase?
        var open = [element]
        while let next = open.popLast() {
            let elements = steps[next].kind.elements
            if elements.isEmpty { lowest = min(lowest ?? .launch, steps[next].phase) }
            open += elements
        }
        return lowest ?? steps[element].phase
    }

    /// The roles that a run may need, each once, in the order of the file.
    public var roles: [String] {
        var roles: [String] = []
        for case .agent(let work) in steps.map(\.kind) {
            for role in work.roles where !roles.contains(role) { roles.append(role) }
        }
        return roles
    }

    public func attachment(_ name: String) -> Attachment? { attachments.first { $0.name == name } }
}

extension Plan: Codable {
    private enum Field: String, CodingKey {
        case workflow, title, summary, revision, steps, body, completion, inputs, handoffPrompts, attachments
    }

    public convenience init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        self.init(
            workflow: try fields.decode(String.self, forKey: .workflow),
            title: try fields.decode(String.self, forKey: .title),
            summary: try fields.decode(String.self, forKey: .summary),
            revision: try fields.decode(String.self, forKey: .revision),
            steps: try fields.decode([Step].self, forKey: .steps),
            body: try fields.decode(Block.self, forKey: .body),
            completion: try fields.decode([CompletionCriterion].self, forKey: .completion),
            inputs: try fields.decode([InputDeclaration].self, forKey: .inputs),
            handoffPrompts: try fields.decode([HandoffPrompt].self, forKey: .handoffPrompts),
            attachments: try fields.decode([Attachment].self, forKey: .attachments))
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(workflow, forKey: .workflow)
        try fields.encode(title, forKey: .title)
        try fields.encode(summary, forKey: .summary)
        try fields.encode(revision, forKey: .revision)
        try fields.encode(steps, forKey: .steps)
        try fields.encode(body, forKey: .body)
        try fields.encode(completion, forKey: .completion)
        try fields.encode(inputs, forKey: .inputs)
        try fields.encode(handoffPrompts, forKey: .handoffPrompts)
        try fields.encode(attachments, forKey: .attachments)
    }
}

/// A line of `completion_criteria`.
public struct CompletionCriterion: Codable, Sendable, Equatable {
    public let text: String
    /// The artifact that has to exist (`critic-review.md exists`); nil: a note to people.
    public let artifact: ArtifactName?

    public init(text: String, artifact: ArtifactName?) {
        self.text = text
        self.artifact = artifact
    }
}

/// A value that a start may bring under `inputs`.
public struct InputDeclaration: Codable, Sendable, Equatable {
    public let name: String
    /// `string`, `number`, `integer`, `boolean`, `list` or `object`; nil takes any.
    public let type: String?
    public let isRequired: Bool
    public let defaultValue: JSON?
    public let summary: String?

    public init(name: String, type: String?, isRequired: Bool, defaultValue: JSON?, summary: String?) {
        self.name = name
        self.type = type
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.summary = summary
    }
}

/// A text for a handoff, under its key in the file (`analyst_to_pm`).
public struct HandoffPrompt: Codable, Sendable, Equatable {
    public let key: String
    public let text: String

    public init(key: String, text: String) {
        self.key = key
        self.text = text
    }
}

/// A library file that steps name: it travels in the command.
public struct Attachment: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable { case template, task, checklist, data, agent }

    /// The file's name without its folder, with its extension (`prd-tmpl.yaml`).
    public let name: String
    public let kind: Kind
    /// The file, as it is.
    public let content: String
    /// For a template: the same as a tree, from which the document's outline is made.
    public let structure: JSON?

    public init(name: String, kind: Kind, content: String, structure: JSON? = nil) {
        self.name = name
        self.kind = kind
        self.content = content
        self.structure = structure
    }
}
