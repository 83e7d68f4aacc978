import BatonEngine
import BatonWorkflow

/// What a start brings under `inputs`.
extension Coordinator {
    /// The inputs with the defaults of those that are declared.
    ///
    /// A workflow that declares none takes any. One that declares some takes others only where its own text, or a
    /// workflow inside it, knows their names: else nobody would notice a slip in one that need not be given.
    func inputs(_ given: JSON, of workflow: LoadedWorkflow, _ faults: inout [String]) -> JSON {
        var members = given.object ?? [:]
        let declared = workflow.plan.inputs
        for input in declared {
            guard let value = members[input.name], !value.isNull else {
                if let value = input.defaultValue {
                    members[input.name] = value
                } else if input.isRequired {
                    faults.append("inputs.\(input.name) is missing" + (input.summary.map { " (\($0))" } ?? ""))
                }
                continue
            }
            if let type = input.type, !value.isOf(type: type) {
                faults.append("inputs.\(input.name) must be of type \(type), not \(value.kind)")
            }
        }
        let names = declared.map(\.name)
        let others = members.keys.filter { !names.contains($0) }
        guard !declared.isEmpty, !others.isEmpty else { return .object(members) }
        let known = KnownInputs(Array(others), of: workflow, catalogue)
        for name in others where !known.contains(name) {
            let key = ArtifactName.key(of: name)
            let meant = names.first { ArtifactName.key(of: $0) == key } ?? NearMiss.find(name, in: names)
            faults.append(
                "inputs.\(name.prefix(80)): the workflow has no such input; "
                    + (meant.map { "did you mean \($0)?" } ?? "it declares \(names.joined(separator: ", "))"))
        }
        return .object(members)
    }
}

/// Which inputs a workflow can do something with beside those that it declares itself.
private struct KnownInputs {
    /// What the engine itself looks for.
    private static let own: Set = ["idea", "project-name", "date"]

    private let wanted: Set<String>
    private var found: Set<String>
    /// A workflow inside takes whatever it is given.
    private var takesAny = false
    /// Those that the workflow declares: another spelling of one is a slip.
    private let declared: Set<String>

    init(_ names: [String], of workflow: LoadedWorkflow, _ catalogue: Catalogue) {
        wanted = Set(names.map { ArtifactName.key(of: $0) })
        declared = Set(workflow.plan.inputs.map { ArtifactName.key(of: $0.name) })
        found = Self.own
        var seen: Set<String> = []
        add(workflow, catalogue, &seen)
    }

    func contains(_ name: String) -> Bool {
        let key = ArtifactName.key(of: name)
        return !declared.contains(key) && (takesAny || found.contains(key))
    }

    private mutating func add(_ workflow: LoadedWorkflow, _ catalogue: Catalogue, _ seen: inout Set<String>) {
        guard seen.insert(workflow.plan.revision).inserted else { return }
        // Conditions, questions and `{{variables}}` all stand in these.
        for text in [workflow.source] + workflow.plan.attachments.map(\.content) { look(in: text) }
        for step in workflow.plan.steps {
            guard case .childRun(let child) = step.kind else { continue }
            guard let inner = catalogue.find(child.workflow), !inner.plan.inputs.isEmpty else {
                takesAny = true
                continue
            }
            found.formUnion(inner.plan.inputs.map { ArtifactName.key(of: $0.name) })
            add(inner, catalogue, &seen)
        }
    }

    /// Finds wanted names among the words of a text.
    private mutating func look(in text: String) {
        for word in text.utf8.split(whereSeparator: { !$0.isPartOfName }) {
            let key = ArtifactName.key(of: String(decoding: word, as: UTF8.self))
            if wanted.contains(key) { found.insert(key) }
        }
    }
}

extension UInt8 {
    fileprivate var isPartOfName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...:
            true
        default: false
        }
    }
}

extension JSON {
    fileprivate func isOf(type: String) -> Bool {
        switch (type, self) {
        case ("string", .string), ("number", .int), ("number", .double), ("integer", .int), ("boolean", .bool),
            ("list", .array), ("object", .object):
            true
        default: false
        }
    }
}
