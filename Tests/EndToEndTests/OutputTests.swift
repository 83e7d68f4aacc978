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
    }
}
