import BatonMessages
import BatonWorkflow
import Foundation
import Logging

/// The library folder that a command works with.
public enum LibraryFolder {
    /// Where workflows are looked for when nobody says where: `workflows` here, or beside or above the program.
    public static func find(_ given: String?) throws -> String {
        if let given {
            guard isFolder(given) else {
                throw SettingsError(message: "there is no folder \(given): name the workflows' folder with --library")
            }
            return given
        }
        if isFolder("workflows") { return "workflows" }
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        while folder.path != "/" {
            for candidate in ["workflows", "share/baton/workflows"] {
                let path = folder.appendingPathComponent(candidate).path
                if isFolder(path) { return path }
            }
            folder = folder.deletingLastPathComponent()
        }
        throw SettingsError(message: "there is no folder workflows here: name the workflows' folder with --library")
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Loads a library, and logs what is wrong in it.
    public static func load(_ given: String?, logger: Logger) throws -> Library {
        let path = try find(given)
        let (library, diagnostics) = Library.load(path) { ContentHash.of($0).description }
        for diagnostic in diagnostics {
            switch diagnostic.severity {
            case .error: logger.error("\(diagnostic)")
            case .warning: logger.warning("\(diagnostic)")
            case .note: logger.debug("\(diagnostic)")
            }
        }
        logger.info("library loaded", metadata: ["folder": "\(path)", "workflows": "\(library.workflows.count)"])
        return library
    }
}
