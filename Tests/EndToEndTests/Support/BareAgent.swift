import BatonEngine
import BatonMQTT
import Foundation
import Synchronization

/// An agent that does the least that works: it answers each command once, and never sends a result again. What such an
/// agent sends is lost for good if the orchestrator acknowledges it before it is on disk.
final class BareAgent: Sendable {
    struct Command: Sendable {
        let json: JSON
        var step: String { json["step"]?.string ?? "" }
        var attempt: Int { Int(json["attempt"]?.int ?? 0) }

        /// The message that gives it back.
        func decline(_ reason: String) -> [UInt8] {
            let message: JSON = [
                "task": json["task"] ?? .null, "lease": json["lease"] ?? .null, "reason": .string(reason),
            ]
            return message.bytes
        }
    }

    private let connection: Connection
    private let reader: Mutex<Task<Void, Never>?> = Mutex(nil)
    private let commands: Mutex<[Command]> = Mutex([])
    private let controls: Mutex<[JSON]> = Mutex([])
    private let parts: Mutex<[JSON]> = Mutex([])
    private let id: String
    private let root = "baton/v1/default/"
    private let perform: (@Sendable (Command) -> Answer)?

    /// What a performing agent brings beyond the documents that the command asks for.
    struct Answer: Sendable {
        var facts: JSON = [:]
        var verdict: JSON?
    }

    /// - Parameters:
    ///   - answers: whether it answers commands by itself.
    ///   - delay: how long it takes for each.
    ///   - beats: whether it says that it beats, which it never does: then it claims nothing but by its results.
    ///   - perform: what it says beyond its documents.
    init(
        _ workspace: Workspace, id: String, roles: [String], slots: Int = 1, answers: Bool = true,
        delay: Duration = .zero, beats: Bool = false, perform: (@Sendable (Command) -> Answer)? = nil
    ) throws {
        self.id = id
        self.perform = perform
        let root = root
        var session = Session.Configuration(
            host: "127.0.0.1", port: workspace.broker.port, clientID: id, cleanStart: true)
        session.keepAliveSeconds = 60
        connection = try Connection(
            Connection.Configuration(
                session,
                subscriptions: ["task", "control", "artifact"].map { .init("\(root)agent/\(id)/in/\($0)") }))
        try connection.start()
        let presence: JSON = [
            "state": "online", "roles": .array(roles.map { .string($0) }), "slots": .int(Int64(slots)), "epoch": 1,
            "beats": .bool(beats), "schema": 1,
        ]
        reader.withLock { reader in
            reader = Task { [connection, weak self] in
                for await event in connection.events {
                    switch event {
                    case .connected:
                        try? connection.send("\(root)agent/\(id)/state", presence.bytes, qos: 1, retain: true)
                    case .message(let message):
                        guard let json = try? JSON.parse(message.payload) else { continue }
                        if message.topic.hasSuffix("/in/task"), delay > .zero { try? await Task.sleep(for: delay) }
                        self?.take(message.topic, json, answers: answers)
                    default: break
                    }
                }
            }
        }
    }

    deinit {
        reader.withLock { $0?.cancel() }
        let connection = connection
        Task { await connection.stop(within: .zero) }
    }

    private func take(_ topic: String, _ json: JSON, answers: Bool) {
        if topic.hasSuffix("/in/control") {
            controls.withLock { $0.append(json) }
            return
        }
        if topic.hasSuffix("/in/artifact") {
            parts.withLock { $0.append(json) }
            return
        }
        let isNew = commands.withLock { commands in
            defer { commands.append(Command(json: json)) }
            return !commands.contains { $0.json["lease"] == json["lease"] }
        }
        guard answers && isNew else { return }
        guard let perform else { return answer(Command(json: json)) }
        let answer = perform(Command(json: json))
        var extra: JSON = ["facts": answer.facts]
        if let verdict = answer.verdict { extra = ["facts": answer.facts, "verdict": verdict] }
        self.answer(Command(json: json), artifacts: documents(for: json), extra: extra)
    }

    /// Every command that came, repeated ones among them.
    var received: [Command] { commands.withLock { $0 } }

    var answersToUs: [JSON] { controls.withLock { $0 } }

    /// What came on `in/artifact`.
    var ranges: [JSON] { parts.withLock { $0 } }

