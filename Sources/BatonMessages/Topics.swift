/// Builds and reads the topics of one namespace, all below `baton/v1/{namespace}/`.
public struct Topics: Sendable, Equatable {
    public let namespace: String
    private let root: String

    /// - Precondition: ``isName(_:)`` holds for the namespace.
    public init(namespace: String) {
        precondition(Self.isName(namespace), "a namespace is 1–128 of A–Z, a–z, 0–9, _ and -")
        self.namespace = namespace
        root = "baton/v1/\(namespace)/"
    }

    /// Whether the text can be a namespace, or the name of a client or an agent: 1–128 of `A-Z a-z 0-9 _ -`.
    public static func isName(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        return (1...WireLimits.nameBytes).contains(bytes.count) && bytes.allSatisfy(isNameByte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    // MARK: Requests

    public func request(_ client: String) -> String { root + "req/" + client }
    public func reply(_ client: String) -> String { root + "rsp/" + client }

    // MARK: Agents

    public func agentState(_ agent: String) -> String { "\(root)agent/\(agent)/state" }
    public func task(_ agent: String) -> String { "\(root)agent/\(agent)/in/task" }
    public func control(_ agent: String) -> String { "\(root)agent/\(agent)/in/control" }
    public func artifact(_ agent: String) -> String { "\(root)agent/\(agent)/in/artifact" }
    public func get(_ agent: String) -> String { "\(root)agent/\(agent)/out/get" }
    public func put(_ agent: String) -> String { "\(root)agent/\(agent)/out/put" }
    public func beat(_ agent: String) -> String { "\(root)agent/\(agent)/out/beat" }
    public func decline(_ agent: String) -> String { "\(root)agent/\(agent)/out/decline" }
    public func result(_ agent: String) -> String { "\(root)agent/\(agent)/out/result" }

    // MARK: The orchestrator and its runs

    public var orchestratorState: String { root + "orchestrator/state" }
    public var mark: String { root + "orchestrator/mark" }
    public func runState(_ run: Identifier) -> String { "\(root)run/\(run)/state" }
    public func runLog(_ run: Identifier) -> String { "\(root)run/\(run)/log" }
    public func decision(_ run: Identifier, _ decision: Identifier) -> String { "\(root)decision/\(run)/\(decision)" }
    public var runs: String { root + "runs" }

    // MARK: Filters

    /// What the orchestrator listens to.
    public var orchestratorFilters: [String] {
        [root + "req/+", root + "agent/+/state", root + "agent/+/out/+", mark]
    }

    /// What the orchestrator reads once after each CONNACK, to clear what the store does not list.
    public var retainedRunFilters: [String] { [root + "run/+/state", root + "decision/+/+"] }

    /// What an agent listens to.
    public func agentFilters(_ agent: String) -> [String] {
        ["\(root)agent/\(agent)/in/+", agentState(agent), orchestratorState]
    }

    /// The snapshots of every run.
    public var everyRunState: String { root + "run/+/state" }
    /// The events of every run.
    public var everyRunLog: String { root + "run/+/log" }
    /// The open questions of every run.
    public var everyDecision: String { root + "decision/+/+" }
    /// Who is there of the agents.
    public var everyAgentState: String { root + "agent/+/state" }

    // MARK: Reading

    /// What a topic is about; nil when it is none of this namespace, or its names break the rule of ``isName(_:)``.
    public func parse(_ topic: String) -> TopicAddress? {
        guard topic.hasPrefix(root) else { return nil }
        var topic = topic
        return topic.withUTF8 { Self.address(Level.levels(of: $0[root.utf8.count...])) }
    }

    /// A level of a topic, in the bytes of it.
    private struct Level {
        let bytes: Slice<UnsafeBufferPointer<UInt8>>

        var text: String { String(decoding: bytes, as: UTF8.self) }

        static func ~= (word: StaticString, level: Level) -> Bool {
            word.withUTF8Buffer { $0.elementsEqual(level.bytes) }
        }

        /// Four at most: no topic has more.
        static func levels(of bytes: Slice<UnsafeBufferPointer<UInt8>>) -> [Level]? {
            var levels: [Level] = []
            levels.reserveCapacity(4)
            var rest = bytes
            while levels.count < 4 {
                let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
                let level = rest[..<end]
                guard (1...WireLimits.nameBytes).contains(level.count), level.allSatisfy(Topics.isNameByte) else {
                    return nil
                }
                levels.append(Level(bytes: level))
                guard end < rest.endIndex else { return levels }
                rest = rest[(end + 1)...]
            }
            return nil
        }
    }

    private static func address(_ levels: [Level]?) -> TopicAddress? {
        guard let levels else { return nil }
        switch (levels[0], levels.count) {
        case ("req", 2): return .request(client: levels[1].text)
        case ("rsp", 2): return .reply(client: levels[1].text)
        case ("agent", 3): return "state" ~= levels[2] ? .agentState(levels[1].text) : nil
        case ("agent", 4): return agentAddress(levels[1].text, levels[2], levels[3])
        case ("runs", 1): return .runs
        case ("orchestrator", 2):
            switch levels[1] {
            case "state": return .orchestratorState
            case "mark": return .mark
            default: return nil
            }
        case ("run", 3):
            guard let run = Identifier(levels[1].text) else { return nil }
            switch levels[2] {
            case "state": return .runState(run)
            case "log": return .runLog(run)
            default: return nil
            }
        case ("decision", 3):
            guard let run = Identifier(levels[1].text), let id = Identifier(levels[2].text) else { return nil }
            return .decision(run: run, id: id)
        default: return nil
        }
    }

    private static func agentAddress(_ agent: String, _ side: Level, _ kind: Level) -> TopicAddress? {
        switch (side, kind) {
        case ("in", "task"): .task(agent)
        case ("in", "control"): .control(agent)
        case ("in", "artifact"): .artifact(agent)
        case ("out", "get"): .get(agent)
        case ("out", "put"): .put(agent)
        case ("out", "beat"): .beat(agent)
        case ("out", "decline"): .decline(agent)
        case ("out", "result"): .result(agent)
        default: nil
        }
    }
}

/// What a topic is about. Who a message is from is told by the topic, never by the payload.
public enum TopicAddress: Sendable, Hashable {
    case request(client: String)
    case reply(client: String)
    case agentState(String)
    /// To an agent.
    case task(String)
    case control(String)
    case artifact(String)
    /// From an agent.
    case get(String)
    case put(String)
    case beat(String)
    case decline(String)
    case result(String)
    case orchestratorState
    case mark
    case runState(Identifier)
    case runLog(Identifier)
    case decision(run: Identifier, id: Identifier)
    case runs
}
