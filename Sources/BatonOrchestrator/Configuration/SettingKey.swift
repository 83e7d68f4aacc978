import BatonMessages

/// Every setting of the programs: where it is read, and `docs/configuration.md` is made from it.
///
/// A setting's name is its member in a `--config` file; `BATON_` and the name in capitals is its variable, and the
/// name with hyphens its flag, where it has one.
public enum SettingKey: String, CaseIterable, Sendable {
    case broker, namespace, user
    case passwordFile = "password_file"
    case tlsCA = "tls_ca"
    case cert, key
    case mqttVersion = "mqtt_version"
    case clientID = "client_id"
    case port, database, library, team, access, keep
    case brokerLog = "broker_log"
    case metrics, dashboard
    case traceFile = "trace_file"
    case libraryPoll = "library_poll_ms"
    case lease = "lease_ms"
    case claim = "claim_ms"
    case willGrace = "will_grace_ms"
    case maxRuns = "max_runs"
    case maxTasksOut = "max_tasks_out"
    case maxTasksOutPerRun = "max_tasks_out_per_run"
    case maxPayload = "max_payload_bytes"
    case maxArtifact = "max_artifact_bytes"
    case maxLargeBytes = "max_large_bytes_per_run"
    case maxArtifacts = "max_artifacts_per_run"
    case maxAgents = "max_agents"
    case maxLogLines = "max_log_lines"

    public enum Kind: Sendable, Equatable {
        case text, url, name, file, folder
        /// A port of this machine, or `HOST:PORT`.
        case listener
        case choice([String])
        case count(ClosedRange<Int>)
        case milliseconds(ClosedRange<Int>)
        /// A number and a unit, as `90m`, `12h`, `30d` or `8w`.
        case duration
    }

    /// The commands that read settings.
    public enum Reader: String, CaseIterable, Sendable {
        case serve, agent, requests
    }

    /// What a setting is.
    public struct Entry: Sendable {
        public let kind: Kind
        /// What holds when it is not given, in words.
        public let otherwise: String
        public let summary: String
        public var readers: Set<Reader> = [.serve]
        /// The readers that have a flag for it.
        public var flagged: Set<Reader> = []
    }

    public var variable: String { "BATON_\(rawValue.uppercased())" }

    /// The flag, without regard to who has it.
    public var flag: String {
        self == .clientID ? "--client" : "--" + rawValue.replacing("_", with: "-")
    }

    /// The numbers that it may have.
    var range: ClosedRange<Int> {
        switch entry.kind {
        case .count(let range), .milliseconds(let range): range
        default: preconditionFailure("\(rawValue) is no number")
        }
    }
}
