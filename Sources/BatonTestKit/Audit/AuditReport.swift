/// What an audit of a database found.
public struct AuditReport: Sendable {
    public struct Violation: Sendable, CustomStringConvertible {
        public enum Kind: String, Sendable {
            /// Something that was promised to somebody, or begun, is not there, or did not come to its end.
            case lost
            /// Something counted more than once.
            case doubled
            /// What is there contradicts itself.
            case wrong
        }

        public let kind: Kind
        public let text: String

        public var description: String { "\(kind.rawValue): \(text)" }
    }

    public private(set) var violations: [Violation] = []
    /// What was there to be checked, by name.
    public private(set) var counts: [String: Int] = [:]

    public init() {}

    public mutating func find(_ kind: Violation.Kind, _ text: String) {
        violations.append(Violation(kind: kind, text: text))
    }

    public mutating func count(_ name: String, _ number: Int) { counts[name, default: 0] += number }

    public func number(of kind: Violation.Kind) -> Int { violations.count { $0.kind == kind } }
}
