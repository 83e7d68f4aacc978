import BatonEngine
import Foundation

/// The packs that lie in a folder, by their folders.
struct PackFolders {
    /// BMAD's own.
    let core: String?
    /// Expansion packs, by name.
    let others: [String]
    /// What all packs share.
    let common: String?
    /// Workflows of packs whose other files are not here.
    let flat: String?

    /// The folder is a project or a repository: what else lies in it is no part of a library.
    let isProject: Bool

    init(_ folder: String) {
        let isFolder = { FilePath.isFolder(FilePath.join(folder, $0)) == true }
        core = [".bmad-core", "bmad-core"].first(where: isFolder).map { FilePath.join(folder, $0) }
        var others: [String] = []
        for name in Self.names(in: folder) ?? [] where !Self.reserved.contains(name) {
            let path = FilePath.join(folder, name)
            let isPack = name.hasPrefix(".bmad-") ? isFolder(name) : !name.hasPrefix(".") && Self.isPack(path)
            if isPack { others.append(path) }
        }
        let expansion = FilePath.join(folder, "expansion-packs")
        let hasExpansion = isFolder("expansion-packs")
        if hasExpansion {
            others += (Self.names(in: expansion) ?? []).filter { !$0.hasPrefix(".") }
                .map { FilePath.join(expansion, $0) }.filter { FilePath.isFolder($0) == true }
        }
        self.others = Array(others.prefix(Library.maxPacks))
        isProject = core != nil || hasExpansion || others.contains { FilePath.lastComponent($0).hasPrefix(".") }
        // Many projects have a folder of that name; this one is meant beside those.
        common = (isFolder("bmad-core") || hasExpansion) && isFolder("common") ? FilePath.join(folder, "common") : nil
        flat = isFolder("expansion/workflows") ? FilePath.join(folder, "expansion/workflows") : nil
    }

    /// Folders of these names are no expansion packs.
    private static let reserved: Set<String> = [
        ".bmad-core", "bmad-core", "common", "expansion", "expansion-packs", "workflows",
    ]

    private static func isPack(_ folder: String) -> Bool {
        let isFolder = { FilePath.isFolder(FilePath.join(folder, $0)) == true }
        guard isFolder("workflows") else { return false }
        return (Attachment.Kind.lookupOrder.map(\.folder) + ["agents", "agent-teams"]).contains(where: isFolder)
    }

    /// Where the core and the common files of a pack in this folder may lie: inside, or, of what is called like a
    /// pack, beside it.
    static func surroundings(of folder: String) -> [String] {
        let name = FilePath.lastComponent(folder)
        let parent = FilePath.parent(folder)
        if name.hasPrefix(".bmad-") || name == "bmad-core" { return [folder, parent] }
        if FilePath.lastComponent(parent) == "expansion-packs" { return [folder, FilePath.parent(parent)] }
        return [folder]
    }

    /// All names in a folder, sorted; nil when it can't be listed.
    static func names(in folder: String) -> [String]? {
        (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted()
    }
}
