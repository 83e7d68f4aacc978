import OrderedCollections

/// Names: of facts, artifacts and inputs, of members, and indices.
extension Evaluator {
    /// A fact that nobody has said is unknown; an artifact or input that is not there is a failure.
    func read(_ name: String, under root: Expression.Root, at offset: Int32) -> Outcome {
        switch root {
        case .facts: scope.fact(name).map { .value($0) } ?? .unknown([name])
        case .artifacts:
            scope.artifact(name).map { .value($0) } ?? .failed("no such artifact \"\(name)\"", offset: offset)
        case .inputs: scope.input(name).map { .value($0) } ?? .failed("no such input \"\(name)\"", offset: offset)
        }
    }

    func has(_ name: String, under root: Expression.Root) -> Bool {
        switch root {
        case .facts: scope.fact(name) != nil
        case .artifacts: scope.artifact(name) != nil
        case .inputs: scope.input(name) != nil
        }
    }

    /// The root as a map: what is there now.
    mutating func everything(under root: Expression.Root) throws(BudgetExceeded) -> Outcome {
        let names =
            switch root {
            case .facts: scope.factNames
            case .artifacts: scope.artifactNames
            case .inputs: scope.inputNames
            }
        try budget.spend(names.count)
        var members: OrderedDictionary<String, JSON> = [:]
        for name in names {
            if case .value(let value) = read(name, under: root, at: 0) { members[name] = value }
        }
        return .value(.object(members))
    }

    func member(_ name: String, of value: JSON, at offset: Int32) -> Outcome {
        guard let members = value.object else {
            return .failed("\(value.typeName) has no members, so no \"\(name)\"", offset: offset)
        }
        return members[name].map { .value($0) } ?? .failed("no such key \"\(name)\"", offset: offset)
    }

    /// - Parameter first: The key if the target is a root, else the target.
    mutating func index(
        _ target: Int32, _ key: Int32, _ first: Outcome, at offset: Int32
    ) throws(BudgetExceeded) -> Outcome {
        if let root = root(target) {
            guard case .value(let key) = first else { return first }
            guard let name = key.string else {
                return .failed("a name of \(root.rawValue) is a string, not \(key.typeName)", offset: offset)
            }
            return read(name, under: root, at: offset)
        }
        return try both(first, key) { evaluator, value, key in evaluator.element(of: value, at: key, offset: offset) }
    }

    private func element(of value: JSON, at key: JSON, offset: Int32) -> Outcome {
        switch value {
        case .array(let elements):
            // CEL takes any number that is a whole one (lists.textproto, zero_based_double).
            guard let index = key.int else {
                return .failed("the index of a list is an int, not \(key.typeName)", offset: offset)
            }
            guard index >= 0, index < elements.count else {
                return .failed("the index \(index) is outside of a list of \(elements.count)", offset: offset)
            }
            return .value(elements[Int(index)])
        case .object:
            guard let name = key.string else {
                return .failed("the key of a map is a string, not \(key.typeName)", offset: offset)
            }
            return member(name, of: value, at: offset)
        default: return .failed("'[]' needs a list or a map, not \(value.typeName)", offset: offset)
        }
    }

    /// `element in container`
    mutating func isIn(_ first: Outcome, _ container: Int32, at offset: Int32) throws(BudgetExceeded) -> Outcome {
        if let root = root(container) {
            guard case .value(let key) = first else { return first }
            return presence(of: key, at: offset) { has($0, under: root) }
        }
        return try both(first, container) { evaluator, element, container throws(BudgetExceeded) in
            switch container {
            case .array(let elements):
                for candidate in elements where try evaluator.areEqual(element, candidate) { return .bool(true) }
                return .bool(false)
            case .object(let members): return evaluator.presence(of: element, at: offset) { members[$0] != nil }
            default: return .failed("'in' needs a list or a map, not \(container.typeName)", offset: offset)
            }
        }
    }

    /// Keys of maps are strings here; CEL has numbers and booleans too, so asking for one is no failure.
    private func presence(of key: JSON, at offset: Int32, _ isThere: (String) -> Bool) -> Outcome {
        switch key {
        case .string(let name): .bool(isThere(name))
        case .int, .double, .bool: .bool(false)
        case .null, .array, .object: .failed("the key of a map is a string, not \(key.typeName)", offset: offset)
        }
    }
}

extension JSON {
    /// The type in the words of CEL.
    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .int: "int"
        case .double: "double"
        case .string: "string"
        case .array: "list"
        case .object: "map"
        }
    }
}
