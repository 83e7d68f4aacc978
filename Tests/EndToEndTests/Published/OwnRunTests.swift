import BatonEngine
import Foundation
import Testing

extension EndToEnd {
    /// The workflows that Baton ships, run to their ends; what is expected was written down by hand from the files.
    @Suite struct OwnRunTests {
        private static let library = Workspace.package.appending(path: "workflows")

        private func check(_ run: PublishedRun, _ expected: [String]) async throws {
            let outcome = try await run.run(in: Self.library)
            #expect(outcome.code == 0)
            #expect(outcome.tasks == expected)
        }

        @Test("code-review: reviewers side by side, and around again until the lead approves")
        func codeReview() async throws {
            let run = PublishedRun(
                workflow: "code-review", start: ["--input", "change=x"],
                reports: ["approved": [false, true], "blocking_findings": [2, 0]])
            let outcome = try await run.run(in: Self.library)
            #expect(outcome.code == 0)
            let reviews: Set = [
                "reviewer: correctness-review.md", "security-reviewer: security-review.md", "qa: test-review.md",
            ]
            #expect(outcome.tasks.count == 11)
            #expect(outcome.tasks.first == "dev: change-summary.md")
            #expect(Set(outcome.tasks[1...3]) == reviews && Set(outcome.tasks[6...8]) == reviews)
            #expect(outcome.tasks[4...5] == ["lead: review-decision.md", "dev: change-summary.md"])
            #expect(outcome.tasks[9...] == ["lead: review-decision.md", "lead: merge-note.md"])
        }

        @Test("incident, a critical one: announced, a finding per service, mitigated twice, closed")
        func criticalIncident() async throws {
            let run = PublishedRun(
                workflow: "incident", start: ["--input", "report=x"],
                reports: ["severity": ["critical"], "affected": [["api", "web"]], "is_stable": [false, true]])
            let outcome = try await run.run(in: Self.library)
            #expect(outcome.code == 0)
            #expect(outcome.tasks.first == "responder: triage.md")
            #expect(Set(outcome.tasks[1...2]) == ["communicator: status-page.md", "responder: roster.md"])
            #expect(
                Set(outcome.tasks[3...4]) == [
                    "investigator@service-1: finding.md", "investigator@service-2: finding.md",
                ])
            #expect(
                outcome.tasks[5...] == [
                    "responder: mitigation.md", "responder: mitigation.md", "communicator: status-page.md",
                    "responder: postmortem.md",
                ])
        }

        @Test("incident, a minor one: nobody is told, nothing else is affected")
        func minorIncident() async throws {
            try await check(
                PublishedRun(
                    workflow: "incident", start: ["--input", "report=x"],
                    reports: ["severity": ["minor"], "affected": [[]], "is_stable": [true]]),
                ["responder: triage.md", "responder: mitigation.md", "responder: postmortem.md"])
        }

        @Test("brownfield-fullstack: a major change, reviewed twice, two stories, no architecture")
        func brownfield() async throws {
            try await check(
                PublishedRun(
                    workflow: "brownfield-fullstack",
                    start: ["--input", "request=x", "--option", "unanswered=no", "--option", "optional=all"],
                    reports: [
                        "classification": ["major_change"], "documentation_inadequate": [true],
                        "stories": [[["id": "1", "epic": "a"], ["id": "2", "epic": "b"]]],
                        "qa_left_open_items": [true, false],
                    ], failingReviews: 1, flags: "prd.md"),
                [
                    "analyst: -", "analyst: -", "architect: system-overview.md", "pm: prd.md", "po: -", "pm: prd.md",
                    "po: -", "po: stories-overview", "sm@epic-1/story-1: story.md",
                    "dev@epic-1/story-1: implementation.md", "qa@epic-1/story-1: implementation.md",
                    "dev@epic-1/story-1: implementation.md", "qa@epic-1/story-1: implementation.md",
                    "sm@epic-2/story-1: story.md", "dev@epic-2/story-1: implementation.md",
                    "qa@epic-2/story-1: implementation.md", "po: retrospective.md",
                ])
        }

        @Test("A run of another workflow as a step brings back its documents")
        func childRun() async throws {
            let library = FileManager.default.temporaryDirectory.appending(path: "baton-child-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: library) }
            try FileManager.default.createDirectory(at: library, withIntermediateDirectories: true)
            let inner = """
                workflow:
                  id: inner
                  inputs: {topic: {type: string, required: true}}
                  sequence:
                    - {agent: analyst, creates: study.md, reports: [{name: is_sound, type: boolean}]}
                """
            let outer = """
                workflow:
                  id: outer
                  sequence:
                    - {agent: pm, creates: plan.md}
                    - {id: study, workflow: inner, with: {topic: "'about ' + 'tea'"}, requires: plan.md}
                    - {agent: dev, creates: code.md, requires: study.md, when: facts.is_sound}
                """
            try inner.write(to: library.appending(path: "inner.yaml"), atomically: true, encoding: .utf8)
            try outer.write(to: library.appending(path: "outer.yaml"), atomically: true, encoding: .utf8)
            let run = PublishedRun(workflow: "outer", reports: ["is_sound": [true]])
            let outcome = try await run.run(in: library)
            #expect(outcome.code == 0)
            #expect(outcome.tasks.contains("dev: code.md"))
            #expect(
                try outcome.workspace.query("SELECT workflow, status FROM runs ORDER BY number") == [
                    "outer|completed", "inner|completed",
                ])
            #expect(
                try outcome.workspace.query("SELECT json_extract(inputs, '$.topic') FROM runs WHERE workflow = 'inner'")
                    == ["about tea"])
        }

        // MARK: Side by side is faster

        @Test("Wall time follows the longest chain of tasks, not their sum")
        func parallelIsFaster() async throws {
            let task = 1.0
            let review = PublishedRun(
                workflow: "code-review", start: ["--input", "change=x"], reports: ["approved": [true]],
                delay: .seconds(task))
            let outcome = try await review.run(in: Self.library)
            #expect(outcome.code == 0)
            // Described, reviewed by three, weighed, merged.
            let (chain, sum) = (4 * task, 6 * task)
            print(
                String(
                    format: "code-review: %.1f s; the longest chain %.1f s, one by one %.1f s", outcome.seconds, chain,
                    sum))
            #expect(outcome.seconds < chain * 1.15)

            guard let folder = PublishedRun.folder() else { return }
            let novel = PublishedRun(
                workflow: "novel-writing",
                start: ["--input", "working_title=a", "--input", "genre=b", "--input", "target_word_count:=1"],
                reports: ["scene_list": [[]]], delay: .seconds(task))
            let written = try await novel.run(in: folder)
            // Characters and world are made at the same time.
            print(
                String(
                    format: "novel-writing: %.1f s; the longest chain %.1f s, one by one %.1f s", written.seconds,
                    7 * task, 8 * task))
            #expect(written.code == 0)
            #expect(written.seconds < 7 * task * 1.13)
        }
    }
}
