/// Lists and objects inside of messages.
extension Fields {
    /// An object that is kept as it is.
    func optionalObject(_ name: String, maxMembers: Int = .max) -> JSON? {
        guard let value = value(name) else { return nil }
        guard case .object(let members) = value else {
            wrong(name, "an object", value)
            return nil
        }
        if members.count > maxMembers { fault("\(name) has more than \(maxMembers) members") }
        return value
    }

    /// An array of objects that is kept as it is, once `check` has noted what is wrong with each of them.
    func optionalArray(_ name: String, of check: (Fields) -> Void) -> JSON {
        let _: [Void] = optionalList(name, check)
        return value(name)?.array.map { .array($0) } ?? []
    }

    /// An object that is kept as it is, once `check` has noted what is wrong with it.
    func optionalObject(_ name: String, of check: (Fields) -> Void) -> JSON? {
        optionalNested(name, check).flatMap { value(name) }
    }

    /// Named values: an object whose names are names.
    func namedValues(_ name: String) -> JSON {
        guard let object = optionalObject(name, maxMembers: WireLimits.factsPerMessage) else { return [:] }
        for key in object.object?.keys ?? [] {
            if key.isEmpty || key.utf8.count > WireLimits.nameBytes || key.hasControlCharacters {
                fault("\(name) has a member whose name is empty, too long, or contains a control character")
                break
            }
        }
        return object
    }

    func optionalStrings(_ name: String, max: Int = .max, maxBytes: Int = .max, nonEmpty: Bool = false) -> [String] {
        guard let value = value(name) else { return [] }
        guard case .array(let elements) = value else {
            wrong(name, "an array of strings", value)
            return []
        }
        guard elements.count <= max else {
            fault("\(name) has more than \(max) elements")
            return []
        }
        var strings: [String] = []
        strings.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = element else {
                wrong("\(name)[\(index)]", "a string", element)
                continue
            }
            if nonEmpty && text.isEmpty { fault("\(name)[\(index)] is empty") }
            if text.utf8.count > maxBytes { fault("\(name)[\(index)] is longer than \(maxBytes) bytes") }
            strings.append(text)
        }
        return strings
    }

    func strings(_ name: String, max: Int = .max, maxBytes: Int = .max, nonEmpty: Bool = false) -> [String] {
        if value(name) == nil { missing(name) }
        return optionalStrings(name, max: max, maxBytes: maxBytes, nonEmpty: nonEmpty)
    }

    func identifiers(_ name: String) -> [Identifier] {
        strings(name).enumerated().map { index, text in
            if let identifier = Identifier(text) { return identifier }
            fault("\(name)[\(index)] must be a UUID")
            return .standIn
        }
    }

    /// A list of objects; a list that is missing is empty.
    func optionalList<Element>(_ name: String, max: Int = .max, _ read: (Fields) -> Element) -> [Element] {
        guard let value = value(name) else { return [] }
        guard case .array(let elements) = value else {
            wrong(name, "an array", value)
            return []
        }
        guard elements.count <= max else {
            fault("\(name) has more than \(max) elements")
            return []
        }
        var list: [Element] = []
        list.reserveCapacity(elements.count)
        for index in elements.indices {
            guard case .object = elements[index] else {
                wrong("\(name)[\(index)]", "an object", elements[index])
                continue
            }
            let before = faults.count
            list.append(read(Fields(elements[index], faults)))
            faults.locate(since: before, "\(name)[\(index)].")
        }
        return list
    }

    func list<Element>(_ name: String, max: Int = .max, _ read: (Fields) -> Element) -> [Element] {
        if value(name) == nil { missing(name) }
        return optionalList(name, max: max, read)
    }

    func optionalList<Element: WireMessage>(_ name: String, max: Int = .max) -> [Element] {
        optionalList(name, max: max, Element.init(reading:))
    }

    func list<Element: WireMessage>(_ name: String, max: Int = .max) -> [Element] {
        list(name, max: max, Element.init(reading:))
    }

    /// An object with members of its own.
    func optionalNested<Value>(_ name: String, _ read: (Fields) -> Value) -> Value? {
        guard let value = value(name) else { return nil }
        guard case .object = value else {
            wrong(name, "an object", value)
            return nil
        }
        let before = faults.count
        let nested = read(Fields(value, faults))
        faults.locate(since: before, "\(name).")
        return nested
    }

    /// An object with members of its own; a missing one is noted and read as an empty one.
    func nested<Value>(_ name: String, _ read: (Fields) -> Value) -> Value {
        if value(name) == nil { missing(name) }
        // The faults of the stand-in would only repeat what has been said.
        return optionalNested(name, read) ?? read(Fields([:], Faults()))
    }

    func nested<Value: WireMessage>(_ name: String) -> Value { nested(name, Value.init(reading:)) }

    func optionalNested<Value: WireMessage>(_ name: String) -> Value? { optionalNested(name, Value.init(reading:)) }
}
