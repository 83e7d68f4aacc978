import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// `--output` beside `--json`.
    @Suite struct OutputTests {
        @Test("--output json prints what --json prints, and text what is printed anyway; another value is wrong usage")
        func formats() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(id: "papers", sequence: "- {agent: pm, id: prd, creates: prd.md}")
            let orchestrator = try workspace.serve(library: library)
            #expect(try await workspace.run(["start", "papers", "--timeout", "30"]).code == 0)
            // Nothing more happens in the run.
            for command in [["workflows"], ["history", "last"], ["status", "last"], ["pause", "last"]] {
                let words = command + ["--timeout", "30"]
                if command == ["pause", "last"] { _ = try await workspace.run(words) }
                let json = try await workspace.run(words + ["--json"])
                let same = try await workspace.run(words + ["--output", "json"])
                #expect(json.code == 0 && json.output.hasPrefix("{"), "\(json)")
                #expect(same.code == 0 && same.output == json.output, "\(same)")
                let wrong = try await workspace.run(words + ["--output", "xml"])
                #expect(wrong.code == 2 && wrong.output.isEmpty, "\(wrong)")
                #expect(wrong.error.contains("xml") && wrong.error.contains("'text'"), "\(wrong)")
                let both = try await workspace.run(words + ["--json", "--output", "text"])
                #expect(both.code == 2 && both.error.contains("exclude each other"), "\(both)")
                let help = try await workspace.run(command.prefix(1) + ["--help"])
                #expect(help.output.contains("--json") && help.output.contains("--output <format>"), "\(help)")
            }
            let plain = try await workspace.run(["workflows", "--timeout", "30"])
            let text = try await workspace.run(["workflows", "--output", "text", "--timeout", "30"])
            #expect(plain.output == text.output && text.output.hasPrefix("WORKFLOW"), "\(text)")
            withExtendedLifetime(orchestrator) {}
        }

        @Test("Commands with a --format take --json and --output, too; two that contradict each other are wrong usage")
        func ownFormats() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(id: "papers", sequence: "- {agent: pm, id: prd, creates: prd.md}")
            let orchestrator = try workspace.serve(library: library)
            let agents = try workspace.agents(for: ["pm"])
            let done = try await workspace.run(["start", "papers", "--wait", "--timeout", "30"])
            try #require(done.code == 0, "\(done)")
            let file = library.appending(path: "papers.yaml").path
            for command in [["lineage", "last"], ["show", file], ["validate", file]] {
                let named = try await workspace.run(command + ["--format", "json"])
                #expect(named.code == 0 && (try? JSON.parse(named.output)) != nil, "\(named)")
                for words in [["--json"], ["--output", "json"], ["--json", "--format", "json"]] {
                    let json = try await workspace.run(command + words)
                    #expect(json.code == 0 && json.output == named.output, "\(words): \(json)")
                }
                let (plain, text) = (
                    try await workspace.run(command), try await workspace.run(command + ["--output", "text"])
                )
                #expect(plain.output == text.output && text.output != named.output, "\(text)")
                for words in [["--json", "--format", "text"], ["--output", "text", "--format", "json"]] {
                    let both = try await workspace.run(command + words)
                    #expect(both.code == 2 && both.error.contains("exclude each other"), "\(both)")
                }
            }
            let version = try JSON.parse(try await workspace.run(["lineage", "last", "--json"]).output)
            #expect(version["name"] == "prd.md" && version["latest"] == true && version["stale_from"] == [])

            try workspace.publish("nonsense", to: "req/me")
            try await workspace.wait(for: "the dead letter") {
                try workspace.query("SELECT count(*) FROM dead_letters") == ["1"]
            }
            let letters = try await workspace.run(["dead-letters", "--json"])
            #expect(try JSON.parse(letters.output)["id"] == 1, "\(letters)")
            let shown = try await workspace.run(["dead-letters", "show", "1", "--output", "json"])
            #expect(try JSON.parse(shown.output)["content_base64"] != nil, "\(shown)")
            let offered = try await workspace.run(["dead-letters", "offer", "1", "--json"])
            #expect(offered.code == 1, "\(offered)")
            #expect(try JSON.parse(offered.output)["offered"] == 1, "\(offered)")
            withExtendedLifetime((orchestrator, agents)) {}
        }

        @Test("What can't be written is no success: a command whose output has no room says so and fails")
        func noRoom() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(id: "papers", sequence: "- {agent: pm, id: prd, creates: prd.md}")
            let orchestrator = try workspace.serve(library: library)
            #expect(try await workspace.run(["start", "papers", "--timeout", "30"]).code == 0)
            for words in ["list", "status last", "history last --json", "workflows", "--help"] {
                let full = try await shell("\"$BATON\" \(words) > /dev/full", workspace)
                #expect(full.code == 1, "\(words): \(full)")
                #expect(full.error.contains("the output could not be written"), "\(words): \(full)")
            }
            // Who reads no further has had what it wanted.
            let some = try await shell("\"$BATON\" history last --json | head -c 1", workspace)
            #expect(some.code == 0 && some.output == "{" && some.error.isEmpty, "\(some)")
            withExtendedLifetime(orchestrator) {}
        }

        private func shell(
            _ command: String, _ workspace: Workspace
        ) async throws -> (code: Int32, output: String, error: String) {
            var variables = ProcessInfo.processInfo.environment
            variables["BATON_BROKER"] = workspace.broker.url
            variables["BATON"] = Workspace.baton.path
            let (environment, directory) = (variables, workspace.directory)
            return try await onThread {
                try runToEnd(
                    URL(filePath: "/bin/sh"), ["-c", command], environment: environment, directory: directory)
            }
        }

        @Test("What an agent's program says comes into the log without its control sequences")
        func programWords() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "papers", sequence: "- {agent: pm, id: prd, creates: prd.md, retry: {max_attempts: 1}}")
            let orchestrator = try workspace.serve(library: library)
            let program = #"printf 'boom \033[31mred\033]0;title\007 end\n' >&2; exit 3"#
            let agent = try workspace.start(["agent", "--role", "pm", "--exec", program], name: "agent")
            let run = try await workspace.run(["start", "papers", "--wait", "--timeout", "30"])
            #expect(run.code == 3, "\(run)")
            let log = workspace.text(ofLog: "agent")
            #expect(log.contains("boom red end"), "\(log)")
            let controls = log.unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" }
            #expect(controls.isEmpty, "\(log)")
            withExtendedLifetime((orchestrator, agent)) {}
        }
    }
}
