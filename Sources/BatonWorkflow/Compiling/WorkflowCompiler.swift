import BatonEngine

/// Makes a plan of a workflow's text.
public enum WorkflowCompiler {
    /// What became of a text.
    public struct Result: Sendable {
        /// Nil when there is an error among the diagnostics.
        public let plan: Plan?
        /// Texts other than id and file name that start the workflow (`/novel`).
        public let triggers: [String]
        /// All findings, in the order of the lines.
        public let diagnostics: [Diagnostic]
    }

    /// Compiles a definition, in time and memory bounded by ``YAMLLimits``.
    ///
    /// - Parameters:
    ///   - source: the YAML, as it is; nothing is assumed about it.
    ///   - file: what diagnostics call it; a workflow without id and name is known by it.
    ///   - files: where `uses` and templates are looked up; nil when there is no library, and nothing can be missing.
    ///   - digest: a hash of bytes as text, which becomes the plan's revision.
    public static func compile(
        source: [UInt8], file: String, files: LibraryFiles? = nil, digest: ([UInt8]) -> String
    ) -> Result {
        let findings = Findings(file: file)
        let document = YAMLDocument(source)
        for problem in document.problems { findings.add(problem) }
        guard let root = document.root else {
            if document.problems.isEmpty {
                findings.error("the file is empty", at: TextPosition(line: 1, column: 1))
            }
            return Result(plan: nil, triggers: [], diagnostics: findings.sorted)
        }
        guard let (dialect, header) = Dialect.recognise(root, findings: findings) else {
            return Result(plan: nil, triggers: [], diagnostics: findings.sorted)
        }
        var definition = HeaderReader(findings: findings).read(header, root: root, stem: stem(of: file))
        dialect.read(header, into: &definition, findings: findings)
        let plan = PlanBuilder(findings: findings, files: files).build(definition, source: source, digest: digest)
        return Result(
            plan: findings.hasErrors ? nil : plan, triggers: definition.triggers, diagnostics: findings.sorted)
    }

    /// A path's last component without extension.
    static func stem(of file: String) -> String {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }
}
