import BatonEngine
import Foundation
import Testing

@testable import BatonWorkflow

/// Every example of `docs/workflow-language.md` is compiled, and run to its end.
@Suite struct ReferenceTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let line: Int
        let text: String
        var testDescription: String { "line \(line)" }
    }

    static let examples: [Example] = {
        let path = Folders.package + "/docs/workflow-language.md"
        let lines = ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(
            separator: "\n", omittingEmptySubsequences: false)
        var examples: [Example] = []
        var start: Int?
        for (index, line) in lines.enumerated() {
            if line == "```yaml" { start = index + 1 }
            if line == "```", let from = start {
                examples.append(Example(line: from + 1, text: lines[from..<index].joined(separator: "\n")))
                start = nil
            }
        }
        return examples
    }()

    @Test("The reference has examples") func hasExamples() { #expect(Self.examples.count >= 12) }

    @Test("An example of the reference loads without a warning, and runs to its end", arguments: examples)
    func example(_ example: Example) throws {
        let result = compile(example.text)
        #expect(result.diagnostics.filter { $0.severity > .note }.isEmpty, "\(result.diagnostics)")
        let plan = try #require(result.plan)
        for unanswered in [RunOptions.Unanswered.no, .yes] {
            var performance = Performance(plan, options: RunOptions(optional: .all, unanswered: unanswered))
            #expect(try performance.run() == .completed, "\(performance.state.reason ?? "")")
        }
    }
}

/// A run in memory, whose agents say yes once to whatever they are asked, and then no.
private struct Performance {
    private(set) var state: RunState
    private var now = Timestamp(milliseconds: 1_700_000_000_000)
    private var seeds: UInt64 = 0
    private var asked: [String: Int] = [:]

    init(_ plan: Plan, options: RunOptions) {
        state = RunState(id: Identifier(run: Seed(high: 1, low: 2), now: now), plan: plan)
        let inputs: JSON = ["idea": "x", "limit": 3, "topic": "y"]
        apply(.started(RunStart(project: "p", client: "c", inputs: inputs, options: options)))
    }

    private mutating func apply(_ event: RunEvent) {
        seeds += 1
        now = now + 1
        _ = state.apply(RunInput(now: now, seed: Seed(high: 1, low: seeds), event: event))
    }

    mutating func run() throws -> RunStatus {
        var steps = 0
        while !state.status.isFinal, steps < 500 {
            steps += 1
            if let decision = state.decisions.first(where: { $0.status == .open }) {
                let answer: JSON =
                    switch decision.answers {
                    case .boolean: false
                    case .oneOf(let options): .string(options.contains("accept") ? "accept" : options[0])
                    case .anything: 1
                    }
                // An approval may want several people.
                apply(.decided(decision: decision.ordinal, value: answer, by: "person-\(steps)"))
            } else if let task = state.tasks.first(where: { $0.status == .waiting && $0.handoff != 0 }) {
                perform(task)
            } else {
                break
            }
        }
        return state.status
    }

    private mutating func perform(_ task: TaskState) {
        let lease = Identifier(high: 7, low: seeds)
        let work = state.work(of: task)!
        apply(.dispatched(task: task.ordinal, agent: "a", role: work.roles.first ?? "any", lease: lease))
        var facts: JSON = [:]
        if case .object(var members) = facts {
            for report in work.reports {
                asked[report.name, default: 0] += 1
                let isFirst = asked[report.name] == 1
                switch report.kind {
                case .boolean: members[report.name] = .bool(isFirst || report.name.hasPrefix("is_"))
                case .enum: members[report.name] = .string(report.options.last!)
                case .list: members[report.name] = [["id": "1"], ["id": "2"]]
                case .number: members[report.name] = 1
                }
            }
            facts = .object(members)
        }
        asked["verdict", default: 0] += work.validates.isEmpty ? 0 : 1
        let flagged: JSON = asked["verdict"] == 1 ? [["artifact": "prd.md", "reason": "thin"]] : []
        let verdict: JSON = ["passed": .bool(asked["verdict"] != 1), "flagged": flagged]
        let report = TaskReport(
            task: task.ordinal, lease: lease,
            artifacts: (work.creates + work.updates).map { product in
                let name = product.name.text.hasSuffix("/") ? product.name.text + "one.md" : product.name.text
                let digest = Digest(bytes: (0..<32).map { UInt8(truncatingIfNeeded: $0 &+ Int(seeds)) })!
                return ArtifactContent(name: ArtifactName(name), digest: digest, size: 1, mediaType: "text/markdown")
            }, facts: facts, verdict: work.validates.isEmpty ? nil : verdict)
        #expect(state.faults(in: report) == [])
        apply(.completed(report))
    }
}
