import BatonEngine

/// Members and indices, and the names of facts and inputs.
extension ExpressionChecker {
    mutating func member(_ name: String, of target: Int32, at offset: Int32) -> ExpressionType {
        if case .root(let root) = tree[target].kind { return type(of: name, under: root, at: offset) }
        switch typeOf(target) {
        case .any: return .any
        case .map(let value): return value
        case .artifact:
            if let member = ExpressionType.artifactMembers.first(where: { $0.name == name }) { return member.type }
            let known = ExpressionType.artifactMembers.map(\.name).joined(separator: ", ")
            error("an artifact has \(known), but no \(name.clipped)", at: offset, hint: hint(forFile: name, target))
            return .any
        case let type:
            error("\(type) has no members, so no \(name.clipped)", at: offset)
            return .any
        }
    }

    /// `artifacts.prd.md` is probably meant to be the file.
    private func hint(forFile name: String, _ target: Int32) -> String? {
        guard case .member(let root, let stem) = tree[target].kind, case .root(.artifacts) = tree[root].kind else {
            return nil
        }
        return "leave .\(name.clipped) out: names are compared without extension, so write artifacts.\(stem.clipped)"
    }

    private mutating func type(of name: String, under root: Expression.Root, at offset: Int32) -> ExpressionType {
        let key = ArtifactName.key(of: name)
        switch root {
        case .facts: return names.facts[key] ?? .any
        case .artifacts: return .artifact
        case .inputs:
            guard let inputs = names.inputs else { return .any }
            if let type = inputs[key] { return type }
            error(
                "the workflow has no input \"\(name.clipped)\"", at: offset,
                hint: NearMiss.find(name, in: names.inputNames).map { "did you mean \($0)?" })
            return .any
        }
    }

    mutating func index(_ target: Int32, _ key: Int32, at offset: Int32) -> ExpressionType {
        let keyType = typeOf(key)
        if case .root(let root) = tree[target].kind {
            if case .string(let name) = tree[key].kind { return type(of: name, under: root, at: tree[key].offset) }
            if !keyType.canBe(.string) {
                error("a name of \(root.rawValue) is a string, not \(keyType)", at: tree[key].offset)
            }
            return root == .artifacts ? .artifact : .any
        }
        switch typeOf(target) {
        case .any: return .any
        case .list(let element):
            if !keyType.canBe(.int) {
                error("the index of a list is an int, not \(keyType)", at: tree[key].offset)
            }
            return element
        case .map(let value):
            requireKey(key)
            return value
        case .artifact:
            requireKey(key)
            return .any
        case let type:
            error("'[]' needs a list or a map, not \(type)", at: offset)
            return .any
        }
    }

    private mutating func requireKey(_ key: Int32) {
        let type = typeOf(key)
        if !type.canBe(.string) { error("the key of a map is a string, not \(type)", at: tree[key].offset) }
    }

    mutating func membership(_ element: Int32, _ container: Int32, at offset: Int32) -> ExpressionType {
        let type = typeOf(element)
        if case .root(.inputs) = tree[container].kind, case .string(let name) = tree[element].kind {
            _ = self.type(of: name, under: .inputs, at: tree[element].offset)
        }
        switch typeOf(container) {
        case .any: break
        case .list(let other):
            if !type.canEqual(other) {
                warning("'in' between \(type) and a list of \(other) is never true", at: offset)
            }
        case .map, .artifact:
            let isKey = type.canBe(.string) || type.isNumeric || type == .boolean
            if isKey, !type.canBe(.string) {
                warning("'in' between \(type) and a map is never true: its keys are strings", at: offset)
            }
            if !isKey { error("the key of a map is a string, not \(type)", at: tree[element].offset) }
        case .string:
            error("'in' needs a list or a map, not string", at: offset, hint: "write text.contains(part)")
        case let other: error("'in' needs a list or a map, not \(other)", at: offset)
        }
        return .boolean
    }
}
