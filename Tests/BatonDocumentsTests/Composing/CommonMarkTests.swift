import BatonEngine
import BatonTestKit
import Foundation
import Testing

@testable import BatonDocuments

/// Documents as an independent CommonMark parser reads them (`markdown-it-py`, by `Tests/Contract/check.py`).
@Suite struct CommonMarkTests {
    @Test("A CommonMark parser finds the headings, tables, fences and lists of every template, filled")
    func filledExamples() async throws {
        var outlines: [Outline] = []
        let published = TemplateFiles.published.map { $0 + "/templates" }
        for folder in [TemplateFiles.own] + [published].compactMap(\.self) {
            for (name, tree) in try TemplateFiles.read(folder) {
                let outline = try #require(Outline.read(tree).outline, "\(name)")
                if outline.format == .markdown { outlines.append(outline) }
            }
        }
        let texts = outlines.map { $0.compose(SampleAuthor.content(for: $0)).text }
        let answer = try await PythonEnvironment.contract("markdown", Data(JSON.array(texts.map(JSON.string)).bytes))
        let documents = try #require(JSON.parse([UInt8](answer)).array)
        try #require(documents.count == outlines.count)
        for (outline, document) in zip(outlines, documents) { try check(outline, document) }
    }

    private func check(_ outline: Outline, _ document: JSON) throws {
        let headings = try #require(document.array)
        let title = Expected(level: 1, title: outline.title)
        let expected = Self.expected(outline.sections, level: 2, behind: [title])
        #expect(headings.count == expected.count, "\(outline.id)")
        for (heading, expected) in zip(headings, expected) {
            let place = "\(outline.id): \(expected.title)"
            #expect(heading["level"]?.int == Int64(expected.level), "\(place)")
            let text = heading["title"]?.string ?? ""
            let start = TemplateText(title: expected.title).pieces.first
            if case .text(let fixed) = start { #expect(text.hasPrefix(fixed.trimmingSuffix), "\(place): \(text)") }
            var parts: [String: Int] = [:]
            for (name, count) in heading["parts"]?.object ?? [:] { parts[name] = count.int.map { Int($0) } }
            if expected.isFree {
                for (name, count) in expected.parts { #expect(parts[name, default: 0] >= count, "\(place): \(name)") }
            } else {
                #expect(parts == expected.parts, "\(place)")
            }
        }
    }

    /// A heading, and what is to stand between it and the next one.
    private struct Expected {
        let level: Int
        let title: String
        var parts: [String: Int] = [:]
        /// There may be more: a text of the template's own stands there.
        var isFree = false

        mutating func add(_ section: OutlineSection) {
            if section.isFixed || section.template != nil || section.content != nil { isFree = true }
            guard !section.isFixed, !section.hasVariableTitle, section.sections.isEmpty else { return }
            switch section.kind {
            case .table:
                parts["tables", default: 0] += 1
                parts["rows", default: 0] += 3
            case .code: parts[section.language.map { "fence " + $0 } ?? "fence", default: 0] += 1
            case .mermaid: parts["fence mermaid", default: 0] += 1
            case .bulletList: parts["bullet_list items", default: 0] += 2
            case .checklist:
                let fixed = section.items.filter { TemplateText($0).variables.isEmpty }
                parts["bullet_list items", default: 0] += fixed.count + 2
            case .numberedList:
                parts[section.prefix == nil ? "ordered_list items" : "bullet_list items", default: 0] += 2
            case .choice, .paragraphs, .templateText, nil: break
            }
        }
    }

    /// As ``SampleAuthor`` fills it: two entries for each section that repeats, two items in each list.
    private static func expected(
        _ sections: [OutlineSection], level: Int, behind before: [Expected]
    ) -> [Expected] {
        var all = before
        for section in sections {
            for entry in 0..<(section.repeatsAsWhole ? 2 : 1) {
                if let title = section.title, entry == 0 || section.hasVariableTitle {
                    all.append(Expected(level: level, title: title))
                }
                all[all.count - 1].add(section)
                all = expected(section.sections, level: section.title == nil ? level : level + 1, behind: all)
            }
        }
        return all
    }
}

extension String {
    /// Without the white space at its end, which a heading does not keep.
    fileprivate var trimmingSuffix: Substring {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
