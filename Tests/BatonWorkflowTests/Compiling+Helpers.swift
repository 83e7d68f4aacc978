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

func work(_ step: Step?) throws -> AgentWork {
    guard case .agent(let work) = step?.kind else {
        throw UnexpectedKind(description: "\(step?.id ?? "the step") is not an agent's")
    }
    return work
}

struct UnexpectedKind: Error, CustomStringConvertible { let description: String }

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

    static func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

    static func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

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

extension Plan {
    /// The steps that do something, in the order of the file.
    var leaves: [Step] { steps.filter { $0.kind.elements.isEmpty } }

    func step(_ id: String) -> Step? { steps.first { $0.id == id } }

    /// The plan as an indented list: the kind of what holds others, and the ids of what does something.
    var outline: String {
        var lines: [String] = []
        func add(_ index: Int, _ depth: Int) {
            let step = steps[index]
            lines.append(String(repeating: "  ", count: depth) + (step.kind.word.map { "\($0) " } ?? "") + step.id)
            for element in step.kind.elements { add(element, depth + 1) }
        }
        for element in body.elements { add(element, 0) }
        return lines.joined(separator: "\n")
    }
}

extension Step.Kind {
    fileprivate var word: String? {
        switch self {
        case .agent: nil
        case .guidance: "guidance"
        case .block(.sequence): "sequence"
        case .block(.parallel): "parallel"
        case .block(.dataflow): "dataflow"
        case .forEach: "for-each"
        case .loop: "loop"
        case .review: "review"
        case .fixFlagged: "owners"
        case .routes: "routes"
        case .choice: "switch"
        case .childRun: "run"
        }
    }
}
