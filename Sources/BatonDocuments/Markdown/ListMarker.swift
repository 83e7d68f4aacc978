/// The marker at the start of a list item: `-`, `*`, `+`, or a number with `.` or `)`.
struct ListMarker: Equatable {
    /// The number of an ordered item; nil for a bullet.
    let number: Int?
    /// The length of the marker with the blanks behind it, in bytes.
    let length: Int

    /// The marker at the start of `line`, which has no indentation; nil when there is none.
    init?(_ line: Substring) {
        let bytes = line.utf8
        guard let first = bytes.first else { return nil }
        var rest = bytes.dropFirst()
        if [UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+")].contains(first) {
            number = nil
        } else {
            let digits = bytes.prefix { (0x30...0x39).contains($0) }
            guard (1...9).contains(digits.count), let value = Int(Substring(digits)) else { return nil }
            rest = bytes.dropFirst(digits.count)
            guard let delimiter = rest.popFirst(), [UInt8(ascii: "."), UInt8(ascii: ")")].contains(delimiter) else {
                return nil
            }
            number = value
        }
        let blanks = rest.prefix { $0 == 0x20 || $0 == 0x09 }.count
        guard blanks > 0 || rest.isEmpty else { return nil }
        length = bytes.count - rest.count + blanks
    }

    /// The line without its marker, if it has one.
    static func stripped(_ line: Substring) -> Substring {
        guard let marker = ListMarker(line) else { return line }
        return Substring(line.utf8.dropFirst(marker.length))
    }

    /// Whether the text is one line that starts with a marker.
    static func isSingleItem(_ text: String) -> Bool {
        let line = Substring(text).trimmed
        return !line.contains("\n") && ListMarker(line) != nil
    }
}
