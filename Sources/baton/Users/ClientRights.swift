import BatonOrchestrator

/// The rights of triggers and dashboards at the broker, `clients.acl`: what a login may depends on its kind, so that
/// patterns for all of them will not do.
enum ClientRights {
    static func text(_ rules: AccessRules) -> String {
        let head = ["# Made by `baton user` from \(LoginFolder.accessName): what is changed here is lost."]
        let clients = rules.clients.sorted { $0.key < $1.key }.filter { $0.key != "*" && $0.value.kind != .admin }
        let speakers = rules.agents.sorted { $0.key < $1.key }.compactMap { agent, rights in
            rights.speaker.map { ($0, agent) }
        }
        let sections =
            clients.map { section($0, topics($0, $1.kind)) }
            + speakers.map { speaker, agent in
                section(speaker, ["write baton/v1/+/agent/\(agent)/state", "write baton/v1/+/agent/\(agent)/out/+"])
            }
        return (head + sections).joined(separator: "\n\n") + "\n"
    }

    private static func section(_ name: String, _ topics: [String]) -> String {
        (["user \(name)"] + topics.map { "topic \($0)" }).joined(separator: "\n")
    }

    private static func topics(_ name: String, _ kind: AccessRules.Kind) -> [String] {
        switch kind {
        case .trigger: ["write baton/v1/+/req/\(name)", "read baton/v1/+/rsp/\(name)"]
        case .dashboard:
            ["runs", "run/+/+", "decision/+/+", "orchestrator/state"].map { "read baton/v1/+/\($0)" }
        case .admin: []
        }
    }
}
