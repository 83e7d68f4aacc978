import Foundation

/// Looks into a database with the `sqlite3` program: with none of the code that is under test, and without writing.
public struct DatabaseShell: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    public let path: String

    public init(path: String) { self.path = path }

    /// What the shell answers: a line per row, columns separated by `|`.
    public func query(_ sql: String) throws -> [String] {
        try run(sql).split(separator: "\n").map(String.init)
    }

    /// Copies the database as it is at one moment, whoever is writing to it.
    public func copy(to target: String) throws {
        _ = try run(".backup '\(target.replacing("'", with: "''"))'")
    }

    private func run(_ command: String) throws -> String {
        let result = try runToEnd(
            URL(filePath: "/usr/bin/env"), ["sqlite3", "-readonly", path, ".timeout 5000", command],
            directory: FileManager.default.temporaryDirectory, limit: .seconds(600))
        guard result.code == 0 else { throw Failure(description: "\(command): \(result.error)") }
        return result.output
    }
}
