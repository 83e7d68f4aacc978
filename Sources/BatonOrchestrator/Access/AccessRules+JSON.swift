import BatonEngine
import BatonMessages
import OrderedCollections

/// The access file's text.
extension AccessRules {
    /// - Throws: ``SettingsError`` that says which member is wrong, and what it may be.
    public init(parsing text: String) throws(SettingsError) {
        let json: JSON
        do { json = try JSON.parse(text) } catch { throw SettingsError(message: "not JSON: \(error)") }
        let top = try Members(json, "the file", known: ["agents", "clients"])
        for (name, value) in try top.object("agents") {
            try Self.check(name)
            let members = try Members(value, "agents.\(name)", known: ["roles", "slots", "speaker"])
            agents[name] = Agent(
                roles: try members.texts("roles"), slots: try members.count("slots", 1...WireLimits.slotsPerAgent),
                speaker: try members.text("speaker"))
        }
        for (name, value) in try top.object("clients") {
            try Self.check(name)
            let members = try Members(
                value, "clients.\(name)", known: ["kind", "requests", "decisions", "workflows", "roles"])
            let word = try members.text("kind") ?? Kind.trigger.rawValue
            guard let kind = Kind(rawValue: word) else {
                throw members.wrong("kind", "one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            var client = Client(kind)
            if let requests = try members.texts("requests") {
                if let unknown = requests.first(where: { !Request.types.contains($0) }) {
                    throw members.wrong("requests", "of \(Request.types.joined(separator: ", ")), not \(unknown)")
                }
                client.requests = requests
            }
            client.decisions = try members.texts("decisions")
            client.workflows = try members.texts("workflows")
            client.roles = try members.texts("roles")
            clients[name] = client
        }
    }

    private static func check(_ name: String) throws(SettingsError) {
        guard name == "*" || Topics.isName(name) else {
            throw SettingsError(
                message: "“\(name.prefix(64))” is no name; use 1–128 letters, digits, hyphens and underscores, or *")
        }
    }

    /// The file's text: a login on a line, in the order of their names.
    public var text: String {
        func lines(_ entries: [(String, JSON)]) -> String {
            let lines = entries.sorted { $0.0 < $1.0 }.map { "    \(JSON.string($0.0).text): \($0.1.text)" }
            return lines.isEmpty ? "{}" : "{\n\(lines.joined(separator: ",\n"))\n  }"
        }
        let agents = lines(agents.map { ($0.key, $0.value.json) })
        let clients = lines(clients.map { ($0.key, $0.value.json) })
        return "{\n  \"agents\": \(agents),\n  \"clients\": \(clients)\n}\n"
    }
}

extension AccessRules.Agent {
    fileprivate var json: JSON {
        var members: OrderedDictionary<String, JSON> = [:]
        members["roles"] = roles.map(JSON.sorted)
        members["slots"] = slots.map { .int(Int64($0)) }
        members["speaker"] = speaker.map { .string($0) }
        return .object(members)
    }
}

extension AccessRules.Client {
    fileprivate var json: JSON {
        var members: OrderedDictionary<String, JSON> = ["kind": .string(kind.rawValue)]
        if requests != kind.requests { members["requests"] = .sorted(requests) }
        members["decisions"] = decisions.map(JSON.sorted)
        members["workflows"] = workflows.map(JSON.sorted)
        members["roles"] = roles.map(JSON.sorted)
        return .object(members)
    }
}

extension JSON {
    fileprivate static func sorted(_ texts: Set<String>) -> JSON { .array(texts.sorted().map { .string($0) }) }
}

/// An object's members, each of which is known.
private struct Members {
    let object: OrderedDictionary<String, JSON>
    let path: String

    init(_ json: JSON, _ path: String, known: Set<String>) throws(SettingsError) {
        guard let object = json.object else { throw SettingsError(message: "\(path) must be an object") }
        // What is misspelled would give more rights than was meant.
        if let unknown = object.keys.first(where: { !known.contains($0) }) {
            throw SettingsError(
                message: "\(path): there is no member \(unknown.prefix(64)); it may have "
                    + known.sorted().joined(separator: ", "))
        }
        self.object = object
        self.path = path
    }

    func wrong(_ name: String, _ what: String) -> SettingsError {
        SettingsError(message: "\(path).\(name) must be \(what)")
    }

    func object(_ name: String) throws(SettingsError) -> OrderedDictionary<String, JSON> {
        guard let value = object[name] else { return [:] }
        guard let members = value.object else { throw wrong(name, "an object") }
        return members
    }

    func text(_ name: String) throws(SettingsError) -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value.string, !text.isEmpty else { throw wrong(name, "a text") }
        return text
    }

    func texts(_ name: String) throws(SettingsError) -> Set<String>? {
        guard let value = object[name] else { return nil }
        guard let values = value.array, values.allSatisfy({ $0.string?.isEmpty == false }) else {
            throw wrong(name, "a list of names")
        }
        return Set(values.compactMap(\.string))
    }

    func count(_ name: String, _ range: ClosedRange<Int>) throws(SettingsError) -> Int? {
        guard let value = object[name] else { return nil }
        guard let number = value.int.flatMap({ Int(exactly: $0) }), range.contains(number) else {
            throw wrong(name, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
