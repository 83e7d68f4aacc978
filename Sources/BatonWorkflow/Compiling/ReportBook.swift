import BatonEngine

/// What each step is asked to report: what the file declares, and what later conditions need.
struct ReportBook {
    private(set) var reports: [[Report]]
    private var declared: [String: (step: Int, kind: Report.Kind)] = [:]

    init(_ layout: PlanLayout) {
        reports = layout.entries.map { $0.isLeaf ? $0.step.reports.map(\.value) : [] }
        for (index, reports) in reports.enumerated() {
            for report in reports where declared[ArtifactName.key(of: report.name)] == nil {
                declared[ArtifactName.key(of: report.name)] = (index, report.kind)
            }
        }
    }

    /// Who reports the fact, as far as it is settled yet.
    func reporter(of key: String) -> (step: Int, kind: Report.Kind)? { declared[key] }

    /// The types of facts, for expressions.
    var types: [String: ExpressionType] {
        declared.mapValues { reporter in
            switch reporter.kind {
            case .boolean: .boolean
            case .enum: .string
            case .list: .list(.any)
            case .number: .number
            }
        }
    }

    /// Whether anybody is asked for it.
    func isAsked(_ key: String) -> Bool { declared[key] != nil }

    mutating func ask(_ step: Int, _ report: Report) {
        let key = ArtifactName.key(of: report.name)
        if declared[key] == nil { declared[key] = (step, report.kind) }
        if !reports[step].contains(where: { ArtifactName.key(of: $0.name) == key }) { reports[step].append(report) }
    }
}
