/// What is wrong in a document template.
public struct TemplateProblem: Sendable, Equatable, CustomStringConvertible {
    /// The way to the place: keys with dots between, sections by their ids (`sections.requirements.functional`).
    public let path: String
    /// One clause for people.
    public let message: String

    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
