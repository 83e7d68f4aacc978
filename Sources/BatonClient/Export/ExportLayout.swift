import BatonMessages

/// Under which paths an export writes documents.
public enum ExportLayout: String, Sendable, CaseIterable {
    /// As BMAD lays a project out: where the templates and `core-config.yaml` want the documents, else `docs/` and the
    /// name.
    case project
    /// Under their names.
    case names

    /// Where the documents go, and which have no place.
    struct Places {
        /// A path for each artifact, no two of them the same on any file system, and none the folder of another; nil
        /// for one that can't be a file.
        var paths: [String?]
        /// A sentence for each of those.
        var faults: [String] = []
    }

    /// Gives each artifact its path. One whose name no file may have is left out, and so is one whose name differs from
    /// an earlier one in its case alone: which of the two a file system keeps is not ours to decide.
    ///
    /// - Throws: ``ClientError`` `unsafe` for a name that leads out of the folder, as no run has it.
    func places(for artifacts: [ArtifactEntry]) throws(ClientError) -> Places {
        var places = Places(paths: [])
        var names: [String: String] = [:]
        let faults = artifacts.map(\.name).map { name -> String? in
            if let fault = ArtifactName.fileFault(in: name) { return fault }
            guard let other = names[ArtifactName.folded(name)] else {
                names[ArtifactName.folded(name)] = name
                return nil
            }
            return "differs from “\(TerminalText.line(other))” in its case alone"
        }
        for (artifact, fault) in zip(artifacts, faults) {
            guard let fault else { continue }
            if ArtifactName.fault(in: artifact.name) != nil {
                throw ClientError(.unsafe, "nothing is exported: \(Self.sentence(artifact.name, fault))")
            }
            places.faults.append(Self.sentence(artifact.name, fault))
        }
        var taken = Taken()
        // What has a place of its own goes first: a name never pushes it aside.
        let own = zip(artifacts, faults).map { artifact, fault -> String? in
            guard fault == nil, self == .project, let path = artifact.path, ExportFolder.fault(in: path) == nil,
                taken.take(path)
            else { return nil }
            return path
        }
        for (index, artifact) in artifacts.enumerated() {
            if let path = own[index] {
                places.paths.append(path)
            } else if faults[index] != nil {
                places.paths.append(nil)
            } else if self == .project {
                places.paths.append(free(for: artifact, &taken))
            } else if taken.take(artifact.name) {
                places.paths.append(artifact.name)
            } else {
                places.paths.append(nil)
                places.faults.append(
                    Self.sentence(artifact.name, "is that of a folder, or below that of a document"))
            }
        }
        return places
    }

    private func free(for artifact: ArtifactEntry, _ taken: inout Taken) -> String {
        let path = artifact.name.hasPrefix("docs/") ? artifact.name : "docs/" + artifact.name
        var free = path
        var number = 2
        while !taken.take(free) {
            free = Self.numbered(path, number)
            number += 1
        }
        return free
    }

    private static func sentence(_ name: String, _ fault: String) -> String {
        "the name of “\(TerminalText.line(name, maxLength: 300))” \(fault)"
    }

    /// `docs/prd.md` → `docs/prd-2.md`.
    private static func numbered(_ path: String, _ number: Int) -> String {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return "\(path)-\(number)" }
        return "\(path[..<dot])-\(number)\(path[dot...])"
    }

    /// The files and folders that an export makes.
    private struct Taken {
        private var files: Set<String> = []
        private var folders: Set<String> = []

        /// Takes the path for a file; false when a file system has it already.
        mutating func take(_ path: String) -> Bool {
            let path = ArtifactName.folded(path)
            let around = path.indices.filter { path[$0] == "/" }.map { String(path[..<$0]) }
            guard !folders.contains(path), !around.contains(where: files.contains), files.insert(path).inserted else {
                return false
            }
            folders.formUnion(around)
            return true
        }
    }
}
