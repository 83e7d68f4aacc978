import BatonMessages
import Foundation

/// Under which paths an export writes documents.
public enum ExportLayout: String, Sendable, CaseIterable {
    /// As BMAD lays a project out: where the templates and `core-config.yaml` want the documents, else `docs/` and the
    /// name.
    case project
    /// Under their names.
    case names

    /// A path for each artifact, no two of them the same on any file system, and none the folder of another.
    ///
    /// - Throws: ``ClientError`` `unsafe` for a name that leads out of the folder, that no file may have, or that
    ///   differs from another in its case alone: which of the two a file system keeps is not ours to decide.
    func paths(for artifacts: [ArtifactEntry]) throws(ClientError) -> [String] {
        var names: [String: String] = [:]
        for name in artifacts.map(\.name) {
            if let fault = ExportFolder.fault(in: name) { throw Self.refusal(of: name, fault) }
            if let other = names.updateValue(name, forKey: Self.folded(name)) {
                throw Self.refusal(of: name, "differs from “\(TerminalText.line(other))” in its case alone")
            }
        }
        var taken = Taken()
        guard self == .project else {
            for name in artifacts.map(\.name) where !taken.take(name) {
                throw Self.refusal(of: name, "is that of a folder, or below that of a document")
            }
            return artifacts.map(\.name)
        }
        // What has a place of its own goes first: a name never pushes it aside.
        let own = artifacts.map { artifact -> String? in
            guard let path = artifact.path, ExportFolder.fault(in: path) == nil, taken.take(path) else { return nil }
            return path
        }
        return zip(artifacts, own).map { artifact, own in
            if let own { return own }
            let path = artifact.name.hasPrefix("docs/") ? artifact.name : "docs/" + artifact.name
            var free = path
            var number = 2
            while !taken.take(free) {
                free = Self.numbered(path, number)
                number += 1
            }
            return free
        }
    }

    private static func refusal(of name: String, _ fault: String) -> ClientError {
        ClientError(
            .unsafe, "nothing is exported: the name of “\(TerminalText.line(name, maxLength: 300))” \(fault)")
    }

    /// What file systems that know no cases, or only composed letters, make of a path.
    static func folded(_ path: String) -> String {
        path.precomposedStringWithCanonicalMapping.lowercased().precomposedStringWithCanonicalMapping
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
            let path = ExportLayout.folded(path)
            let around = path.indices.filter { path[$0] == "/" }.map { String(path[..<$0]) }
            guard !folders.contains(path), !around.contains(where: files.contains), files.insert(path).inserted else {
                return false
            }
            folders.formUnion(around)
            return true
        }
    }
}
