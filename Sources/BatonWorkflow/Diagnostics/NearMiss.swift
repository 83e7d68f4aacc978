/// Finds the word that somebody may have meant.
public enum NearMiss {
    /// The word of `known` that differs from `word` by a slip or two; nil if there is none, or `word` is too short to
    /// say.
    public static func find(_ word: String, in known: some Sequence<String>) -> String? {
        let bytes = Array(word.utf8)
        guard (4...32).contains(bytes.count) else { return nil }
        let bound = bytes.count < 7 ? 1 : 2
        var best: (word: String, distance: Int)?
        for candidate in known {
            let distance = distance(bytes, Array(candidate.utf8), bound: bound)
            if distance <= bound, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// The optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours.
    static func distance(_ left: [UInt8], _ right: [UInt8], bound: Int) -> Int {
        guard abs(left.count - right.count) <= bound else { return .max }
        var before: [Int] = []
        var previous = Array(0...right.count)
        for i in 0..<left.count {
            var current = [i + 1]
            for j in 0..<right.count {
                var cost = min(previous[j] + (left[i] == right[j] ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, before[j - 1] + 1)
                }
                current.append(cost)
            }
            before = previous
            previous = current
        }
        return previous[right.count]
    }
}
