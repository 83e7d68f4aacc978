/// A place in a distributed trace: W3C Trace Context's `traceparent`, version 00.
///
/// `00-<trace: 32 hex digits>-<span: 16 hex digits>-<flags: 2 hex digits>`, lower case, and neither number all zeros.
/// Source: https://www.w3.org/TR/trace-context/#traceparent-header
public struct TraceParent: Sendable, Equatable, CustomStringConvertible {
    /// For people: what one looks like.
    public static let form =
        "a traceparent as W3C Trace Context has it: 00-<32 hex digits>-<16 hex digits>-<2 hex digits>"

    /// 32 hex digits.
    public let trace: String
    /// 16 hex digits.
    public let span: String
    /// Two hex digits; 01: the caller records the trace.
    public let flags: String

    /// Nil when the text is none. A later version's is read as far as this one goes, as the standard wants.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, Self.isHex(parts[0], 2), parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            Self.isHex(parts[1], 32), Self.isHex(parts[2], 16), Self.isHex(parts[3], 2),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        (trace, span, flags) = (parts[1], parts[2], parts[3])
    }

    /// The trace that a run is by itself.
    public init(run: Identifier) {
        trace = Self.hex(run.high) + Self.hex(run.low)
        span = Self.span(of: run)
        flags = "01"
    }

    private init(trace: String, span: String, flags: String) {
        (self.trace, self.span, self.flags) = (trace, span, flags)
    }

    /// The same trace, at the span of a run (by its id) or of an attempt (by its lease).
    public func at(_ id: Identifier) -> TraceParent {
        TraceParent(trace: trace, span: Self.span(of: id), flags: flags)
    }

    public var description: String { "00-\(trace)-\(span)-\(flags)" }

    private static func span(of id: Identifier) -> String {
        let number = id.high ^ id.low
        return hex(number == 0 ? 1 : number)
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    private static func isHex(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
