/// Finds a text in another in linear time, whatever the two are (Knuth, Morris and Pratt, 1977).
struct TextSearch {
    private let needle: [UInt8]
    /// For each length that has matched, the length of the longest proper border.
    private let borders: [Int]

    init(for text: String) {
        let needle = Array(text.utf8)
        var borders = [Int](repeating: 0, count: needle.count)
        var length = 0
        for index in needle.indices.dropFirst() {
            while length > 0, needle[index] != needle[length] { length = borders[length - 1] }
            if needle[index] == needle[length] { length += 1 }
            borders[index] = length
        }
        self.needle = needle
        self.borders = borders
    }

    func occurs(in text: String) -> Bool {
        if needle.isEmpty { return true }
        var length = 0
        for byte in text.utf8 {
            while length > 0, byte != needle[length] { length = borders[length - 1] }
            if byte == needle[length] { length += 1 }
            if length == needle.count { return true }
        }
        return false
    }
}
