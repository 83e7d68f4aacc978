import BatonClient
import BatonOrchestrator
import BatonWorkflow
import Foundation

/// A workflow as a command line names it: by the path of its file, or by id, file name or trigger in a library.
struct NamedWorkflow {
    let loaded: LoadedWorkflow
    /// The folder of the library that it is in.
    let library: String

    /// - Parameter library: where a workflow that is no path is looked for; nil: where the orchestrator would.
    init(_ name: String, library: String?) throws {
        let isFile = name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
        // What is wrong with other files of the folder is not asked here; `baton validate` tells it.
        let quiet = makeLogger("library", level: .critical)
        let folder = try LibraryFolder.load(isFile ? Self.library(of: name) : library, logger: quiet)
        guard let loaded = folder.find(isFile ? URL(filePath: name).lastPathComponent : name) else {
            let shown = TerminalText.line(name)
            let known = folder.workflows.map(\.plan.workflow).sorted().joined(separator: ", ")
            throw ClientError(
                .notFound,
                isFile
                    ? "\(shown) is no workflow that can be run: `baton validate \(shown)` says why"
                    : "there is no workflow \"\(shown)\"; known are: \(known.isEmpty ? "none" : known)")
        }
        self.loaded = loaded
        self.library = folder.path
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
}
