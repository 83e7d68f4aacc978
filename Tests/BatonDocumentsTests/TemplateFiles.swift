import BatonDocuments
import BatonEngine
import BatonWorkflow
import Foundation
import Testing

/// Templates as they lie in folders.
enum TemplateFiles {
    private static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The templates that Baton ships.
    static let own = package + "/workflows/templates"

    /// The folder of the published BMAD files; nil, and said so once, when it is not there.
    static let published: String? = {
        let path = ProcessInfo.processInfo.environment["BMAD_CORE"] ?? package + "/../shared/bmad-core"
        if FileManager.default.fileExists(atPath: path + "/templates") { return path }
        print("skipped: there are no published BMAD templates at \(path); BMAD_CORE may name another folder")
        return nil
    }()

    static func read(_ folder: String) throws -> [(name: String, tree: JSON)] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        return try names.sorted().map { name in
            let data = try Data(contentsOf: URL(filePath: folder + "/" + name))
            let document = YAMLDocument(Array(data))
            #expect(document.problems.isEmpty, "\(name): \(document.problems)")
            return (name, try #require(document.root).json)
        }
    }

    static func outline(_ name: String, in folder: String) throws -> Outline {
        let tree = try #require(read(folder).first { $0.name == name }?.tree)
        return try #require(Outline.read(tree).outline)
    }
}
