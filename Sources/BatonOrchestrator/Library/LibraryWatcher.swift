import BatonMQTT
import BatonWorkflow
import Logging
import Synchronization

/// Loads a library again whenever its files change, on a thread of its own, and hands it over to the loop.
///
/// It looks at the files' times and sizes once an interval, which costs a `stat` each: that works on every file
/// system, of which many do not tell others about changes.
final class LibraryWatcher: Sendable {
    private let stopping: StopSignal
    private let intervalMilliseconds: Int
    private let logger: Logger
    private let wake: @Sendable () -> Void
    private let fresh: Mutex<Library?> = Mutex(nil)

    /// - Parameter wake: called on the watcher's thread when there is something to ``take()``.
    init(intervalMilliseconds: Int, logger: Logger, wake: @escaping @Sendable () -> Void) throws {
        self.intervalMilliseconds = intervalMilliseconds
        self.logger = logger
        self.wake = wake
        stopping = try StopSignal()
    }

    /// Begins to watch a library that was loaded.
    func start(_ library: Library) throws {
        try DedicatedThread.run(named: "baton-library") { self.watch(library) }
    }

    func stop() { stopping.request() }

    /// The library as it is now, once after each change.
    func take() -> Library? {
        fresh.withLock { fresh in
            defer { fresh = nil }
            return fresh
        }
    }

    private func watch(_ library: Library) {
        var current = library
        var told: Set<String> = []
        var changes = LibraryChanges(loaded: library.layout)
        while !stopping.isRequested {
            _ = try? Readiness.wait([Interest(stopping.wakeup.descriptor)], timeoutMilliseconds: intervalMilliseconds)
            guard !stopping.isRequested, changes.look(LibraryLayout(library.path)) else { continue }
            let (loaded, diagnostics) = Library.load(library.path, previous: current, digest: LibraryFolder.digest)
            // A folder that is gone leaves the library as it was; looked at again, it is still gone.
            let layout = LibraryLayout(library.path)
            let seen = loaded.layout == current.layout ? layout : loaded.layout
            guard changes.accepts(seen, nowThere: layout) else { continue }
            for diagnostic in diagnostics where !told.contains("\(diagnostic)") { logger.log(diagnostic) }
            told = Set(diagnostics.map(\.description))
            current = loaded
            fresh.withLock { $0 = loaded }
            wake()
        }
    }
}
