/// Why the embedded broker does not run.
public struct BrokerError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// No `mosquitto` program was found.
        case notInstalled
        /// No configuration was found, or it can't be used.
        case configuration
        /// Another program listens on the port.
        case portTaken
        /// The folder for its files can't be written.
        case directory
        /// It ended, or did not listen in time.
        case failed
    }

    public let code: Code
    /// One sentence that says what happened and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// Whether the same call may succeed later without a change of the machine.
    public var isRetriable: Bool { code == .portTaken || code == .failed }
}
