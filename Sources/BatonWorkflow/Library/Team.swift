import BatonEngine

/// The agents that work together: a file of `agent-teams/`.
public struct Team: Sendable, Equatable {
    /// The file's name without extension, by which it is chosen.
    public let name: String
    /// `bundle.name`.
    public let title: String
    /// Roles; `*` is every role.
    public let agents: [String]
    /// What the team is meant for: files of workflows.
    public let workflows: [String]
    private let keys: Set<String>

    public init(name: String, title: String, agents: [String], workflows: [String] = []) {
        self.name = name
        self.title = title
        self.agents = agents
        self.workflows = workflows
        keys = Set(agents.map(ArtifactName.key(of:)))
    }

    /// Whether the team has somebody for the role; roles compare as the names of artifacts do.
    public func has(_ role: String) -> Bool { keys.contains("*") || keys.contains(ArtifactName.key(of: role)) }

    /// Whether the team's own file says that it is meant for the workflow, by the name of its file or its id.
    public func isMeant(for plan: Plan, file: String?) -> Bool {
        let names = [plan.workflow, file.map(WorkflowCompiler.stem)].compactMap(\.self).map(ArtifactName.key)
        return workflows.contains { names.contains(ArtifactName.key(of: WorkflowCompiler.stem(of: $0))) }
    }

    /// What a plan asks for that nobody of the team serves, in the order of the file: `a/b` where any of several roles
    /// would do.
    public func missingRoles(of plan: Plan) -> [String] {
        var missing: [String] = []
        for step in plan.steps {
            guard case .agent(let work) = step.kind, !work.roles.contains(where: { $0 == "various" || has($0) }) else {
                continue
            }
            let roles = work.roles.joined(separator: "/")
            if !roles.isEmpty, !missing.contains(roles) { missing.append(roles) }
        }
        return missing
    }
}

/// Reads `bundle: {name}`, `agents: [role, "*"]`, `workflows: [file]`.
enum TeamReader {
    /// - Returns: no team when the file cannot be read; nothing that is wrong with one is an error, since workflows
    ///   run without.
    static func read(_ bytes: [UInt8], file: String) -> (team: Team?, diagnostics: [Diagnostic]) {
        let document = YAMLDocument(bytes)
        let findings = Findings(file: file)
        for problem in document.problems { findings.add(problem) }
        let team = document.root.flatMap { read($0, file: file, findings: findings) }
        return (findings.hasErrors ? nil : team, findings.sorted.map(\.asWarning))
    }

    private static func read(_ root: YAMLNode, file: String, findings: Findings) -> Team? {
        guard root.mapping != nil, let agents = root.entry("agents") else {
            findings.error("a team must be a mapping with agents, a list of roles", at: root)
            return nil
        }
        let fields = FieldReader(findings: findings)
        let name = WorkflowCompiler.stem(of: file)
        let title = root.entry("bundle")?.value.entry("name").flatMap(fields.text)
        return Team(
            name: name, title: title ?? name, agents: fields.list(agents).map(\.value),
            workflows: root.entry("workflows").map { fields.list($0).map(\.value) } ?? [])
    }
}

extension Diagnostic {
    /// The same for a file without which workflows run.
    var asWarning: Diagnostic {
        Diagnostic(
            file: file, line: line, column: column, severity: min(severity, .warning), message: message, hint: hint)
    }
}
