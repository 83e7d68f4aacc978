import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// What `--help` promises.
    @Suite struct HelpTests {
        private struct Command {
            let words: [String]
            let abstract: String
            let discussion: String
        }

        private static func commands(_ workspace: Workspace) async throws -> [Command] {
            let dump = try await workspace.run(["--experimental-dump-help"])
            try #require(dump.code == 0, "\(dump)")
            var all: [Command] = []
            func add(_ json: JSON, below words: [String]) {
                let own = words + [json["commandName"]?.string ?? ""]
                all.append(
                    Command(
                        words: own, abstract: json["abstract"]?.string ?? "",
                        discussion: json["discussion"]?.string ?? ""))
                for child in json["subcommands"]?.array ?? [] where child["commandName"]?.string != "help" {
                    add(child, below: own)
                }
            }
            add(try JSON.parse(dump.output)["command"] ?? [:], below: [])
            return all
        }

        @Test("Every command says in one sentence what it does")
        func abstracts() async throws {
            let commands = try await Self.commands(try Workspace())
            #expect(commands.count > 25)
            for command in commands {
                #expect(command.abstract.hasSuffix("."), "\(command.words)")
                #expect(command.abstract.count <= 100, "\(command.words)")
            }
        }

        @Test("Every command has help, also those that pass words on to a program")
        func help() async throws {
            let workspace = try Workspace()
            for command in try await Self.commands(workspace) {
                let shown = try await workspace.run(command.words.dropFirst() + ["--help"])
                #expect(shown.code == 0 && shown.output.contains("USAGE: "), "\(command.words): \(shown)")
            }
        }

        /// Without an orchestrator a client's command gets as far as asking for one: a usage error comes before.
        @Test("Every example of a command that asks the orchestrator is understood as it stands")
        func examples() async throws {
            let workspace = try Workspace()
            try Data("An idea.".utf8).write(to: workspace.directory.appending(path: "idea.txt"))
            try FileManager.default.createDirectory(
                at: workspace.directory.appending(path: "docs"), withIntermediateDirectories: true)
            try Data("# A\n\n## B\n\ntext\n".utf8).write(to: workspace.directory.appending(path: "docs/prd.md"))
            // See ExampleTests, and CheckAgentTests for checking agents.
            let needsMore: Set = [
                "serve", "dashboard", "agent", "demo", "check-agent", "stand-in", "show", "shard", "archive", "replay",
                "user", "verify", "man",
            ]
            var tried = 0
            for command in try await Self.commands(workspace) {
                guard let name = command.words.dropFirst().first, !needsMore.contains(name) else { continue }
                for line in command.discussion.split(separator: "\n") where line.hasPrefix("  baton ") {
                    // What reads the database asks nobody: see DoctorTests.
                    if line.contains(" --db ") { continue }
                    // A remark stands behind several spaces.
                    let example = line.dropFirst(2).components(separatedBy: "   ")[0]
                    let text = example.replacing("baton ", with: "'\(Workspace.baton.path)' ", maxReplacements: 1)
                    let (broker, directory) = (workspace.broker.url, workspace.directory)
                    let result = try await onThread {
                        try runToEnd(
                            URL(filePath: "/bin/sh"), ["-c", text + " --timeout 0.2"],
                            environment: ProcessInfo.processInfo.environment.merging(["BATON_BROKER": broker]) { $1 },
                            directory: directory, limit: .seconds(30))
                    }
                    #expect(result.code == 4, "\(example): \(result)")
                    tried += 1
                }
            }
            #expect(tried > 20)
        }

        @Test("Completions can be made for each shell", arguments: ["bash", "zsh", "fish"])
        func completions(_ shell: String) async throws {
            let made = try await Workspace().run(["--generate-completion-script", shell])
            #expect(made.code == 0)
            for command in ["doctor", "agents", "logs"] { #expect(made.output.contains(command)) }
        }
    }
}
