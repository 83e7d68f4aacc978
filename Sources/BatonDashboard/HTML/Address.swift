/// The paths of this server's pages.
enum Address {
    /// The form that starts a workflow.
    static func start(_ workflow: String) -> String { "/start/\(segment(workflow))" }

    /// - Parameter at: the `seq` of an event: the run as it was after it.
    static func run(_ run: String, at sequence: Int? = nil) -> String {
        "/runs/\(segment(run))\(sequence.map { "?at=\($0)" } ?? "")"
    }

    static func document(_ run: String, _ name: String, version: Int? = nil, view: String? = nil) -> String {
        let path = "\(self.run(run))/documents/\(segment(name))"
        let query = [version.map { "version=\($0)" }, view.map { "view=\(segment($0))" }].compactMap(\.self)
        return query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
    }

    static func difference(_ run: String, _ name: String, from old: Int, to new: Int) -> String {
        "\(self.run(run))/documents/\(segment(name))/diff?from=\(old)&to=\(new)"
    }

    /// A text as one segment of a path, or a value of a query (RFC 3986, section 2.3).
    static func segment(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text of a segment; with `+` for a space in forms. nil when it is not UTF-8 or not encoded right.
    static func text(_ segment: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(segment.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(nibble), let low = rest.popFirst().flatMap(nibble) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// More of one form are left out.
    private static let maxFields = 512

    /// The pairs of a query or a form; of two of one name the first counts.
    static func fields(_ text: some StringProtocol) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in text.split(separator: "&").prefix(Self.maxFields) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.text(parts[0], plusIsSpace: true), fields[name] == nil else { continue }
            fields[name] = parts.count > 1 ? Self.text(parts[1], plusIsSpace: true) ?? "" : ""
        }
        return fields
    }
}
