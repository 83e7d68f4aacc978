import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    @Suite struct ManualPageTests {
        @Test("The manual page has every command with its help, and roff has nothing against it")
        func page() async throws {
            let workspace = try Workspace()
            let page = try await workspace.run(["man"])
            #expect(page.code == 0, "\(page)")
            let help = try await workspace.run(["--help"])
            let lines = page.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            // `  start                   Start a run…` in the list of commands.
            let names = help.output.matches(of: /(?m)^  ([a-z][a-z-]+) {2,}[A-Z]/).map { String($0.output.1) }
            #expect(names.count > 30)
            for name in names {
                #expect(lines.contains(".SS baton " + name.replacing("-", with: "\\-")), "\(name)")
            }
            // Only our own requests begin a line with a dot or a quote.
            let requests: Set = [".TH", ".SH", ".B", ".SS", ".RS", ".RE", ".nf", ".fi"]
            for line in lines where line.hasPrefix(".") || line.hasPrefix("'") {
                #expect(requests.contains(String(line.prefix { $0 != " " })), "\(line)")
            }
            #expect(page.output.contains("baton start sdlc \\-\\-input idea=@idea.txt"))
            #expect(!help.output.contains("  man "))
        }

        @Test("An input that is @- is what comes in on standard input")
        func standardInput() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(id: "made", sequence: "- {agent: writer, creates: one.md}\n")
            let orchestrator = try workspace.serve(library: library)
            let agents = try workspace.agents(for: ["writer"])
            let started = try await onThread {
                try runToEnd(
                    URL(filePath: "/bin/sh"),
                    ["-c", "printf 'Tea, black\n' | '\(Workspace.baton.path)' start made --input idea=@- --wait"],
                    environment: ["BATON_BROKER": workspace.broker.url, "PATH": "/usr/bin:/bin"],
                    directory: workspace.directory)
            }
            #expect(started.code == 0, "\(started)")
            let inputs = try #require(try workspace.query("SELECT inputs FROM runs").first)
            #expect(try JSON.parse(inputs) == ["idea": "Tea, black\n"])
            let described = try await workspace.run(["describe", "made", "--library", library.path])
            #expect(described.code == 0 && described.output.contains("writer"), "\(described)")
            _ = (orchestrator, agents)
        }
    }
}
