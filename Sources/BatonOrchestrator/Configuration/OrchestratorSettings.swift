import BatonEngine
import BatonMQTT
import BatonMessages

/// What an orchestrator is told when it starts.
public struct OrchestratorSettings: Sendable {
    public var namespace = "default"
    public var broker = BrokerAccess()
    /// Somebody named a broker; otherwise an embedded one is started.
    public var isBrokerGiven = false
    /// Where the embedded broker listens.
    public var embeddedPort = 1883
    /// The SQLite file.
    public var databasePath = "baton.sqlite"
    /// The folder with workflows and templates; nil looks for `workflows` in the usual places.
    public var libraryPath: String?
    /// How often the library's files are looked at for changes; nil: never.
    public var libraryPollMilliseconds: Int?
    /// The team of the library that works here; nil: everybody. What it has nobody for is not started.
    public var team: String?
    /// The file that says who may do what; nil: everybody may everything. See ``AccessRules``.
    public var accessPath: String?
    /// The broker's log, when what it refuses is to be said.
    public var brokerLogPath: String?
    /// Where figures for Prometheus are served; nil: nowhere.
    public var metrics: Listener?
    /// Where the dashboard is served; nil: nowhere.
    public var dashboard: Listener?
    /// The file that spans are appended to; nil: none.
    public var tracePath: String?
    /// How long runs are kept that have ended; nil: for ever.
    public var keepMilliseconds: Int64?
    public var dispatch = DispatchSettings()
    /// Goes on although another orchestrator was seen on the namespace.
    public var takesOver = false
    public var limits = OrchestratorLimits()
    /// For measuring what the database costs: nothing is stored. Nothing but the benchmarks sets it.
    package var isWithoutDatabase = false

    public init() {}
}

/// Bounds on what strangers can push.
///
/// What is above a bound is refused, and the refusal says so; tasks above the dispatcher's bounds
/// (``DispatchSettings/maxOut``, ``DispatchSettings/maxOutPerRun``) just wait. The queue of ready tasks needs no bound
/// of its own: it holds each open task of an open run at most once.
public struct OrchestratorLimits: Sendable {
    /// Messages in one batch.
    public var batchMessages = 512
    /// Bytes in one batch.
    public var batchBytes = 8 << 20
    /// The largest request or result that is read, in bytes; at most what the protocol allows.
    public var payloadBytes = WireLimits.requestBytes
    /// Runs that have not ended.
    public var openRuns = 100_000
    /// Workflows that were defined by requests.
    public var definitions = 1000
    /// Versions of artifacts in one run.
    public var artifactsPerRun = 100_000
    /// Bytes of one artifact.
    public var artifactBytes = 128 << 20
    /// Bytes of the artifacts of a run that came in ranges.
    public var largeBytesPerRun = 2 << 30
    /// Agents that are known, whether they are online or not.
    public var agents = 10_000
    /// Log lines about messages of one sender that were not read, in a minute.
    public var logLinesPerSender = 10
    /// Snapshots of runs that are published in a second, over all runs; each run's are at least 250 ms apart.
    public var snapshotsPerSecond = 200
    /// Contents that are kept in memory, in bytes.
    public var blobCacheBytes = 4 << 20

    public init() {}
}
