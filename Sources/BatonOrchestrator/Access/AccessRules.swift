import BatonEngine
import BatonMessages
import Foundation

/// Who may serve which roles, make which requests, and answer which questions: the orchestrator's own file.
///
/// ```json
/// {
///   "agents": {"ann": {"roles": ["analyst", "pm"], "slots": 2}},
///   "clients": {
///     "ci": {"kind": "trigger", "workflows": ["sdlc"]},
///     "lead": {"kind": "trigger", "requests": ["get", "list", "decide"], "decisions": ["user_approved"]},
///     "root": {"kind": "admin"}
///   }
/// }
/// ```
///
/// Who is meant is told by the topic of a message, never by its payload; that nobody uses another's topics is the
/// broker's part. Whoever is not named may nothing; the name `*` stands for all that are not named.
public struct AccessRules: Sendable, Equatable {
    public struct Agent: Sendable, Equatable {
        /// The roles that it may serve; nil: any.
        public var roles: Set<String>?
        /// The most slots that count, whatever it says.
        public var slots: Int?
        /// The login under which its messages come, when it is not its own: for programs with two connections.
        public var speaker: String?

        public init(roles: Set<String>?, slots: Int?, speaker: String? = nil) {
            self.roles = roles
            self.slots = slots
            self.speaker = speaker
        }
    }

    /// What a login is for, and what it may unless more is said.
    public enum Kind: String, CaseIterable, Sendable {
        /// Reads what is retained and the logs; asks for nothing.
        case dashboard
        /// Starts runs, and asks about them.
        case trigger
        /// May everything.
        case admin

        var requests: Set<String> {
            switch self {
            case .dashboard: []
            case .trigger: ["start", "get", "list", "validate"]
            case .admin: Set(Request.types)
            }
        }
    }

    public struct Client: Sendable, Equatable {
        public var kind: Kind
        /// The types of requests that it may make.
        public var requests: Set<String>
        /// The questions that it may answer, by their names; nil: any.
        public var decisions: Set<String>?
        /// The roles that it approves documents for.
        public var roles: Set<String>?
        /// The workflows that it may start, by their ids; nil: any.
        public var workflows: Set<String>?

        public init(_ kind: Kind) {
            self.kind = kind
            requests = kind.requests
        }

        /// Who may list runs may ask who is there to work.
        func mayMake(_ type: String) -> Bool {
            requests.contains(type) || type == "agents" && requests.contains("list")
        }
    }

    public var agents: [String: Agent] = [:]
    public var clients: [String: Client] = [:]

    public init() {}

    /// - Throws: ``SettingsError`` that names the file, and each member that is wrong.
    public init(file path: String) throws(SettingsError) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw SettingsError(message: "access: \(path) can't be read: check its name and rights")
        }
        do { try self.init(parsing: text) } catch { throw SettingsError(message: "\(path): \(error.message)") }
    }

    func agent(_ name: String) -> Agent? { agents[name] ?? agents["*"] }

    func client(_ name: String) -> Client? { clients[name] ?? clients["*"] }

    // MARK: Questions

    /// Why the client may not make the request; nil when it may.
    func refusal(of request: Request, from name: String) -> String? {
        guard let client = client(name) else { return "\(name) is not in the access file" }
        guard client.mayMake(request.type) else { return "\(name) may not make the request \(request.type)" }
        if case .start(let start) = request.kind, let workflows = client.workflows,
            !workflows.contains(start.workflow)
        {
            return "\(name) may not start \(start.workflow)"
        }
        return nil
    }

    /// Why the client may not answer the question; nil when it may.
    func refusal(ofAnswerTo decision: String, from name: String) -> String? {
        guard let allowed = client(name)?.decisions, !allowed.contains(decision) else { return nil }
        return "\(name) may not answer \(decision)"
    }

    /// What counts of an agent's presence, and what was taken from it; nil when it may serve nothing of it.
    func admitted(_ presence: Presence, of name: String) -> (presence: Presence, refused: [String])? {
        guard let agent = agent(name) else { return nil }
        var (admitted, refused) = (presence, [String]())
        if let roles = agent.roles {
            admitted.roles = presence.roles.filter(roles.contains)
            refused += presence.roles.filter { !roles.contains($0) }.map { "the role \($0)" }
        }
        if let slots = agent.slots, presence.slots > slots {
            admitted.slots = slots
            refused.append("\(presence.slots) slots in place of \(slots)")
        }
        guard !admitted.roles.isEmpty || presence.roles.isEmpty else { return nil }
        return (admitted, refused)
    }
}
