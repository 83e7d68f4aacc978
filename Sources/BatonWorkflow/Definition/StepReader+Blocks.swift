import BatonEngine

/// Keys that hold other steps.
extension StepReader {
    /// Deeper than any person follows; the YAML itself may be no deeper either.
    static let maxDepth = 32

    /// Keys that open a cycle over items.
    static let cycleKeys: Set<String> = ["repeats", "repeat", "repeat_for"]

    static let blockKeys: Set<String> = ["steps", "parallel", "for_each", "loop", "switch", "routes", "workflow"]

    func readBlock(_ entry: YAMLEntry, into step: inout StepDefinition) {
        if step.nested != nil {
            findings.error("a step holds one of \(Self.blockKeys.sorted().joined(separator: ", ")), not two", at: entry)
            return
        }
        switch entry.key {
        case "steps": step.nested = .steps(steps(entry.value, of: "steps"), .sequence)
        case "parallel":
            step.nested = .parallel(steps(entry.value, of: "parallel"), step.join ?? .all, failsFast: step.failsFast)
        case "for_each": readForEach(entry, into: &step)
        case "loop": readLoop(entry, into: &step)
        case "switch": readSwitch(entry, into: &step)
        case "routes": readRoutes(entry, into: &step)
        default: step.nested = fields.written(entry).map { .workflow($0, inputs: []) }
        }
    }

    /// The steps of a list; with at least one.
    func steps(_ node: YAMLNode, of key: String) -> [StepDefinition] {
        guard let nodes = node.sequence, !nodes.isEmpty else {
            findings.error("\(key) must be a list of steps, not \(node.kind)", at: node)
            return []
        }
        guard depth < Self.maxDepth else {
            findings.error("steps are nested deeper than \(Self.maxDepth) levels", at: node)
            return []
        }
        return nodes.compactMap { StepReader(findings: findings, depth: depth + 1).read($0) }
    }

    /// `for_each: {in, as, max_parallel, max_items, fail_fast, steps}`.
    private func readForEach(_ entry: YAMLEntry, into step: inout StepDefinition) {
        guard let entries = entry.value.mapping else {
            return fields.wrongType(entry, "a mapping of in and steps") ?? ()
        }
        var items: Written<String>?
        var body: [StepDefinition]?
        for entry in entries {
            switch entry.key {
            case "in": items = expression(entry)
            case "as": step.itemName = name(entry)
            case "steps": body = steps(entry.value, of: "steps")
            case "id": readID(entry, into: &step)
            case "max_parallel", "max_items", "fail_fast": readBound(entry, into: &step)
            default: fields.noteNearMiss(entry, known: ["in", "as", "steps", "max_parallel", "max_items", "fail_fast"])
            }
        }
        guard let items else { return findings.error("for_each needs in: what it runs over", at: entry) }
        guard let body else { return findings.error("for_each needs steps", at: entry) }
        step.nested = .forEach(items: items, steps: body)
    }

    /// `loop: {until, max_rounds, steps}`.
    private func readLoop(_ entry: YAMLEntry, into step: inout StepDefinition) {
        guard let entries = entry.value.mapping else {
            return fields.wrongType(entry, "a mapping of until and steps") ?? ()
        }
        var until: Written<String>?
        var body: [StepDefinition]?
        for entry in entries {
            switch entry.key {
            case "until": until = expression(entry)
            case "steps": body = steps(entry.value, of: "steps")
            case "id": readID(entry, into: &step)
            case "max_rounds": readBound(entry, into: &step)
            default: fields.noteNearMiss(entry, known: ["until", "max_rounds", "steps", "id"])
            }
        }
        guard let until else {
            return findings.error("the loop has no end", at: entry, hint: "say until when it runs with until")
        }
        guard let body else { return findings.error("loop needs steps", at: entry) }
        step.nested = .loop(until: until, steps: body)
    }

