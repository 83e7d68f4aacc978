import BatonEngine

/// Reads one step of a sequence.
struct StepReader {
    let fields: FieldReader
    var findings: Findings { fields.findings }

    /// How many steps hold the one that is read.
    let depth: Int

    init(findings: Findings, depth: Int = 0) {
        fields = FieldReader(findings: findings)
        self.depth = depth
    }

    /// Of ids, roles and symbols: they go into every message about the step.
    static let maxNameBytes = 128

    /// Keys with a meaning in a step. Any other is metadata.
    static let keys: Set<String> = cycleKeys.union(blockKeys).union([
        "when", "continue", "join", "fail_fast", "max_rounds", "max_parallel", "max_items", "with", "routes", "<<",
        "id", "step", "name", "action", "task", "title", "agent", "creates", "output", "outputs", "requires", "input",
        "inputs", "implements", "updates", "validates", "uses", "optional_steps", "optional", "condition", "notes",
        "duration", "phase", "priority", "acceptance_criteria", "template", "reports", "retry", "timeout",
        "heartbeat", "on_failure", "approve",
    ])

    /// Nil, with an error, for what is no mapping.
    func read(_ node: YAMLNode) -> StepDefinition? {
        guard let entries = node.mapping, let first = entries.first else {
            findings.error(
                "a step must be a mapping, not \(node.mapping == nil ? node.kind : "an empty one")", at: node)
            return nil
        }
        var step = StepDefinition(at: node)
        if let nested = named(first, among: entries) {
            step.name = first.key
            for entry in nested + entries.dropFirst() { read(entry, into: &step) }
        } else {
            for entry in entries { read(entry, into: &step) }
        }
        if case .parallel(let steps, _, _) = step.nested {
            step.nested = .parallel(steps, step.join ?? .all, failsFast: step.failsFast)
        }
        if case .workflow(let workflow, _) = step.nested {
            step.nested = .workflow(workflow, inputs: step.childInputs)
        }
        check(&step)
        return step
    }

    /// `- workflow_end: {action, notes}` and `- workflow_end: ""` with sibling keys: a step named by its first key.
    private func named(_ first: YAMLEntry, among entries: [YAMLEntry]) -> [YAMLEntry]? {
        guard !Self.keys.contains(first.key), !entries.contains(where: { ["id", "step"].contains($0.key) }) else {
            return nil
        }
        if let nested = first.value.mapping {
            let isStep = entries.count == 1 || nested.contains { Self.keys.contains($0.key) }
            return isStep && !entries.contains { $0.key == "agent" } ? nested : nil
        }
        let isEmpty = first.value.isNull || first.value.scalar?.text.isEmpty == true
        guard isEmpty, !entries.contains(where: { $0.key == "agent" }) else { return nil }
        return []
    }

    private func read(_ entry: YAMLEntry, into step: inout StepDefinition) {
        switch entry.key {
        case "id": readID(entry, into: &step)
        case "step": step.name = fields.text(entry)
        case "action": step.action = fields.text(entry)
        case "task":
            step.task = fields.text(entry)
            if let task = step.task { step.uses.append(Written(task, at: entry.value)) }
        case "title": step.title = fields.text(entry)
        case "agent": readRoles(entry, into: &step)
        case "creates", "output", "outputs": step.creates += products(entry)
        case "updates": readUpdates(entry, into: &step)
        case "requires", "input", "inputs", "implements": step.requires += fields.commaList(entry)
        case "validates":
            step.validates = fields.list(entry)
        case "uses": step.uses += fields.list(entry)
        case "optional_steps": step.optionalSteps = fields.commaList(entry).map(\.value)
        case "optional": step.isOptional = fields.bool(entry) ?? false
        case "condition": readCondition(entry, into: &step)
        case "notes": step.notes = fields.prose(entry)
        case "name", "duration", "continue": break
        case "template": step.template = fields.written(entry)
        case "phase": readPhase(entry, into: &step)
        case "acceptance_criteria": step.acceptanceCriteria = fields.list(entry).map(\.value)
        case "reports": step.reports = reports(entry)
        case "priority": step.priority = fields.choice(entry) ?? .medium
        case "retry": step.retry = retry(entry)
        case "timeout": step.timeoutMilliseconds = fields.duration(entry)
        case "heartbeat": step.heartbeatMilliseconds = fields.duration(entry)
        case "approve": step.approval = approval(entry)
        case "on_failure": step.onFailure = failurePolicy(entry)
        case "when": step.when += expression(entry).map { [$0] } ?? []
        case "join", "fail_fast", "max_rounds", "max_parallel", "max_items": readBound(entry, into: &step)
        case "with": readInputs(entry, into: &step)
        case "<<": findings.error("merge keys are not read: write the keys out", at: entry)
        case let key where Self.cycleKeys.contains(key):
            step.cycle = CycleText(entry)
            if step.cycle == nil { findings.error("\(entry.key) says nothing that can be repeated over", at: entry) }
        case let key where Self.blockKeys.contains(key): readBlock(entry, into: &step)
        default: fields.noteNearMiss(entry, known: Self.keys)
        }
    }

