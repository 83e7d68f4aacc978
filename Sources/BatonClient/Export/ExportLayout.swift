import BatonMessages

/// Under which paths an export writes documents.
public enum ExportLayout: String, Sendable, CaseIterable {
    /// Under their names.
    case names
    /// Where their templates want them, else into `docs/` under their names.
    case project

    /// A path for each artifact, no two of them the same on any file system.
    func paths(for artifacts: [ArtifactEntry]) -> [String] {
        guard self == .project else { return artifacts.map(\.name) }
        var taken: Set<String> = []
        // What has a place of its own goes first: a name never pushes it aside.
        let own = artifacts.map { artifact -> String? in
            guard let path = artifact.path, ExportFolder.fault(in: path) == nil,
                taken.insert(path.lowercased()).inserted
            else { return nil }
            return path
        }
        return zip(artifacts, own).map { artifact, own in
            if let own { return own }
            let path = artifact.name.hasPrefix("docs/") ? artifact.name : "docs/" + artifact.name
            var free = path
            var number = 2
            while !taken.insert(free.lowercased()).inserted {
                free = Self.numbered(path, number)
                number += 1
            }
            return free
        }
    }

    /// `docs/prd.md` → `docs/prd-2.md`.
    private static func numbered(_ path: String, _ number: Int) -> String {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return "\(path)-\(number)" }
        return "\(path[..<dot])-\(number)\(path[dot...])"
    }
}
