import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// What `--help` promises; its examples are run by ``ExampleTests`` and ``ClientExampleTests``.
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

        @Test("Completions can be made for each shell", arguments: ["bash", "zsh", "fish"])
        func completions(_ shell: String) async throws {
            let made = try await Workspace().run(["--generate-completion-script", shell])
            #expect(made.code == 0)
            for command in ["doctor", "agents", "logs"] { #expect(made.output.contains(command)) }
        }
    }
}
