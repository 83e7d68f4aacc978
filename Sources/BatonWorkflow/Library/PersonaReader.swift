import BatonEngine

/// Reads a persona from an agent's file: a fenced block of YAML inside of markdown.
///
/// Only its top-level keys `agent` and `persona` are read as YAML. The rest (commands, activation instructions) is
/// for programs that follow the file as a prompt, and is not always YAML in the files that are published.
enum PersonaReader {
    /// - Returns: no persona when the file holds none; nothing that is wrong with one is an error, since a workflow
    ///   runs without.
    static func read(_ text: String, file: String) -> (persona: Persona?, diagnostics: [Diagnostic]) {
        guard let excerpt = excerpt(of: text) else {
            let diagnostic = Diagnostic(
                file: file, severity: .warning, message: "holds no agent",
                hint: "put agent: and persona: into a block that begins with ```yaml")
            return (nil, [diagnostic])
        }
        // A persona travels in every command of its role.
        var limits = YAMLLimits()
        limits.maxDepth = 16
        limits.maxTextBytes = 64 << 10
        let document = YAMLDocument(Array(excerpt.utf8), limits: limits)
        let findings = Findings(file: file)
        for problem in document.problems { findings.add(problem) }
        let persona = document.root.flatMap { Self.persona($0, text: text, file: file, findings: findings) }
        return (document.problems.isEmpty ? persona : nil, findings.sorted.map(\.asWarning))
    }

    private static func persona(_ root: YAMLNode, text: String, file: String, findings: Findings) -> Persona? {
        guard let agent = root.entry("agent"), agent.value.mapping != nil else {
            findings.error("agent must be a mapping of name, id and title", at: root.entry("agent")?.value ?? root)
            return nil
        }
        let fields = FieldReader(findings: findings)
        let member = { (key: String) in agent.value.entry(key).flatMap(fields.text) }
        var character: JSON = [:]
        if let entry = root.entry("persona"), !entry.value.isNull {
            if entry.value.mapping != nil {
                character = entry.value.json
            } else {
                findings.error("persona must be a mapping, not \(entry.value.kind)", at: entry.value)
            }
        }
        return Persona(
            role: member("id") ?? WorkflowCompiler.stem(of: file), name: member("name"), title: member("title"),
            icon: member("icon"), whenToUse: member("whenToUse"), character: character, text: text)
    }

    /// The two sections of the block, at the lines where they stand; all other lines are empty.
    private static func excerpt(of text: String) -> String? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var isInBlock = false
        var isInSection = false
        var hasAgent = false
        var kept: [Substring] = []
        var blockStart = 0
        for line in lines {
            if line.hasPrefix("```") {
                if hasAgent { break }
                isInBlock = !isInBlock && (line.hasPrefix("```yaml") || line.hasPrefix("```yml"))
                isInSection = false
                // What another block had.
                for index in blockStart..<kept.count { kept[index] = "" }
                blockStart = kept.count
            } else if isInBlock, let first = line.utf8.first, first.beginsKey {
                isInSection = line.hasPrefix("agent:") || line.hasPrefix("persona:")
                hasAgent = hasAgent || line.hasPrefix("agent:")
            }
            kept.append(isInSection && !line.hasPrefix("```") ? line : "")
        }
        return hasAgent ? kept.joined(separator: "\n") : nil
    }
}

extension UInt8 {
    /// At the beginning of a line: it is no indentation, list item or comment.
    fileprivate var beginsKey: Bool {
        ![UInt8(ascii: " "), 9, 13, UInt8(ascii: "-"), UInt8(ascii: "#")].contains(self)
    }
}
