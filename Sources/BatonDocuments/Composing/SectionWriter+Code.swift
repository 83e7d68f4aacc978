extension SectionWriter {
    /// Code and diagrams: fences that are longer than any in the content.
    mutating func writeCode(_ content: SectionContent?) {
        switch content {
        case nil:
            guard let template = section.template else { return reportMissing("a text") }
            let wanted = TemplateText(template).variables
            let isKnown = !wanted.isEmpty && wanted.allSatisfy { scope.value(of: $0) != nil }
            guard section.isFixed || isKnown else { return reportMissing("a text: what stands inside the fence") }
            addFence(filledCode(template))
        case .text(let text): addFence(text)
        case .list(let elements):
            for element in elements {
                guard case .text(let text) = element else {
                    report("each block of code must be a text")
                    continue
                }
                addFence(text)
            }
        case .group:
            guard let template = section.template else {
                return report("its template has no variables that values could fill; give a text")
            }
            addFence(filledCode(template))
        }
    }

    private mutating func filledCode(_ template: String) -> String {
        var filler = Filler(scope: scope)
        let text = filler.block(template, level: level, isCode: true)
        report(filler)
        return text
    }

    private mutating func addFence(_ text: String) {
        let clean = InertText.clean(text, keepsNotes: true).withoutBlankEnds
        let code = CodeFence.unwrapped(clean) ?? clean
        guard !code.trimmed.isEmpty else { return reportMissing("a text: what stands inside the fence") }
        guard section.kind == .mermaid else {
            return add(CodeFence(code: code, language: section.language ?? "").text)
        }
        add(CodeFence(code: MermaidType.withHeader(code, type: section.mermaidType), language: "mermaid").text)
    }
}

/// A block of code in a fence.
struct CodeFence {
    let code: String
    let language: String

    var text: String {
        let fence = String(repeating: "`", count: max(3, longestRun + 1))
        let info = language.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "+#._-".contains($0)) }
        return "\(fence)\(info)\n\(code)\n\(fence)"
    }

    private var longestRun: Int {
        var longest = 0
        var run = 0
        for byte in code.utf8 {
            run = byte == .backtick ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest >= 3 ? longest : 0
    }

    /// What stands in the fence, if the text is one fence and nothing else; nil if it is not.
    static func unwrapped(_ text: String) -> String? {
        guard let byte = text.utf8.first, byte == .backtick || byte == .tilde else { return nil }
        let lines = text.lines
        guard lines.count >= 2, let first = lines.first, let last = lines.last?.trimmed,
            let character = first.first, character == "`" || character == "~"
        else { return nil }
        let fence = first.prefix { $0 == character }
        guard fence.count >= 3, last.count >= fence.count, last.allSatisfy({ $0 == character }) else { return nil }
        let inner = lines.dropFirst().dropLast()
        let isClosedBefore = inner.contains { line in
            let line = line.trimmed
            return line.count >= fence.count && line.allSatisfy { $0 == character }
        }
        return isClosedBefore ? nil : inner.joined(separator: "\n")
    }
}

/// The kinds of diagrams of mermaid, as templates and diagrams name them.
enum MermaidType {
    /// What the first line of a diagram starts with.
    private static let keywords = [
        "graph", "flowchart", "sequenceDiagram", "classDiagram", "stateDiagram", "erDiagram", "journey", "gantt",
        "pie", "mindmap", "timeline", "gitGraph", "quadrantChart", "requirementDiagram", "C4Context", "C4Container",
        "C4Component", "C4Dynamic", "C4Deployment", "sankey", "xychart", "block", "packet", "kanban", "architecture",
        "zenuml", "info",
    ]

    private static let headers = [
        "graph": "graph TD", "flowchart": "flowchart TD", "sequence": "sequenceDiagram", "class": "classDiagram",
        "state": "stateDiagram-v2", "er": "erDiagram", "c4": "C4Context", "requirement": "requirementDiagram",
    ]

    /// The diagram with a first line that says what it is.
    static func withHeader(_ diagram: String, type: String?) -> String {
        guard let type, !startsWithKeyword(diagram) else { return diagram }
        return "\(headers[type.lowercased()] ?? InertText.line(type))\n\(diagram)"
    }

    private static func startsWithKeyword(_ diagram: String) -> Bool {
        for line in diagram.split(separator: "\n") {
            let line = line.trimmed
            // Comments and directives come before; so does a configuration between dashes.
            if line.isEmpty || line.hasPrefix("%%") { continue }
            if line == "---" { return true }
            let word = line.prefix { $0.isLetter || $0.isNumber }
            return keywords.contains { $0.lowercased() == word.lowercased() }
        }
        return false
    }
}
