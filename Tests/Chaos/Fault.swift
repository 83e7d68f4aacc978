import BatonTestKit

/// What is done to the programs. The raw value is how the summary calls it.
enum Fault: String, CaseIterable {
    case orchestratorKilled = "orchestrator killed"
    case orchestratorKilledAtPoint = "orchestrator killed at a point of its loop"
    case orchestratorSuspended = "orchestrator suspended"
    case orchestratorStopped = "orchestrator stopped and started"
    case agentKilled = "agent killed"
    case agentSuspended = "agent suspended"
    case agentStopped = "agent stopped and started"
    case brokerKilled = "broker killed"
    case brokerForgot = "broker killed, its file deleted"
    case brokerStopped = "broker stopped and started"
    case brokerSuspended = "broker suspended"
    case linkDropped = "connection dropped"
    case linkHalved = "connection dropped in a packet"
    case linkHalfOpen = "connection half open"
    case linkStalled = "connection stalled"
    case linkCrumbled = "connection crumbling"
    case diskFull = "disk full"
    case clockJumped = "clock jumped"
    case secondOnDatabase = "second orchestrator, same database"
    case secondOnNamespace = "second orchestrator, other database"
    case largePayload = "payload of 10 MB"
    case malformedPayload = "malformed payloads"
    case retainedRequest = "retained request"
    case repeatedResults = "results sent again, and by another"
    case longReader = "long reader of the database"
    case slowDashboard = "dashboard that does not read"

    /// How often it happens, beside the others.
    private var weight: Int {
        switch self {
        case .orchestratorKilled: 8
        case .orchestratorKilledAtPoint: 8
        case .orchestratorSuspended: 4
        case .orchestratorStopped: 2
        case .agentKilled: 10
        case .agentSuspended: 6
        case .agentStopped: 3
        case .brokerKilled: 4
        case .brokerForgot: 3
        case .brokerStopped: 2
        case .brokerSuspended: 2
        case .linkDropped, .linkHalved, .linkHalfOpen, .linkStalled: 4
        case .linkCrumbled, .diskFull, .clockJumped: 3
        case .secondOnDatabase, .secondOnNamespace: 1
        case .largePayload, .malformedPayload, .retainedRequest, .repeatedResults: 2
        case .longReader, .slowDashboard: 1
        }
    }

    static func draw(_ random: inout SeededRandom) -> Fault {
        var place = Int.random(in: 0..<allCases.reduce(0) { $0 + $1.weight }, using: &random)
        for fault in allCases {
            place -= fault.weight
            if place < 0 { return fault }
        }
        preconditionFailure("the weights changed while they were counted")
    }
}
