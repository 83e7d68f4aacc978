import BatonEngine
import BatonMQTT
import BatonStore
import BatonWorkflow
import Foundation
import Logging
import Metrics
import ServiceLifecycle

/// An orchestrator as a service: opens the database, runs the loop on a thread of its own, and stops gracefully (the
/// batch is finished, `offline` is published) when the service group shuts down.
public struct OrchestratorService: Service {
    private let settings: OrchestratorSettings
    private let catalogue: Catalogue
    private let access: AccessRules?
    private let logger: Logger
    private let faults: FaultPoints
    private let observe: TurnObserver?
    private let metrics: (any MetricsFactory)?
    private let stopping: StopSignal

    /// - Parameter metrics: where it is measured (``OrchestratorMetrics``); nil: nowhere.
    /// - Throws: ``MQTTError`` when no wake-up descriptor can be had; ``SettingsError`` when the library has no such
    ///   team, or the access file can't be used.
    public init(
        settings: OrchestratorSettings, library: Library, logger: Logger, faults: FaultPoints = FaultPoints(),
        metrics: (any MetricsFactory)? = nil, observe: TurnObserver? = nil
    ) throws {
        self.metrics = metrics
        self.observe = observe
        self.settings = settings
        self.logger = logger
        self.faults = faults
        stopping = try StopSignal()
        let team = try settings.team.map { try library.requireTeam($0) }
        logger.logMissingRoles(of: team, in: library)
        catalogue = Catalogue(library: library, team: team)
        access = try settings.accessPath.map { try AccessRules(file: $0) }
    }

    /// Runs until graceful shutdown or cancellation.
    ///
    /// - Throws: ``StoreError``, ``MQTTError`` or ``OrchestratorError`` when going on makes no sense.
    public func run() async throws {
        let stopping = stopping
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                    do {
                        try DedicatedThread.run(named: "baton-loop") {
                            done.resume(with: Result { try runLoop() })
                        }
                    } catch {
                        done.resume(throwing: error)
                    }
                }
            } onGracefulShutdown: {
                stopping.request()
            }
        } onCancel: {
            stopping.request()
        }
    }

    private func runLoop() throws {
        let store = try Store(path: settings.databasePath)
        store.writesToDisk = !settings.isWithoutDatabase
        let steadyClock = SteadyClock()
        let clock = { steadyClock.now() }
        let coordinator = Coordinator(
            store: store, catalogue: catalogue, settings: settings, logger: logger, makeSeed: SeedSource().next)
        coordinator.access = access
        coordinator.metrics = metrics.map { OrchestratorMetrics(factory: $0) }
        coordinator.traces = try settings.tracePath.map { try TraceFile(path: $0, logger: logger) }
        try store.forgetReplies(before: clock() + -7 * 24 * 3_600_000)
        coordinator.suspects.load(try store.suspects())
        try coordinator.restoreDefinitions()
        try coordinator.recover(now: clock())
        let watcher = try settings.libraryPollMilliseconds.map {
            try LibraryWatcher(intervalMilliseconds: $0, logger: logger, wake: stopping.wakeup.signal)
        }
        try watcher?.start(catalogue.library)
        defer { watcher?.stop() }
        let accessFile = settings.accessPath.map { AccessFile(path: $0, logger: logger) }
        let loop = OrchestratorLoop(
            coordinator: coordinator, settings: settings, stopping: stopping, faults: faults, logger: logger,
            observe: observe, watcher: watcher, access: accessFile, clock: clock)
        try loop.run()
        logger.info("stopped")
    }
}
