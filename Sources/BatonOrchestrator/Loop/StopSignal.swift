import BatonMQTT
import Synchronization

/// Asks the loop's thread to stop, from any other.
final class StopSignal: Sendable {
    let wakeup: Wakeup
    private let requested = Atomic(false)

    init() throws { wakeup = try Wakeup() }

    var isRequested: Bool { requested.load(ordering: .acquiring) }

    func request() {
        requested.store(true, ordering: .releasing)
        wakeup.signal()
    }
}
