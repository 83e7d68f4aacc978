import BatonEngine

/// Compiles the expressions of a definition, and asks the agents that can know the facts in them.
struct ExpressionRules {
    private let layout: PlanLayout
    private let inputs: [InputDeclaration]
    private let findings: Findings
    /// What the engine itself knows: the ways that routing steps take.
    private let engineFacts: Set<String>
    var reports: ReportBook

    init(_ layout: PlanLayout, inputs: [InputDeclaration], reports: ReportBook, findings: Findings) {
        self.layout = layout
        self.inputs = inputs
        self.reports = reports
        self.findings = findings
        // What the run has used so far is always known.
        var known: Set<String> = ["usage"]
        for case .routes(let routes, _) in layout.entries.map(\.element.shape) {
            for route in routes {
                known.formUnion([ArtifactName.key(of: route.name), "\(ArtifactName.key(of: route.name))-path"])
            }
        }
        engineFacts = known.union(inputs.map { ArtifactName.key(of: $0.name) })
    }

    /// The guard of an entry: all of its expressions together.
    mutating func guardian(of index: Int) -> Expression? {
        let written = layout.entries[index].step.when
        guard let first = written.first else { return nil }
        let text = written.count == 1 ? first.value : written.map { "(\($0.value))" }.joined(separator: " && ")
        return compile(Written(text, at: first), at: index, expecting: .boolean, nearest: layout.nearestReporter[index])
    }

    /// What ends a loop: the last agent of its body is asked.
    mutating func until(_ written: Written<String>, of index: Int) -> Expression? {
        compile(written, at: index, expecting: .boolean, nearest: layout.lastReporter(in: index))
    }

    mutating func condition(_ written: Written<String>, at index: Int) -> Expression? {
        compile(written, at: index, expecting: .boolean, nearest: layout.nearestReporter[index])
    }

    mutating func items(_ written: Written<String>, at index: Int) -> Expression? {
        compile(written, at: index, expecting: .items, nearest: layout.nearestReporter[index])
    }

    mutating func value(_ written: Written<String>, at index: Int) -> Expression? {
        compile(written, at: index, expecting: .any, nearest: layout.nearestReporter[index])
    }

    private mutating func compile(
        _ written: Written<String>, at index: Int, expecting: ExpressionCompiler.Expectation, nearest: Int?
    ) -> Expression? {
        let text = written.value.trimmed
        let result = ExpressionCompiler.compile(
            text, variables: layout.entries[index].variables, inputs: inputs.isEmpty ? nil : inputs,
            facts: reports.types, expecting: expecting)
        for problem in result.problems {
            let place = TextPosition(line: written.line, column: written.column + max(0, problem.offset))
            switch problem.severity {
            case .error: findings.error(problem.message, at: place, hint: problem.hint)
            case .warning: findings.warning(problem.message, at: place, hint: problem.hint)
            case .note: findings.note(problem.message, at: place, hint: problem.hint)
            }
        }
        guard let expression = result.expression else { return nil }
        for fact in expression.factReferences { settle(fact, of: expression, at: written, expecting, nearest) }
        return expression
    }

    private mutating func settle(
        _ fact: (name: String, isBoolean: Bool), of expression: Expression, at place: Written<String>,
        _ expectation: ExpressionCompiler.Expectation, _ nearest: Int?
    ) {
        let key = ArtifactName.key(of: fact.name)
        if engineFacts.contains(key) || reports.isAsked(key) || key.hasPrefix("user-") || key.hasSuffix("-verdict") {
            return
        }
        let isList: Bool
        if case .items = expectation { isList = expression.factReferences.count == 1 } else { isList = false }
        guard let nearest, fact.isBoolean || isList else {
            return findings.warning(
                "nothing in this workflow reports \(fact.name); unless the start brings it, a person is asked",
                at: place)
        }
        let question = fact.isBoolean ? "\(fact.name.readable)?" : "\(fact.name.readable): a list of them."
        reports.ask(nearest, Report(name: fact.name, kind: fact.isBoolean ? .boolean : .list, question: question))
    }
}
