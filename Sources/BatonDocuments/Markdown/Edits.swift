/// Replacements in a text, made in one go; of a long text, in one part after the other.
struct Edits {
    private let bytes: [UInt8]
    private var edits: [(range: Range<Int>, text: [UInt8])] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func replace(_ range: Range<Int>, with text: [UInt8]) { edits.append((range, text)) }

    /// Puts the replacements in order, when they were not made so. Of two that overlap, the first is made, and the
    /// longer of two that start together; what is inserted comes before what is replaced.
    mutating func sort() {
        edits = edits.enumerated().sorted { first, second in
            let (left, right) = (first.element.range, second.element.range)
            if left.lowerBound != right.lowerBound { return left.lowerBound < right.lowerBound }
            if left.isEmpty != right.isEmpty { return left.isEmpty }
            if left.upperBound != right.upperBound { return left.upperBound > right.upperBound }
            return first.offset < second.offset
        }.map(\.element)
    }

    /// The text with all replacements made, from `range` of it. They are in order.
    func applied(in range: Range<Int>? = nil) -> [UInt8] {
        let range = range ?? 0..<bytes.count
        var result: [UInt8] = []
        result.reserveCapacity(range.count + range.count / 16)
        var index = range.lowerBound
        for edit in edits[first(from: range.lowerBound)...] {
            if edit.range.upperBound > range.upperBound { break }
            guard edit.range.lowerBound >= index else { continue }
            result += bytes[index..<edit.range.lowerBound]
            result += edit.text
            index = edit.range.upperBound
        }
        result += bytes[index..<range.upperBound]
        return result
    }

    /// The first edit that starts at `index` or behind it.
    private func first(from index: Int) -> Int {
        var (low, high) = (0, edits.count)
        while low < high {
            let middle = (low + high) / 2
            if edits[middle].range.lowerBound < index { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