    // MARK: Fields with a form of their own

    func readID(_ entry: YAMLEntry, into step: inout StepDefinition) {
        guard let id = fields.written(entry) else { return }
        if id.value.utf8.count <= Self.maxNameBytes {
            step.id = id
        } else {
            findings.error("the id \(id.value.clipped) is longer than \(Self.maxNameBytes) bytes", at: id)
        }
    }

    /// `analyst/pm`: either of them. `various`: whoever owns what a review flagged.
    private func readRoles(_ entry: YAMLEntry, into step: inout StepDefinition) {
        var names: Set<String> = []
        for item in fields.list(entry) {
            for role in item.value.split(separator: "/").map(\.trimmed) where !role.isEmpty {
                guard role.utf8.count <= Self.maxNameBytes else {
                    findings.error("the role \(role.clipped) is longer than \(Self.maxNameBytes) bytes", at: item)
                    continue
                }
                if names.insert(role).inserted { step.roles.append(role) }
            }
        }
        if step.roles.isEmpty, entry.value.mapping == nil { findings.error("agent names no role", at: entry.value) }
    }

    private func products(_ entry: YAMLEntry) -> [ProductDefinition] {
        let items = fields.list(entry).flatMap { item in
            // Free text keeps its commas.
            let parts = item.value.split(separator: ",").map(\.trimmed)
            let isList = parts.allSatisfy { part in
                let name = part.withoutRemarks.text
                return !name.prefix { $0 != "(" }.trimmed.contains(where: \.isWhitespace) || ProductText.isFile(name)
            }
            return (isList ? parts : [item.value]).filter { !$0.isEmpty }.map { Written($0, at: item) }
        }
        return items.compactMap { item in
            let product = ProductText(item.value)
            let path = product.name.hasSuffix("/") ? String(product.name.dropLast()) : product.name
            if let fault = ArtifactName.fileFault(in: path) {
                findings.error("the artifact name \"\(product.name.clipped)\" \(fault)", at: item)
                return nil
            }
            return ProductDefinition(
                name: ArtifactName(product.name), isOptional: product.isOptional, isSet: product.isSet,
                line: item.line, column: item.column)
        }
    }

    private func readUpdates(_ entry: YAMLEntry, into step: inout StepDefinition) {
        step.updates += products(entry)
    }

    /// A bare word is a symbol, whose source is found later; anything else is an expression.
    private func readCondition(_ entry: YAMLEntry, into step: inout StepDefinition) {
        guard let condition = fields.written(entry) else { return }
        let isSymbol = condition.value.utf8.allSatisfy { byte in
            byte | 0x20 &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-")
        }
        let isLiteral = entry.value.scalar?.value.string == nil
        if isSymbol && condition.value.utf8.count <= Self.maxNameBytes && !isLiteral {
            step.condition = condition
        } else if isLiteral || Self.readsValues(condition.value) {
            step.when += expression(entry).map { [$0] } ?? []
        } else {
            let symbol = condition.value.slug.replacing("-", with: "_").replacing(".", with: "_")
            guard !symbol.isEmpty else { return findings.error("the condition says nothing", at: condition) }
            findings.warning(
                "the condition is prose: whether \"\(condition.value.clipped)\" holds is asked as \(symbol)",
                at: condition)
            step.condition = Written(symbol, at: condition)
        }
    }

    /// An expression reads something; prose about documents does not.
    private static func readsValues(_ text: String) -> Bool {
        ["facts", "artifacts", "inputs", "item"].contains { root in
            text.contains("\(root).") || text.contains("\(root)[") || text.contains("in \(root)")
        }
    }

    private func readPhase(_ entry: YAMLEntry, into step: inout StepDefinition) {
        guard let text = fields.written(entry) else { return }
        guard let phase = Phase(rawValue: text.value.lowercased()) else {
            let phases = Phase.allCases.map(\.rawValue).joined(separator: ", ")
            findings.warning(
                "\"\(text.value.clipped)\" is none of the six phases; the step's phase is inferred", at: entry.value,
                hint: "the phases are \(phases)")
            return
        }
        step.phase = Written(phase, at: entry.value)
    }

    /// What is wrong with the fields together.
    private func check(_ step: inout StepDefinition) {
        checkApproval(of: step)
        guard step.isGuidance else { return }
        if let product = step.creates.first ?? step.updates.first {
            findings.warning(
                "the step has no agent, so nobody is asked for \(product.name)", at: product,
                hint: "name the role in agent")
        }
    }
}
