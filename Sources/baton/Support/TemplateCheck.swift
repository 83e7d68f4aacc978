import BatonDocuments
import BatonWorkflow
import Foundation

/// What is wrong in the document templates of a library, each with its place.
enum TemplateCheck {
    /// - Parameter names: the templates that are looked at; nil: all.
    static func diagnostics(of library: Library, only names: Set<String>?) -> [Diagnostic] {
        library.templatePaths.flatMap { path -> [Diagnostic] in
            let name = path.split(separator: "/").last.map(String.init) ?? path
            guard names?.contains(name) ?? true, let source = try? WorkflowSource(path) else { return [] }
            // What is no YAML was reported when the library was loaded.
            guard let root = YAMLDocument(source.bytes).root else { return [] }
            return diagnostics(of: root, file: path)
        }
    }

    /// What is wrong in one, and the keys of its sections that were probably meant otherwise, in the file's order.
    static func diagnostics(of root: YAMLNode, file: String) -> [Diagnostic] {
        let problems = Outline.read(root.json).problems.map { diagnostic($0, in: root, of: file) }
        return (problems + slips(in: root, at: "sections", of: file)).sorted {
            ($0.line, $0.column) < ($1.line, $1.column)
        }
    }

    /// The tree of a template; nil for anything else.
    static func template(_ bytes: [UInt8]) -> YAMLNode? {
        guard let root = YAMLDocument(bytes).root, root["template"]?.mapping != nil else { return nil }
        return root
    }

    private static func slips(in parent: YAMLNode, at path: String, of file: String) -> [Diagnostic] {
        let lists = ["sections", "subsections"].compactMap { parent[$0]?.sequence }
        return lists.joined().flatMap { section -> [Diagnostic] in
            let name = section["id"]?.scalar?.text.prefix(60) ?? "?"
            let own = (section.mapping ?? []).compactMap { entry -> Diagnostic? in
                guard !OutlineSection.keys.contains(entry.key),
                    let meant = NearMiss.find(entry.key, in: OutlineSection.keys.sorted())
                else { return nil }
                return Diagnostic(
                    file: file, line: entry.line, column: entry.column, severity: .warning,
                    message: "\(path).\(name): the key \"\(entry.key)\" means nothing here",
                    hint: "did you mean \(meant)?")
            }
            return own + slips(in: section, at: "\(path).\(name)", of: file)
        }
    }

    private static func diagnostic(_ problem: TemplateProblem, in root: YAMLNode, of path: String) -> Diagnostic {
        var place = (line: root.line, column: root.column)
        var node: YAMLNode? = root
        for step in problem.steps {
            guard let next = node.flatMap({ find(step, in: $0) }) else { break }
            place = (next.line, next.column)
            node = next.value
        }
        // A file of the folder may be something else than the shape of a document.
        let isDocument = root["template"] != nil
        return Diagnostic(
            file: path, line: place.line, column: place.column, severity: isDocument ? .warning : .note,
            message: problem.description)
    }

    /// A member by its key; a section by its id, or by its place in the list.
    private static func find(_ step: String, in node: YAMLNode) -> (value: YAMLNode, line: Int, column: Int)? {
        if let entry = node.entry(step) { return (entry.value, entry.line, entry.column) }
        let lists = node.sequence.map { [$0] } ?? ["sections", "subsections"].compactMap { node[$0]?.sequence }
        for elements in lists {
            if let element = elements.first(where: { $0["id"]?.scalar?.text == step }) {
                return (element, element.line, element.column)
            }
        }
        guard let elements = lists.first, let index = Int(step), elements.indices.contains(index) else { return nil }
        return (elements[index], elements[index].line, elements[index].column)
    }
}
