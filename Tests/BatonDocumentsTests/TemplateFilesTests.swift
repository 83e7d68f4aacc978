import BatonEngine
import Testing

@testable import BatonDocuments

/// Templates as they lie in folders: our own, and the published ones.
@Suite struct TemplateFilesTests {
    @Test("Every template that Baton ships makes an outline without a problem")
    func own() throws {
        let templates = try TemplateFiles.read(TemplateFiles.own)
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
        .enabled(
            if: TemplateFiles.published != nil, "there are no published BMAD templates; BMAD_CORE may name their folder"
        ))
    func publishedTemplates() throws {
        let templates = try TemplateFiles.read(try #require(TemplateFiles.published) + "/templates")
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
        .enabled(
            if: TemplateFiles.published != nil, "there are no published BMAD templates; BMAD_CORE may name their folder"
        ))
    func story() throws {
        let templates = try TemplateFiles.read(try #require(TemplateFiles.published) + "/templates")
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
