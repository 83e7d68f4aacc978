import BatonEngine
import BatonMessages

extension SettingKey {
    private static let everyone = Set(Reader.allCases)

    /// What is known of the setting: the source of `docs/configuration.md`, of its bounds, and of its default.
    public var entry: Entry {
        switch self {
        case .broker, .namespace, .user, .passwordFile, .tlsCA, .cert, .key, .mqttVersion, .clientID: connectionEntry
        case .port, .database, .library, .team, .access, .brokerLog, .metrics, .dashboard, .traceFile, .keep,
            .libraryPoll:
            placeEntry
        default: limitEntry
        }
    }

    private func shared(_ kind: Kind, _ otherwise: String, _ summary: String) -> Entry {
        Entry(
            kind: kind, otherwise: otherwise, summary: summary, readers: Self.everyone, flagged: Self.everyone)
    }

    private var connectionEntry: Entry {
        switch self {
        case .broker:
            shared(
                .url, "`mqtt://127.0.0.1:1883`; `serve` starts a broker of its own",
                "The broker, as `mqtt://[user@]host[:port]`, or `mqtts://…` with TLS (port 8883).")
        case .namespace:
            shared(.name, "`default`", "The second half of the topics' root `baton/v1/…`: one orchestrator each.")
        case .user:
            shared(.text, "none", "The login; it counts more than one in the URL. An agent's is its name.")
        case .passwordFile:
            shared(.file, "none", "A file whose first line is the password. There is no setting for a password itself.")
        case .tlsCA:
            shared(.file, "what the system trusts", "PEM: who signs the broker's certificate. Needs `mqtts://`.")
        case .cert:
            shared(.file, "none", "PEM: a certificate to show to a broker that asks for one.")
        case .key:
            shared(.file, "none", "PEM: the key of `cert`.")
        case .mqttVersion:
            shared(
                .choice(["5", "3.1.1"]), "`5`",
                "The protocol's version; [brokers.md](brokers.md) says which broker needs 3.1.1, and what is lost.")
        default:
            Entry(
                kind: .name, otherwise: "the user, else a random one",
                summary: "The name under which the orchestrator knows who asks: the segment of `req/…` and `rsp/…`.",
                readers: [.requests], flagged: [.requests])
        }
    }

    private var placeEntry: Entry {
        switch self {
        case .port:
            Entry(
                kind: .count(1...65535), otherwise: "1883",
                summary: "The port of the embedded broker, when no `broker` is given.", flagged: [.serve])
        case .database:
            Entry(
                kind: .file, otherwise: "`baton.sqlite`", summary: "The memory; made when it does not exist.",
                flagged: [.serve])
        case .library:
            Entry(
                kind: .folder, otherwise: "`workflows`, here or beside or above the program",
                summary: "The folder with workflows and their templates.", flagged: [.serve])
        case .team:
            Entry(
                kind: .name, otherwise: "everybody",
                summary: "Of the library's `agent-teams/`: what it has nobody for is not started.", flagged: [.serve])
        case .access:
            Entry(
                kind: .file, otherwise: "none: everybody may everything",
                summary: "Who may serve which roles, and make which requests; read again when it changes. "
                    + "See [security.md](security.md#the-access-file).", flagged: [.serve])
        case .brokerLog:
            Entry(
                kind: .file, otherwise: "none",
                summary: "What Mosquitto logs, its debug lines too: what it refuses is said in the orchestrator's log. "
                    + "See [security.md](security.md#what-the-broker-refuses).", flagged: [.serve])
        case .metrics:
            Entry(
                kind: .listener, otherwise: "none",
                summary: "Where figures for Prometheus are served, as `9100` (on this machine only) or `0.0.0.0:9100`. "
                    + "See [operations.md](operations.md#figures-for-prometheus).", flagged: [.serve])
        case .dashboard:
            Entry(
                kind: .listener, otherwise: "none",
                summary: "Where the dashboard is served, on this machine only, as `8080`; for other machines there is "
                    + "[`baton dashboard`](dashboard.md).", flagged: [.serve])
        case .traceFile:
            Entry(
                kind: .file, otherwise: "none",
                summary: "Where spans of runs and attempts are appended, as OTLP in JSON, a line for each batch. "
                    + "See [operations.md](operations.md#traces).", flagged: [.serve])
        case .keep:
            Entry(
                kind: .duration, otherwise: "for ever", summary: "How long runs are kept that have ended.",
                flagged: [.serve])
        default:
            Entry(
                kind: .milliseconds(50...3_600_000), otherwise: "1000",
                summary: "How often the library's files are looked at for changes.")
        }
    }

    private var limitEntry: Entry {
        let (dispatch, limits) = (DispatchSettings(), OrchestratorLimits())
        return switch self {
        case .lease:
            Entry(
                kind: .milliseconds(1000...86_400_000), otherwise: "\(dispatch.leaseMilliseconds)",
                summary: "How long an agent's claim holds without a beat.", flagged: [.serve])
        case .claim:
            Entry(
                kind: .milliseconds(500...3_600_000), otherwise: "\(dispatch.claimMilliseconds)",
                summary: "How long a command waits for its claim.")
        case .willGrace:
            Entry(
                kind: .milliseconds(0...3_600_000), otherwise: "\(dispatch.willGraceMilliseconds)",
                summary: "How long an agent may be away after its last will before its tasks are in doubt.")
        case .maxRuns:
            Entry(
                kind: .count(1...10_000_000), otherwise: "\(limits.openRuns)",
                summary: "Runs that have not ended; a start beyond is refused as `busy`.", flagged: [.serve])
        case .maxTasksOut:
            Entry(
                kind: .count(1...10_000_000), otherwise: "\(dispatch.maxOut)",
                summary: "Tasks that agents have, over all runs; the others wait.")
        case .maxTasksOutPerRun:
            Entry(
                kind: .count(1...1_000_000), otherwise: "\(dispatch.maxOutPerRun)",
                summary: "Tasks that agents have of one run; the others wait.")
        case .maxPayload:
            Entry(
                kind: .count(1024...WireLimits.requestBytes), otherwise: "\(limits.payloadBytes)",
                summary: "Bytes of a request or result; a larger one is a dead letter.")
        case .maxArtifact:
            Entry(
                kind: .count(1...(1 << 30)), otherwise: "\(limits.artifactBytes)", summary: "Bytes of one document.")
        case .maxLargeBytes:
            Entry(
                kind: .count(1...(1 << 40)), otherwise: "\(limits.largeBytesPerRun)",
                summary: "Bytes of one run's large documents, which are files beside the database.")
        case .maxArtifacts:
            Entry(
                kind: .count(1...10_000_000), otherwise: "\(limits.artifactsPerRun)",
                summary: "Document versions of one run.")
        case .maxAgents:
            Entry(
                kind: .count(1...1_000_000), otherwise: "\(limits.agents)",
                summary: "Agents that are known; presence of further ones is a dead letter.")
        case .maxLogLines:
            Entry(
                kind: .count(0...1_000_000), otherwise: "\(limits.logLinesPerSender)",
                summary: "Log lines in a minute about one sender's messages that were not read or not allowed.")
        default: preconditionFailure("\(rawValue) has no entry")
        }
    }
}