    /// One document for each that is to be created, and a changed one for each that is to be updated.
    private func documents(for command: JSON) -> [JSON] {
        let lease = command["lease"]?.string ?? ""
        let created = (command["creates"]?.array ?? []).flatMap { product -> [(String, JSON)] in
            let name = (product["name"]?.string ?? "").trimmingSuffix("/")
            guard product["many"]?.bool == true else { return [(name, product)] }
            let folder = ArtifactName(name).folder
            // In both folders that a set with an extension may be in.
            let names = ["\(name)/one.md"] + (folder == name ? [] : ["\(folder)/two.md"])
            return names.map { ($0, product) }
        }
        let updated = (command["updates"]?.array ?? []).compactMap { product in
            product["name"]?.string.map { ($0, product) }
        }
        let changes = updated.compactMap { name, product -> JSON? in
            guard Self.hasOwners(product) else { return whole(name, product) }
            guard let own = Self.ownSection(of: product) else { return nil }
            return ["name": .string(name), "sections": .object([own: .string("written under \(lease)")])]
        }
        func whole(_ name: String, _ product: JSON) -> JSON {
            let text = "# \(name)\n\nwritten under \(lease)\n" + Self.sections(of: product)
            return ["name": .string(name), "content": .string(text)]
        }
        return created.map(whole) + changes
    }

    /// What the product's template asks of the role, in the form that it asks for.
    private static func sections(of product: JSON) -> String {
        func text(_ sections: JSON?, _ level: Int) -> String {
            (sections?.array ?? []).map { section in
                guard section["condition"] == nil, section["repeatable"] == nil else { return "" }
                let title = section["title"]?.string
                let inner = text(section["sections"], title == nil ? level : level + 1)
                guard section["required"] == true || !inner.isEmpty else { return "" }
                let heading = title.map { "\n\(String(repeating: "#", count: level)) \($0)\n" } ?? ""
                return "\(heading)\n\(body(section))\n\(inner)"
            }.joined()
        }
        return text(product["template"]?["outline"], 2)
    }

    private static func outline(of product: JSON) -> [JSON] {
        func all(_ sections: JSON?) -> [JSON] {
            (sections?.array ?? []).flatMap { [$0] + all($0["sections"]) }
        }
        return all(product["template"]?["outline"])
    }

    private static func hasOwners(_ product: JSON) -> Bool { outline(of: product).contains { $0["owner"] != nil } }

    /// A section that the role writes in a document that has owners; nil when there is none.
    private static func ownSection(of product: JSON) -> String? {
        outline(of: product).first { $0["required"] == true && $0["type"] == nil && $0["sections"] == nil }?["id"]?
            .string
    }

    private static func body(_ section: JSON) -> String {
        let columns = (section["columns"]?.array ?? ["Note"]).compactMap(\.string)
        func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
        switch section["type"]?.string {
        case "bullet-list": return "- x"
        case "numbered-list": return "1. x"
        case "checklist": return "- [ ] x"
        case "code", "mermaid": return "```\nx\n```"
        case "choice": return section["choices"]?.array?.first?.string ?? "x"
        case "table": return [columns, columns.map { _ in "---" }, columns].map(row).joined(separator: "\n")
        default: return "x"
        }
    }

    /// Sends a right result for the command.
    func answer(_ command: Command, artifacts: [JSON]? = nil, extra: JSON = [:]) {
        let artifacts =
            artifacts
            ?? (command.json["creates"]?.array ?? []).map { product in
                let name = (product["name"]?.string ?? "").trimmingSuffix("/")
                let isMany = product["many"]?.bool == true
                return [
                    "name": .string(isMany ? "\(name)/one.md" : name),
                    "content": .string(
                        "# \(name)\n\nmade by \(id) for \(command.json["run"]?.string ?? "")\n"
                            + Self.sections(of: product)),
                ]
            }
        var result: JSON = [
            "task": command.json["task"] ?? .null, "lease": command.json["lease"] ?? .null, "status": "completed",
            "artifacts": .array(artifacts), "summary": "done",
        ]
        if case .object(var members) = result, let more = extra.object {
            members.merge(more) { $1 }
            result = .object(members)
        }
        send(result.bytes)
    }

    func send(_ result: [UInt8], to topic: String = "result") {
        try? connection.send("\(root)agent/\(id)/out/\(topic)", result, qos: 1)
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: Character) -> String {
        last == suffix ? String(dropLast()) : self
    }
}
