import BatonEngine
import BatonTestKit
import Foundation
import Synchronization
import Testing

/// A published workflow, unmodified, over a real broker, performed by an agent that does as the test says.
struct PublishedRun {
    let workflow: String
    /// What the start brings.
    var start: [String] = []
    /// What the agent reports when it is asked: the first value the first time, and so on; the last one stays.
    var reports: [String: [JSON]] = [:]
    /// So many reviews do not pass, and flag the document of that name.
    var failingReviews = 0
    var flags = ""
    /// How long each task takes; then every role has an agent of its own.
    var delay = Duration.zero

    /// The folder with the published files; nil, with a word about it, when they are not there.
    static func folder() -> URL? {
        let folder =
            ProcessInfo.processInfo.environment["BMAD_CORE"].map { URL(filePath: $0) }
            ?? Workspace.package.appending(path: "../shared/bmad-core").standardizedFileURL
        guard FileManager.default.fileExists(atPath: folder.appending(path: "workflows").path) else {
            print("skipped: the published BMAD files are not in \(folder.path); BMAD_CORE names another folder")
            return nil
        }
        return folder
    }

    /// What the run did.
    struct Outcome {
        let code: Int32
        /// `role@scope: documents`, in the order in which tasks were completed; documents by their plain names, those
        /// of a set by its name.
        let tasks: [String]
        let skipped: [String]
        /// From the start of the run to its end.
        let seconds: Double
        let workspace: Workspace
    }

    func run(in library: URL) async throws -> Outcome {
        let workspace = try Workspace()
        let orchestrator = try workspace.serve(library: library)
        let performer = Performer(reports: reports, failingReviews: failingReviews, flags: flags)
        let troupes = delay == .zero ? [Self.roles] : Self.roles.map { [$0] }
        let agents = try troupes.map { roles in
            try BareAgent(workspace, id: "agent-\(roles[0])", roles: roles, delay: delay, perform: performer.answer)
        }
        let started = try await workspace.run(["start", workflow, "--wait", "--timeout", "90"] + start)
        let answers = agents.flatMap(\.answersToUs)
        #expect(answers.allSatisfy { $0["outcome"] == "accepted" }, "\(answers)")
        let code = started.code
        if code != 0 { print("\(workflow): \(started.output)\(started.error)\(workspace.logs)") }
        orchestrator.signal(SIGTERM)
        orchestrator.waitUntilExit()
        let tasks = try workspace.query(
            """
            SELECT role || CASE scope WHEN '' THEN '' ELSE '@' || scope END || ': ' || coalesce((
                SELECT group_concat(plain, ', ') FROM (
                    SELECT DISTINCT substr(a.name, CASE a.scope WHEN '' THEN 1 ELSE length(a.scope) + 2 END) AS plain
                    FROM artifacts a WHERE a.run = t.run AND a.task = t.ordinal ORDER BY plain)), '-')
            FROM tasks t WHERE status = 'completed' AND agent IS NOT NULL ORDER BY ended_seq
            """
        ).map { $0.replacing("/one.md", with: "") }
        let skipped = try workspace.query("SELECT step FROM tasks WHERE status = 'skipped' ORDER BY ordinal")
        let milliseconds = try workspace.query("SELECT max(ended_at) - min(started_at) FROM runs")
        let seconds = (milliseconds.first.flatMap { Double($0) } ?? 0) / 1000
        try RunChecks(workspace: workspace).hold()
        return Outcome(code: code, tasks: tasks, skipped: skipped, seconds: seconds, workspace: workspace)
    }

    /// Every role of the published files, and of ours.
    private static let roles = [
        "analyst", "pm", "ux-expert", "architect", "po", "sm", "dev", "qa", "game-designer", "solution-architect",
        "game-developer", "game-sm", "plot-architect", "world-builder", "character-psychologist", "genre-specialist",
        "narrative-designer", "dialog-specialist", "editor", "beta-reader", "book-critic",
        "reviewer", "security-reviewer", "lead", "responder", "communicator", "investigator", "deployer",
    ]
}

/// Answers what commands ask, as a test says.
private final class Performer: Sendable {
    private struct Counts {
        var asked: [String: Int] = [:]
        var reviews = 0
    }

    private let reports: [String: [JSON]]
    private let failingReviews: Int
    private let flags: String
    private let counts = Mutex(Counts())

    init(reports: [String: [JSON]], failingReviews: Int, flags: String) {
        self.reports = reports
        self.failingReviews = failingReviews
        self.flags = flags
    }

    @Sendable func answer(_ command: BareAgent.Command) -> BareAgent.Answer {
        counts.withLock { counts in
            var facts: JSON = [:]
            if case .object(var members) = facts {
                for report in command.json["reports"]?.array ?? [] {
                    guard let name = report["name"]?.string else { continue }
                    let times = counts.asked[name, default: 0]
                    counts.asked[name] = times + 1
                    if let values = reports[name] {
                        members[name] = values[min(times, values.count - 1)]
                    } else if report["type"] == "boolean" {
                        members[name] = false
                    }
                }
                facts = .object(members)
            }
            guard command.json["validates"]?.array?.isEmpty == false else { return .init(facts: facts) }
            counts.reviews += 1
            let passes = counts.reviews > failingReviews
            let flagged: JSON = passes ? [] : [["artifact": .string(flags), "reason": "it contradicts itself"]]
            return .init(facts: facts, verdict: ["passed": .bool(passes), "flagged": flagged])
        }
    }
}
