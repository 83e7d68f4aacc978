import BatonEngine

/// Gives the random bits for the engine's inputs: the system's own, taken from it many at a time.
final class SeedSource {
    private static let count = 512
    private var words: [UInt64] = []

    func next() -> Seed {
        if words.count < 2 {
            var random = SystemRandomNumberGenerator()
            words = (0..<Self.count).map { _ in random.next() }
        }
        return Seed(high: words.removeLast(), low: words.removeLast())
    }
}
