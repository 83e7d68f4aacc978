import BatonEngine
import OrderedCollections
import Testing

@testable import BatonDocuments

/// Writes what a template asks for: two entries of each repeatable section, two items of each list.
struct SampleAuthor {
    private var count = 0

    /// All that the outline asks for.
    static func content(for outline: Outline) -> DocumentContent {
        var author = SampleAuthor()
        guard outline.format == .markdown else {
            let texts = outline.fields.values.compactMap(\.string)
            return DocumentContent(values: author.values(in: texts, withNumbers: true))
        }
        let sections = author.sections(outline.sections)
        let fixed = outline.allSections.flatMap { [$0.content].compactMap(\.self) + $0.columns }
        let values = author.values(in: [outline.title] + fixed, withNumbers: true)
        let (content, unread) = outline.content(sections: sections, values: .object(values))
        #expect(unread == [], "\(outline.id)")
        return content
    }

    private mutating func words(_ about: String) -> String {
        count += 1
        return "\(about.replacing("_", with: " ").replacing("-", with: " ")) \(count)"
    }

    /// - Parameter withNumbers: whether numbers are given too, which entries of sections and lists have anyway.
    mutating func values(in texts: [String], withNumbers: Bool = false) -> OrderedDictionary<String, JSON> {
        var values: OrderedDictionary<String, JSON> = [:]
        for text in texts {
            for piece in TemplateText(title: text).pieces {
                guard let name = piece.name, withNumbers || !ComposingScope.isNumber(name) else { continue }
                if case .choice(let options) = piece {
                    values[name] = .string(options[0])
                } else {
                    values[name] = .string(words(name))
                }
            }
        }
        return values
    }

    mutating func sections(_ sections: [OutlineSection]) -> JSON {
        var contents: OrderedDictionary<String, JSON> = [:]
        for section in sections where !section.isGuidance {
            if section.repeatsAsWhole {
                contents[section.id] = .array([entry(section), entry(section)])
            } else if section.isFixed, section.sections.isEmpty {
                continue
            } else {
                contents[section.id] = entry(section)
            }
        }
        return .object(contents)
    }

    private mutating func entry(_ section: OutlineSection) -> JSON {
        guard section.sections.isEmpty, !section.hasVariableTitle else {
            let title = section.title.map { [$0] } ?? []
            let texts = section.template.map { [$0] } ?? []
            let variables = title.filter { TemplateText(title: $0).hasVariables } + texts
            var group: OrderedDictionary<String, JSON> = ["sections": sections(section.sections)]
            var values = values(in: variables)
            let takesText = section.kind == nil || section.kind == .paragraphs
            if takesText, section.sections.isEmpty, section.template == nil, !section.isFixed {
                values["text"] = .string(words(section.id))
            }
            if !values.isEmpty { group["values"] = .object(values) }
            return .object(group)
        }
        return content(section)
    }

    private mutating func content(_ section: OutlineSection) -> JSON {
        switch section.kind {
        case .choice: return .string(section.choices[0].options[0])
        case .table:
            let width = max(1, section.columns.count)
            return .array((0..<2).map { _ in .array((0..<width).map { _ in .string(words("cell")) }) })
        case .bulletList, .numberedList, .checklist:
            let template = section.itemTemplate ?? section.template
            if let template, TemplateText(template).variables.filter({ !ComposingScope.isNumber($0) }).count > 1 {
                return .array((0..<2).map { _ in ["values": .object(values(in: [template]))] })
            }
            return [.string(words("item")), .string(words("item"))]
        default:
            if let template = section.template, TemplateText(template).hasVariables {
                return ["values": .object(values(in: [template]))]
            }
            return .string(words(section.id))
        }
    }
}
