import ArgumentParser

/// What a login is for: it decides the listener, and with it the rights.
enum LoginKind: String, CaseIterable, ExpressibleByArgument {
    case agent, dashboard, trigger, admin, orchestrator

    /// The password file of its listener.
    var passwords: String {
        switch self {
        case .agent: "agents.passwords"
        case .dashboard, .trigger: "clients.passwords"
        case .admin, .orchestrator: "admins.passwords"
        }
    }

    static let passwordFiles = ["agents.passwords", "clients.passwords", "admins.passwords"]

    var port: Int {
        switch self {
        case .agent: 8883
        case .dashboard, .trigger: 8884
        case .admin, .orchestrator: 8885
        }
    }
}
