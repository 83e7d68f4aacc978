import BatonClient
import BatonOrchestrator
import BatonWorkflow
import Foundation
import Logging

/// What a demo plays: a workflow, and what its run is started with. Nothing in here knows a workflow by name.
struct DemoScript {
    static let idea = "A reading list that several people share"

    /// The workflow's id.
    let workflow: String
    let title: String
    /// The folder that the orchestrator loads it from.
    let library: String
    /// In the order of the file.
    let roles: [String]
    let steps: Int
    let inputs: JSON
    /// How long a stand-in takes for a task: long enough to watch, short enough for a demo.
    let delay: Duration

    /// - Parameter name: a workflow of the library, by id, file name or trigger; or the path of a workflow file.
    init(_ name: String, library: String?, idea: String?, isFast: Bool, logger: Logger) throws {
        let isFile = name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
        let folder = try LibraryFolder.load(isFile ? Self.library(of: name) : library, logger: logger)
        guard let loaded = folder.find(isFile ? URL(filePath: name).lastPathComponent : name) else {
            let known = folder.workflows.map(\.plan.workflow).sorted().joined(separator: ", ")
            throw DemoError(
                isFile
                    ? "\(name) is no workflow that can be run: `baton validate \(name)` says why"
                    : "there is no workflow \"\(name)\"; known are: \(known.isEmpty ? "none" : known)")
        }
        let plan = loaded.plan
        workflow = plan.workflow
        title = plan.title
        self.library = folder.path
        roles = plan.roles
        steps = plan.steps.count
        let tasks = plan.steps.count { if case .agent = $0.kind { true } else { false } }
        delay = isFast ? .zero : min(.milliseconds(1500), .seconds(25) / max(1, tasks))

        let idea = idea ?? Self.idea
        var inputs: JSON = ["idea": .string(idea)]
        if case .object(var members) = inputs {
            for input in plan.inputs where input.isRequired && input.defaultValue == nil && members[input.name] == nil {
                members[input.name] = Self.value(ofType: input.type, idea: idea)
            }
            inputs = .object(members)
        }
        self.inputs = inputs
    }

    /// The library that a workflow file belongs to: its folder, or the one above a folder `workflows`, where templates
    /// lie beside it.
    private static func library(of file: String) -> String {
        let folder = URL(filePath: file).deletingLastPathComponent()
        return folder.lastPathComponent == "workflows"
            && !FileManager.default.fileExists(
                atPath: folder.appending(path: "templates").path)
            ? folder.deletingLastPathComponent().path : folder.path
    }

    /// Something to put in for an input that the demo knows nothing about.
    private static func value(ofType type: String?, idea: String) -> JSON {
        switch type {
        case "boolean": false
        case "number", "integer": 1
        case "list": [.string(idea)]
        case "object": [:]
        default: .string(idea)
        }
    }
}

/// Why a demo did not come to its end: one sentence.
struct DemoError: Error, CustomStringConvertible {
    let description: String
    /// The program's exit code.
    let code: Int32

    init(_ description: String, code: Int32 = Failure.general) {
        self.description = description
        self.code = code
    }
}
