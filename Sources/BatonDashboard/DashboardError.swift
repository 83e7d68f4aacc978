/// What keeps the dashboard from being served.
public struct DashboardError: Error, Sendable, CustomStringConvertible {
    /// One sentence, with what to do next.
    public let message: String

    init(_ message: String) { self.message = message }

    public var description: String { message }
}
