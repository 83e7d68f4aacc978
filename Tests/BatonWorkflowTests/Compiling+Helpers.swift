import BatonEngine
import Foundation
import Testing

@testable import BatonWorkflow

/// FNV-1a: a stand-in for the hash that the store uses, which this module does not know.
func fingerprint(_ bytes: [UInt8]) -> String {
    String(bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
}

func compile(
    _ text: String, file: String = "test.yaml", files: LibraryFiles? = nil
) -> WorkflowCompiler.Result {
    WorkflowCompiler.compile(source: Array(text.utf8), file: file, files: files, digest: fingerprint)
}

/// A workflow with these steps; the text begins at the margin, and its first line is line 4 of the file.
func sequence(_ steps: String) -> String {
    "workflow:\n  id: test\n  sequence:\n"
        + steps.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(separator: "\n")
}

/// The plan of a workflow with these steps. Records an issue when there is an error, or a finding not expected.
func plan(
    _ steps: String, files: LibraryFiles? = nil, warnings: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
) throws -> Plan {
    let result = compile(sequence(steps), files: files)
    let found = result.diagnostics.filter { $0.severity > .note }
    #expect(found.count == warnings, "\(found)", sourceLocation: sourceLocation)
    return try #require(result.plan, "\(result.diagnostics)", sourceLocation: sourceLocation)
}

/// The work of the only agent step, or of the one at `index`.
func work(_ plan: Plan, _ index: Int = 0, sourceLocation: SourceLocation = #_sourceLocation) throws -> AgentWork {
    guard case .agent(let work) = plan.steps[index].kind else {
        let kind = plan.steps[index].kind
        throw UnexpectedKind(description: "step \(index) is \(kind), not an agent's")
    }
    return work
}

struct UnexpectedKind: Error, CustomStringConvertible { let description: String }

extension Plan {
    /// The constructs of the steps that cannot be run, by id.
    var unsupported: [String: String] {
        var result: [String: String] = [:]
        for step in steps {
            if case .unsupported(let construct) = step.kind { result[step.id] = construct }
        }
        return result
    }
}

/// Folders that tests read.
enum Folders {
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The published BMAD files: `BMAD_CORE`, else beside the package; nil, said aloud, when there are none.
    static let published: String? = {
        let path = ProcessInfo.processInfo.environment["BMAD_CORE"] ?? package + "/../shared/bmad-core"
        if FileManager.default.fileExists(atPath: path + "/workflows") { return path }
        print("skipped: there are no published BMAD files at \(path); BMAD_CORE may name another folder")
        return nil
    }()

    static var hasPublished: Bool { published != nil }

    /// The YAML files of a folder, as paths, sorted.
    static func yaml(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().map { folder + "/" + $0 }
    }

    /// A folder of its own for a test, with these files in it, removed at the end.
    static func withTemporary<Value>(_ files: [String: String], _ body: (String) throws -> Value) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, content) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content.utf8).write(to: file)
        }
        return try body(folder.path)
    }
}
