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

    /// The revision of a plan, from the bytes that it is made of.
    static let digest: @Sendable ([UInt8]) -> String = { ContentHash.of($0).description }

    /// Loads a library, and logs what is wrong in it.
    public static func load(_ given: String?, logger: Logger) throws -> Library {
        let path = try find(given)
        let (library, diagnostics) = Library.load(path, digest: digest)
        for diagnostic in diagnostics { logger.log(diagnostic) }
        logger.info("library loaded", metadata: ["folder": "\(path)", "workflows": "\(library.workflows.count)"])
        return library
    }
}

extension Library {
    /// The team of that name.
    func requireTeam(_ name: String) throws(SettingsError) -> Team {
        if let team = team(name) { return team }
        let known = teams.map(\.name).sorted().joined(separator: ", ")
        throw SettingsError(
            message: "there is no team \"\(name)\" that can be read; known are: \(known.isEmpty ? "none" : known)")
    }
}

extension Logger {
    func log(_ diagnostic: Diagnostic) {
        switch diagnostic.severity {
        case .error: error("\(diagnostic)")
        case .warning: warning("\(diagnostic)")
        case .note: debug("\(diagnostic)")
        }
    }

    /// Says which workflows a team cannot carry out, or not alone.
    func logMissingRoles(of team: Team?, in library: Library) {
        guard let team else { return }
        for workflow in library.workflows {
            let missing = team.missingRoles(of: workflow.plan)
            guard !missing.isEmpty else { continue }
            let roles = missing.joined(separator: ", ")
            let isMeant = team.isMeant(for: workflow.plan, file: workflow.file)
            let fate = isMeant ? "needs others too" : "is not started"
            warning("\(workflow.plan.workflow) \(fate): the team \(team.name) has nobody for \(roles)")
        }
    }
}
