import BatonEngine
import Glibc

/// Gives the random bits for the engine's inputs: the system's own, taken from it many at a time.
final class SeedSource {
    /// What `getentropy(3)` gives at once.
    private static let count = 256 / MemoryLayout<UInt64>.size
    private var words: [UInt64] = []

    func next() -> Seed {
        if words.count < 2 { refill() }
        return Seed(high: words.removeLast(), low: words.removeLast())
    }

    private func refill() {
        words = [UInt64](unsafeUninitializedCapacity: Self.count) { buffer, count in
            // It fails for more than 256 bytes, and on kernels without getrandom(2).
            guard getentropy(buffer.baseAddress!, Self.count * MemoryLayout<UInt64>.size) == 0 else {
                fatalError("the system gives no random bits: \(String(cString: strerror(errno)))")
            }
            count = Self.count
        }
    }
}
