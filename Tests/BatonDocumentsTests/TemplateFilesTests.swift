import BatonEngine
import BatonWorkflow
import Foundation
import Testing

@testable import BatonDocuments

/// Templates as they lie in folders: our own, and the published ones.
@Suite struct TemplateFilesTests {
    private static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private static let published: String? = {
        let path = ProcessInfo.processInfo.environment["BMAD_CORE"] ?? package + "/../shared/bmad-core"
        if FileManager.default.fileExists(atPath: path + "/templates") { return path }
        print("skipped: there are no published BMAD templates at \(path); BMAD_CORE may name another folder")
        return nil
    }()

    private func templates(_ folder: String) throws -> [(name: String, tree: JSON)] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        return try names.sorted().map { name in
            let data = try Data(contentsOf: URL(filePath: folder + "/" + name))
            let document = YAMLDocument(Array(data))
            #expect(document.problems.isEmpty, "\(name): \(document.problems)")
            return (name, try #require(document.root).json)
        }
    }

    @Test("Every template that Baton ships makes an outline without a problem")
    func own() throws {
        let templates = try templates(Self.package + "/workflows/templates")
        #expect(templates.count == 18)
        for (name, tree) in templates {
            let (read, problems) = Outline.read(tree)
            let outline = try #require(read, "\(name)")
            #expect(problems.isEmpty, "\(name): \(problems)")
            #expect(outline.format == .markdown)
            #expect(outline.filename?.hasPrefix("docs/") == true)
            // The stem is how a document finds its template.
            #expect(name == outline.id + "-tmpl.yaml")
            for section in outline.allSections {
                #expect(section.title != nil, "\(name): \(section.id)")
                #expect(section.instruction != nil, "\(name): \(section.id)")
            }
        }
    }

    @Test(
        "Every published template makes an outline without a problem",
        .enabled(if: published != nil, "there are no published BMAD templates; BMAD_CORE may name their folder"))
    func publishedTemplates() throws {
        let templates = try templates(try #require(Self.published) + "/templates")
        // Counted by hand in the files: `- id:` below `sections:`.
        let counts = [
            "architecture-tmpl.yaml": 61, "prd-tmpl.yaml": 27, "story-tmpl.yaml": 13, "qa-gate-tmpl.yaml": 0,
            "fullstack-architecture-tmpl.yaml": 90,
        ]
        #expect(templates.count == 13)
        for (name, tree) in templates {
            let (read, problems) = Outline.read(tree)
            let outline = try #require(read, "\(name)")
            #expect(problems.isEmpty, "\(name): \(problems)")
            if let count = counts[name] { #expect(outline.allSections.count == count, "\(name)") }
        }
    }

    @Test(
        "The published story template says who may write what",
        .enabled(if: published != nil, "there are no published BMAD templates; BMAD_CORE may name their folder"))
    func story() throws {
        let templates = try templates(try #require(Self.published) + "/templates")
        let tree = try #require(templates.first { $0.name == "story-tmpl.yaml" }?.tree)
        let outline = try #require(Outline.read(tree).outline)
        #expect(outline.version == "2.0")
        #expect(outline.title == "Story {{epic_num}}.{{story_num}}: {{story_title_short}}")
        let status = try #require(outline.sections.first)
        #expect(status.type == "choice")
        #expect(status.owner == "scrum-master")
        #expect(status.editors == ["scrum-master", "dev-agent"])
        let record = try #require(outline.sections.first { $0.id == "dev-agent-record" })
        #expect(record.sections.map(\.id) == ["agent-model", "debug-log-references", "completion-notes", "file-list"])
    }
}
