import BatonEngine
import Glibc

/// The time by which the orchestrator decides: it runs evenly, follows the machine's clock, and never jumps.
///
/// Somebody sets the machine's clock, and leases, retries and back-offs must not notice. So time goes on by what a
/// clock says that nobody can set, and approaches the machine's clock by one part in a hundred.
package final class SteadyClock {
    private let steady: () -> Int64
    private let wall: () -> Int64
    /// What was read last of the clock that nobody can set, and the time then; in microseconds.
    private var lastSteady: Int64
    private var time: Int64

    /// - Parameters:
    ///   - steady: microseconds since some moment, of a clock that nobody can set.
    ///   - wall: microseconds since 1970, as the machine has it.
    package init(
        steady: @escaping () -> Int64 = { SteadyClock.microseconds(CLOCK_BOOTTIME) },
        wall: @escaping () -> Int64 = { SteadyClock.microseconds(CLOCK_REALTIME) }
    ) {
        self.steady = steady
        self.wall = wall
        lastSteady = steady()
        time = wall()
    }

    package func now() -> Timestamp {
        let reading = steady()
        let elapsed = max(0, reading - lastSteady)
        lastSteady = reading
        time += elapsed
        let bound = elapsed / 100
        time += min(max(wall() - time, -bound), bound)
        return Timestamp(milliseconds: time / 1000)
    }

    package static func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
