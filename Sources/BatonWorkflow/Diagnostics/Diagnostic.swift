/// A finding in a file of the library.
public struct Diagnostic: Sendable, Equatable {
    public enum Severity: String, Sendable, Comparable, CaseIterable {
        /// Something to know.
        case note
        /// It runs, but perhaps not as meant.
        case warning
        /// It cannot be run.
        case error

        public static func < (left: Severity, right: Severity) -> Bool {
            allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
        }
    }

    public let file: String
    /// From 1; 0 when the finding is about the file as a whole.
    public let line: Int
    /// In characters, from 1; 0 when the finding is about the file as a whole.
    public let column: Int
    public let severity: Severity
    public let message: String
    /// What may help; nil when the message says it all.
    public let hint: String?

    public init(
        file: String, line: Int = 0, column: Int = 0, severity: Severity, message: String, hint: String? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.message = message
        self.hint = hint
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: severity: message`, as compilers write it.
    public var description: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        return "\(place): \(severity.rawValue): \(message)"
    }
}

extension Sequence<Diagnostic> {
    public var hasErrors: Bool { contains { $0.severity == .error } }
}
