/// Cuts a stream of bytes into lines, and keeps the last ones. Its memory is bounded whatever comes.
struct LineSplitter {
    static let maxLineBytes = 4096
    static let keptLines = 20

    private var open: [UInt8] = []
    /// The open line was longer than a line may be; the rest of it is passed over.
    private var isCut = false
    /// The last lines that are not empty, oldest first.
    private(set) var last: [String] = []

    /// The lines that these bytes complete.
    mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if let line = finish() { lines.append(line) }
            } else if open.count < Self.maxLineBytes {
                open.append(byte)
            } else {
                isCut = true
            }
        }
        return lines
    }

    /// The open line, at the end of the stream; nil when it is empty.
    mutating func finish() -> String? {
        defer {
            open.removeAll(keepingCapacity: true)
            isCut = false
        }
        if open.last == UInt8(ascii: "\r") { open.removeLast() }
        guard !open.isEmpty else { return nil }
        let line = String(decoding: open, as: UTF8.self) + (isCut ? "…" : "")
        last.append(line)
        if last.count > Self.keptLines { last.removeFirst() }
        return line
    }
}
