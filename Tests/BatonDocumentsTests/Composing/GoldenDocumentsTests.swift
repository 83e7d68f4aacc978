import BatonEngine
import BatonMessages
import BatonWorkflow
import Foundation
import Testing

@testable import BatonDocuments

/// Documents, filled by ``SampleAuthor``, letter for letter as a person has read and approved them.
///
/// With `BATON_GOLDEN=write` in the environment the files are written anew: look at what has changed before keeping it.
@Suite struct GoldenDocumentsTests {
    private static let folder = URL(filePath: #filePath).appending(path: "../../Golden").standardizedFileURL

    @Test(
        "Templates that Baton ships give the documents that were approved",
        arguments: ["prd", "story", "architecture", "qa-report"])
    func own(id: String) throws {
        let outline = try TemplateFiles.outline("\(id)-tmpl.yaml", in: TemplateFiles.own)
        try compare(outline, id + ".md")
    }

    @Test("A template that gives YAML, in the manner of a quality gate, gives the file that was approved")
    func gate() throws {
        let outline = try Sample.outline(
            """
            template:
              id: gate
              name: Quality gate
              output: {format: yaml, filename: "docs/gates/{{epic_num}}.{{story_num}}.yml", title: "Gate {{story_num}}"}
            schema: 1
            story: "{{epic_num}}.{{story_num}}"
            gate: "{{gate_status}}"
            status_reason: "{{status_reason}}"
            reviewer: "{{reviewer_name}}"
            top_issues: []
            waiver: {active: false}
            """)
        try compare(outline, "gate.yaml")
    }

    private func compare(_ outline: Outline, _ file: String) throws {
        let text = outline.compose(SampleAuthor.content(for: outline)).text
        let file = Self.folder.appending(path: file)
        if ProcessInfo.processInfo.environment["BATON_GOLDEN"] == "write" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        #expect(text == (try String(contentsOf: file, encoding: .utf8)), "\(file.path)")
    }

    /// The published ones are not ours to copy: a hash stands for each approved document, beside that of its template.
    private static let published = [
        (template: "prd-tmpl.yaml", of: "a7b14a1d13cb3e86", document: "f68f25769d614b53"),
        (template: "story-tmpl.yaml", of: "11e79b87ff700c8f", document: "905c24abea86583e"),
        (template: "fullstack-architecture-tmpl.yaml", of: "cb00c49c284dc7cb", document: "6f2660f083d16100"),
        (template: "qa-gate-tmpl.yaml", of: "80bd060708208984", document: "46a59b9fffcfdecd"),
    ]

    @Test(
        "Published templates give the documents that were approved",
        .enabled(
            if: TemplateFiles.published != nil, "there are no published BMAD templates; BMAD_CORE may name their folder"
        ))
    func publishedDocuments() throws {
        let folder = try #require(TemplateFiles.published) + "/templates"
        for (template, revision, document) in Self.published {
            let file = try Data(contentsOf: URL(filePath: "\(folder)/\(template)"))
            guard ContentHash.of([UInt8](file)).description.hasPrefix(revision) else {
                print("skipped: \(template) is of another version than the one whose document was approved")
                continue
            }
            let outline = try TemplateFiles.outline(template, in: folder)
            let text = outline.compose(SampleAuthor.content(for: outline)).text
            let hash = ContentHash.of(text).description
            #expect(hash.hasPrefix(document), "\(template) \(hash.prefix(16)):\n\(text)")
        }
    }
}
