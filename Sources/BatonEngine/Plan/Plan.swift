/// A compiled workflow: what a run executes, and all that it needs for it.
///
/// A plan is complete in itself: templates, checklists and tasks that the definition names are attached, so that a run
/// can be finished from its database alone, whatever has become of the workflow's files since.
public final class Plan: Codable, Sendable {
    /// The workflow's `id`, else its `name`.
    public let workflow: String
    /// What people call it.
    public let title: String
    public let summary: String
    /// SHA-256 of the definition and of everything attached to it, in lower-case hexadecimal.
    public let revision: String
    /// The steps in the order of the file.
    public let steps: [Step]
    /// The inputs that a start may or must bring.
    public let inputs: [InputDeclaration]
    /// The texts under `handoff_prompts`, in the order of the file.
    public let handoffPrompts: [HandoffPrompt]
    /// The library files that steps name.
    public let attachments: [Attachment]

    public init(
        workflow: String, title: String, summary: String, revision: String, steps: [Step],
        inputs: [InputDeclaration] = [], handoffPrompts: [HandoffPrompt] = [], attachments: [Attachment] = []
    ) {
        self.workflow = workflow
        self.title = title
        self.summary = summary
        self.revision = revision
        self.steps = steps
        self.inputs = inputs
        self.handoffPrompts = handoffPrompts
        self.attachments = attachments
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
