/// Draws inputs from a corpus and a seed: the same seed draws the same inputs.
struct Mutator {
    private var state: UInt64
    private let corpus: Corpus

    init(seed: UInt64, corpus: Corpus) {
        state = seed
        self.corpus = corpus
    }

    mutating func next() -> Input {
        if below(3) == 0 { return .expression(mutated(corpus.expressions, Self.operators, limit: 20_000)) }
        return .workflow(mutated(corpus.workflows, Self.keys, limit: 1_200_000))
    }

    private mutating func mutated(_ inputs: [[UInt8]], _ words: [String], limit: Int) -> [UInt8] {
        var bytes = inputs[below(inputs.count)]
        for _ in 0..<(1 + below(8)) where bytes.count < limit {
            let place = below(bytes.count + 1)
            switch below(9) {
            case 0 where !bytes.isEmpty: bytes[place % bytes.count] = UInt8(truncatingIfNeeded: random())
            case 1 where !bytes.isEmpty: bytes[place % bytes.count] ^= 1 << UInt8(below(8))
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(40)))
            case 3: bytes.insert(contentsOf: words[below(words.count)].utf8, at: place)
            case 4:
                // A piece again, now and then very often.
                let end = min(bytes.count, place + 1 + below(60))
                let times = below(20) == 0 ? 1 + below(3000) : 1
                let piece = Array(bytes[place..<end])
                bytes.insert(contentsOf: Array(repeating: piece, count: times).joined(), at: place)
            case 5:
                let other = inputs[below(inputs.count)]
                let start = below(other.count + 1)
                bytes.insert(contentsOf: other[start..<min(other.count, start + below(400))], at: place)
            case 6: bytes.removeSubrange(place...)
            case 7:
                // Whole lines change places: the structure moves.
                var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                lines.swapAt(below(lines.count), below(lines.count))
                bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
            default: bytes.insert(contentsOf: Self.odd[below(Self.odd.count)], at: place)
            }
        }
        return bytes
    }

    /// SplitMix64.
    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private mutating func below(_ bound: Int) -> Int { Int(random() % UInt64(max(1, bound))) }

    private static let keys = [
        "agent: a\n", "creates: x\n", "requires: all_artifacts\n", "validates: all\n", "updates: any_flagged\n",
        "condition: x_issues\n", "repeats: for_each_epic\n", "repeat_for: [1, 2]\n", "steps:\n", "- ", "  ",
        "parallel:\n",
        "for_each: {in: facts.x, steps: [{agent: b}]}\n", "loop: {until: true, steps: [{agent: c}]}\n",
        "switch: [{else: [{agent: d}]}]\n", "routes: {a: {agent: e}}\n", "when: facts.x\n", "join: 2\n",
        "max_rounds: 0\n",
        "workflow: x\n", "&a ", "*a", "<<: *a\n", "!!int ", "\"", "'", "|\n", ">-\n", "? ", ": ", "# ", "---\n", "[",
        "{",
        "agent: various\n", "step: continue_for_all_stories\n", "phase: launch\n", "agent: a/b/various\n",
    ]
    private static let operators = [
        "&&", "||", "!", "==", "in", "?", ":", "(", ")", "[", "]", "{", "}", "'", "\"", "r'", "0x", "1e9", "facts.",
        ".exists(x, ", ".matches('(a|b)*c')", "has(", "size(", "-", "%", "/", "null", "9223372036854775807", ".all(y, ",
    ]
    private static let odd: [[UInt8]] = [
        [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], Array("\u{202E}".utf8), [9], [13],
        Array("\u{FEFF}".utf8), Array(repeating: UInt8(ascii: "["), count: 200),
        Array(repeating: UInt8(ascii: "("), count: 200), Array(repeating: UInt8(ascii: "a"), count: 5000),
    ]
}
