import Foundation

/// A Python with what the tests and the agents of `docs/agents` need, in a virtual environment below `.build`.
///
/// Made once, with `pip`, and kept: the first test run on a machine needs the network.
public enum PythonEnvironment {
    /// The root of the package.
    private static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Where a file of the package is.
    static func file(_ path: String) -> String { package.appending(path: path).path }

    /// What has to be there, as files for `pip install -r`.
    private static let requirements = [
        "docs/agents/python/requirements.txt", "Tests/Contract/requirements.txt",
    ]

    /// The interpreter.
    public static var interpreter: URL { get async throws { try await made.value } }

    private static let made = Task {
        try await onThread {
            let folder = package.appending(path: ".build/python")
            let interpreter = folder.appending(path: "bin/python")
            if !FileManager.default.isExecutableFile(atPath: interpreter.path) {
                try run(URL(filePath: "/usr/bin/env"), ["python3", "-m", "venv", folder.path])
            }
            let files = requirements.flatMap { ["-r", file($0)] }
            try run(interpreter, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"] + files)
            return interpreter
        }
    }

    /// Runs a program to its end.
    static func run(_ executable: URL, _ arguments: [String]) throws {
        let log = FileManager.default.temporaryDirectory.appending(path: "baton-python-\(UUID().uuidString).log")
        defer { try? FileManager.default.removeItem(at: log) }
        let code = try GuardedProcess(executable, arguments, output: log).waitUntilExit()
        guard code == 0 else {
            let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
            let command = ([executable.lastPathComponent] + arguments).joined(separator: " ")
            throw Failure(description: "\(command) ended with \(code): \(said.suffix(2000))")
        }
    }

    public struct Failure: Error, CustomStringConvertible { public let description: String }

    /// What `Tests/Contract/check.py`, an independent reader of `docs/schemas` and `docs/asyncapi.yaml`, says.
    ///
    /// - Parameters:
    ///   - task: one of those at the top of the script.
    ///   - input: JSON.
    /// - Returns: JSON.
    public static func contract(_ task: String, _ input: Data) async throws -> Data {
        let interpreter = try await interpreter
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-contract-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (question, answer) = (folder.appending(path: "in.json"), folder.appending(path: "out.json"))
        try input.write(to: question)
        try await onThread {
            try run(
                interpreter,
                [file("Tests/Contract/check.py"), file("docs"), task, question.path, answer.path])
        }
        return try Data(contentsOf: answer)
    }
}
