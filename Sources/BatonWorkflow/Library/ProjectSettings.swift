import BatonEngine

/// Where a BMAD project keeps its documents: what `core-config.yaml` says, and BMAD's own defaults where it says
/// nothing.
///
/// A plan carries the file of its library, so that a run's documents have the same places whatever becomes of it.
public struct ProjectSettings: Sendable, Equatable {
    /// In a pack's folder.
    public static let fileName = "core-config.yaml"
    /// Unlike the name of any file that steps may name, it has a folder.
    private static let attachmentName = "config/core-config.yaml"

    /// BMAD v4 as it is installed.
    private static let defaults: [String: String] = [
        "qa.qaLocation": "docs/qa", "prd.prdFile": "docs/prd.md", "prd.prdShardedLocation": "docs/prd",
        "architecture.architectureFile": "docs/architecture.md",
        "architecture.architectureShardedLocation": "docs/architecture", "devStoryLocation": "docs/stories",
    ]

    /// By their paths in the file (`qa.qaLocation`).
    public private(set) var values = defaults

    public init(_ plan: Plan) {
        guard let file = plan.attachment(Self.attachmentName)?.structure else { return }
        for name in Self.defaults.keys {
            let value = name.split(separator: ".").reduce(Optional(file)) { $0?[String($1)] }
            guard var path = value?.string else { continue }
            while path.hasSuffix("/") { path.removeLast() }
            // What leads out of the project is not taken.
            if ArtifactName.fault(in: path) == nil { values[name] = path }
        }
    }

    /// The place of a document that its template puts where BMAD has it by default.
    public func relocated(_ path: String) -> String {
        for name in ["prd.prdFile", "architecture.architectureFile"] where path == Self.defaults[name] {
            return values[name] ?? path
        }
        for name in ["devStoryLocation", "qa.qaLocation"] {
            guard let folder = Self.defaults[name], path.hasPrefix(folder + "/"), let own = values[name] else {
                continue
            }
            return own + path.dropFirst(folder.count)
        }
        return path
    }

    /// The folder for the parts of a document that was split.
    ///
    /// - Parameter path: where the document itself is.
    public func shards(of path: String) -> String {
        for part in ["prd.prd", "architecture.architecture"] where path == values[part + "File"] {
            return values[part + "ShardedLocation"] ?? path
        }
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return path }
        return String(path[..<dot])
    }

    static func attachments(in files: LibraryFiles?) -> [Attachment] {
        guard let file = files?.settings else { return [] }
        return [Attachment(name: attachmentName, kind: .data, content: file.content, structure: file.structure)]
    }
}
