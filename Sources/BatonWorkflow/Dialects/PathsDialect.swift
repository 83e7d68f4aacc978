import BatonEngine

/// `workflow.<path>_sequence`, several in one file, of which a start picks one. A file with a single one is a sequence.
enum PathsDialect {
    static let suffix = "_sequence"

    static func paths(_ header: YAMLNode) -> [YAMLEntry] {
        header.mapping?.filter { $0.key.hasSuffix(suffix) && $0.key.count > suffix.count && $0.value.sequence != nil }
            ?? []
    }

    static func steps(_ header: YAMLNode, findings: Findings) -> [StepDefinition] {
        let paths = paths(header)
        guard let first = paths.first else { return [] }
        let bodies = paths.map { path in
            SequenceDialect.steps(of: path, findings: findings)
                + closing(path, of: header, isFirst: path.line == first.line, findings: findings)
        }
        if paths.count == 1 { return bodies[0] }
        var step = StepDefinition(at: first)
        step.name = "path"
        step.notes = guidance(header)
        step.condition = Written("path", at: first)
        step.nested = .routes(
            zip(paths, bodies).map { path, body in
                var holder = StepDefinition(at: path)
                holder.name = path.key
                holder.nested = .steps(body, .sequence)
                return RouteDefinition(name: String(path.key.dropLast(suffix.count)), body: holder, endsRun: false)
            }, isPaths: true)
        return [step]
    }

    /// What the file says of the end of a path: the map whose prefix is the path's name, or its last word, else
    /// `workflow_end`; before that, for the first path, `project_setup_guidance`.
    private static func closing(
        _ path: YAMLEntry, of header: YAMLNode, isFirst: Bool, findings: Findings
    ) -> [StepDefinition] {
        let name = String(path.key.dropLast(suffix.count))
        let lastWord = name.split(separator: "_").last.map(String.init) ?? name
        let ends = ["\(name)_workflow_end", "\(lastWord)_workflow_end", "workflow_end"]
        let end = ends.lazy.compactMap { header.entry($0) }.first
        let setup = isFirst ? header.entry("project_setup_guidance") : nil
        return [setup, end].compactMap(\.self).compactMap { entry in
            guard entry.value.mapping?.isEmpty == false, var step = StepReader(findings: findings).read(entry.value)
            else { return nil }
            step.name = entry.key
            return step
        }
    }

    /// `decision_guidance`, as text for whoever is asked.
    private static func guidance(_ header: YAMLNode) -> String {
        guard let entries = header.entry("decision_guidance")?.value.mapping else { return "" }
        return entries.prefix(20).map { entry in
            let lines = (entry.value.sequence ?? []).prefix(20).compactMap { $0.scalar?.text.trimmed }
            return "\(entry.key): "
                + (lines.isEmpty ? entry.value.scalar?.text.trimmed ?? "" : lines.joined(separator: "; "))
        }.joined(separator: "\n")
    }
}