    /// `switch: [{when, steps}, {else: [steps]}]`.
    private func readSwitch(_ entry: YAMLEntry, into step: inout StepDefinition) {
        guard let nodes = entry.value.sequence, !nodes.isEmpty else {
            return fields.wrongType(entry, "a list of cases") ?? ()
        }
        var cases: [(when: Written<String>?, steps: [StepDefinition])] = []
        var hasElse = false
        for node in nodes {
            if hasElse { findings.error("this case is never reached: it stands behind else", at: node) }
            if let otherwise = node.entry("else") {
                hasElse = true
                let body = otherwise.value["steps"] ?? otherwise.value
                cases.append((nil, steps(body, of: "else")))
            } else if let when = node.entry("when"), let body = node.entry("steps") {
                guard let when = expression(when) else { continue }
                cases.append((when, steps(body.value, of: "steps")))
            } else {
                findings.error("a case of switch has when and steps, or is else", at: node)
            }
        }
        step.nested = .choice(cases)
    }

    /// `routes: {name: step}`; each is a step, or `continue: to_next_step`.
    private func readRoutes(_ entry: YAMLEntry, into step: inout StepDefinition) {
        guard let entries = entry.value.mapping, !entries.isEmpty else {
            return fields.wrongType(entry, "a mapping of names to steps") ?? ()
        }
        let routes = entries.map { route -> RouteDefinition in
            let goesOn = route.value.entry("continue") != nil
            guard !route.value.isNull, var body = StepReader(findings: findings, depth: depth + 1).read(route.value),
                !body.isGuidance
            else { return RouteDefinition(name: route.key, body: nil, endsRun: false) }
            if body.id == nil && body.name == nil { body.name = route.key }
            return RouteDefinition(name: route.key, body: body, endsRun: !goesOn)
        }
        if !routes.contains(where: { !$0.endsRun }) { step.endsRun = true }
        step.nested = .routes(routes, isPaths: false)
    }

    /// `with: {name: EXPR}` beside `workflow`.
    func readInputs(_ entry: YAMLEntry, into step: inout StepDefinition) {
        guard let entries = entry.value.mapping else {
            return fields.wrongType(entry, "a mapping of names to expressions") ?? ()
        }
        step.childInputs = entries.compactMap { entry in expression(entry).map { (entry.key, $0) } }
    }

    func readBound(_ entry: YAMLEntry, into step: inout StepDefinition) {
        switch entry.key {
        case "max_parallel": step.maxParallel = fields.integer(entry, in: 1...10_000).map { Int($0) }
        case "max_items": step.maxItems = fields.integer(entry, in: 1...100_000).map { Int($0) }
        case "max_rounds": step.maxRounds = fields.integer(entry, in: 1...10_000).map { Int($0) }
        case "fail_fast": step.failsFast = fields.bool(entry) ?? false
        default: step.join = join(entry)
        }
    }

    private func join(_ entry: YAMLEntry) -> Join? {
        switch entry.value.scalar?.text {
        case "all": return .all
        case "any": return .any
        default:
            if let count = entry.value.scalar?.value.int, (1...10_000).contains(count) { return .count(Int(count)) }
            return fields.wrongType(entry, "all, any, or how many branches")
        }
    }

    /// The text of an expression, at the place where it begins.
    func expression(_ entry: YAMLEntry) -> Written<String>? {
        guard let scalar = entry.value.scalar, !entry.value.isNull, !scalar.text.trimmed.isEmpty else {
            return fields.wrongType(entry, "an expression")
        }
        return Written(scalar.text, at: entry.value)
    }

    private func name(_ entry: YAMLEntry) -> String? {
        guard let name = fields.text(entry) else { return nil }
        let isName = name.utf8.allSatisfy { byte in
            byte | 0x20 &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
        }
        guard isName, !(name.first?.isNumber ?? true), name.utf8.count <= Self.maxNameBytes else {
            findings.error("as must be a name of letters, digits and _", at: entry.value)
            return nil
        }
        return name
    }
}
