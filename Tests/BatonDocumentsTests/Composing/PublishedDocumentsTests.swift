import BatonEngine
import Foundation
import OrderedCollections
import Testing

@testable import BatonDocuments

/// Every template that can be read, filled with what its own structure asks for.
@Suite struct PublishedDocumentsTests {
    private static let note: Comment = "there are no published BMAD templates; BMAD_CORE may name their folder"

    @Test(
        "A filled example of every published template gives back its headings, lists, tables and fences",
        .enabled(if: TemplateFiles.published != nil, note))
    func published() throws {
        let templates = try TemplateFiles.read(try #require(TemplateFiles.published) + "/templates")
        #expect(templates.count == 13)
        for (name, tree) in templates { try check(name, tree) }
    }

    @Test("A filled example of every template that Baton ships does too")
    func own() throws {
        for (name, tree) in try TemplateFiles.read(TemplateFiles.own) { try check(name, tree) }
    }

    private func check(_ name: String, _ tree: JSON) throws {
        let outline = try #require(Outline.read(tree).outline)
        let content = SampleAuthor.content(for: outline)
        guard outline.format == .markdown else { return try checkFields(name, outline, content) }
        let composition = outline.compose(content)
        #expect(composition.reasons == [], "\(name): \(composition.reasons)")
        #expect(outline.compose(content) == composition, "\(name)")
        #expect(!composition.text.contains("{{") && !composition.text.contains("[[LLM"), "\(name)")
        if let folder = ProcessInfo.processInfo.environment["BATON_SAMPLE_DOCUMENTS"] {
            try Data(composition.text.utf8).write(to: URL(filePath: "\(folder)/\(name).md"))
        }

        // Titles in the order of the outline, with a `*` for what is filled in.
        let expected = ["1 " + Self.shape(outline.title)] + Self.headings(outline.sections, level: 2)
        let scanner = MarkdownScanner(Array(composition.text.utf8))
        let found = scanner.headings.map { "\($0.level) \(scanner.bytes.text($0.title))" }
        #expect(found.count == expected.count, "\(name)")
        for (heading, shape) in zip(found, expected) { #expect(Self.matches(heading, shape), "\(name): \(shape)") }
        #expect(scanner.openFence == nil, "\(name)")
        let text = "\n" + composition.text
        for section in outline.allSections {
            switch section.kind {
            case .table: #expect(text.contains("\n| --- |"), "\(name): \(section.id)")
            case .code: #expect(text.contains("\n```\(section.language ?? "")\n"), "\(name): \(section.id)")
            case .mermaid: #expect(text.contains("\n```mermaid\n"), "\(name): \(section.id)")
            case .checklist: #expect(text.contains("\n- ["), "\(name): \(section.id)")
            case .numberedList:
                let first = section.prefix.map { "\n- \($0)1: " } ?? "\n1. "
                #expect(text.contains(first), "\(name): \(section.id)")
            case .bulletList: #expect(text.contains("\n- "), "\(name): \(section.id)")
            case .choice, .paragraphs, .templateText, nil: break
            }
        }
        checkFinished(name, outline, composition)
        checkNothing(name, outline)
    }

    private static func shape(_ title: String) -> String {
        TemplateText(title: title).pieces.map { if case .text(let text) = $0 { text } else { "*" } }.joined()
    }

    private static func matches(_ heading: String, _ shape: String) -> Bool {
        let parts = shape.split(separator: "*", omittingEmptySubsequences: false)
        var rest = heading[...]
        for (index, part) in parts.enumerated() {
            guard let found = part.isEmpty ? rest.startIndex..<rest.startIndex : rest.firstRange(of: part) else {
                return false
            }
            if index == 0, found.lowerBound != rest.startIndex { return false }
            rest = rest[found.upperBound...]
        }
        return parts.last?.isEmpty == true || rest.isEmpty
    }

    /// Two entries for each repeatable section.
    private static func headings(_ sections: [OutlineSection], level: Int) -> [String] {
        sections.flatMap { section -> [String] in
            let inner = headings(section.sections, level: section.title == nil ? level : level + 1)
            guard let title = section.title else { return inner }
            let own = ["\(level) " + shape(title)]
            guard section.repeatsAsWhole else { return own + inner }
            return section.hasVariableTitle ? own + inner + own + inner : own + inner + inner
        }
    }

    /// A text that has nothing of what the template asks for.
    private func checkNothing(_ name: String, _ outline: Outline) {
        let reasons = outline.check(finished: "I cannot help with that.\n").reasons
        #expect(!reasons.isEmpty && reasons.count < 3, "\(name): \(reasons)")
        let words = reasons.count == 1 ? " has none of the " : " is missing; "
        #expect(reasons.allSatisfy { $0.text.contains(words) }, "\(name): \(reasons)")
    }

    /// What was composed is also found to be complete as a finished document, by its headings.
    private func checkFinished(_ name: String, _ outline: Outline, _ composition: Composition) {
        let check = outline.check(finished: composition.text)
        #expect(check.reasons == [], "\(name): \(check.reasons)")
        let choices = composition.choices.filter { !$0.section.contains("/") }
        for choice in choices where outline.allSections.contains(where: { $0.id == choice.section && $0.title != nil })
        {
            #expect(check.choices.contains(choice), "\(name): \(choice)")
        }
        #expect(outline.foreignChanges(from: composition.text, to: composition.text, by: "qa") == [], "\(name)")
    }

    private func checkFields(_ name: String, _ outline: Outline, _ content: DocumentContent) throws {
        let composition = outline.compose(content)
        #expect(composition.reasons == [], "\(name)")
        for key in outline.fields.keys { #expect(("\n" + composition.text).contains("\n\(key):"), "\(name): \(key)") }
        for key in ["examples", "optional_fields_examples"] { #expect(!composition.text.contains(key), "\(name)") }
        #expect(outline.check(finished: composition.text).reasons == [], "\(name)")
        checkNothing(name, outline)
    }
}
