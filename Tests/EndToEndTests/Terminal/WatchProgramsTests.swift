import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The person's own pager and editor, out of `baton watch` in a real terminal.
    @Suite(.enabled(if: Tmux.isThere, "there is no tmux; make deps installs it")) struct WatchProgramsTests {
        private struct Scene {
            let workspace: Workspace
            let terminal: Tmux
            private var processes: [GuardedProcess]

            /// - Parameter scripts: programs by their names, which the variables tell; their folder is the shell's.
            init(_ sequence: String, agents: [String], scripts: [String: String], _ variables: [String: String]) throws
            {
                workspace = try Workspace()
                for (name, text) in scripts {
                    let script = workspace.directory.appending(path: name)
                    try Data("#!/bin/sh\n\(text)\n".utf8).write(to: script)
                    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
                }
                processes = [try workspace.serve(library: try workspace.library(id: "papers", sequence: sequence))]
                processes += try workspace.agents(for: agents)
                terminal = try Tmux(in: workspace, variables)
            }

            func text(_ file: String) -> String {
                (try? String(contentsOf: workspace.directory.appending(path: file), encoding: .utf8)) ?? ""
            }

            mutating func add(_ process: GuardedProcess) { processes.append(process) }
        }

        @Test("A long document is shown by $PAGER, which has terminal and keyboard; then the screen is there again")
        func pager() async throws {
            var scene = try Scene(
                """
                - {agent: maker, id: build, creates: long.md}
                - {agent: nobody, id: rest, creates: rest.md, requires: long.md}
                """, agents: [],
                scripts: [
                    "long": "for n in $(seq 80); do printf 'line %d \\033[2J\\n' $n; done",
                    "pager":
                        "echo \"paged $(grep -c line) lines\"; read -r answer </dev/tty; echo \"typed=$answer\" >typed",
                ], ["PAGER": "./pager"])
            let (workspace, terminal) = (scene.workspace, scene.terminal)
            let script = workspace.directory.appending(path: "long").path
            scene.add(
                try workspace.start(
                    ["agent", "--role", "maker", "--id", "maker-1", "--exec", "'\(script)'"], name: "maker"))
            try terminal.enter("baton start papers --follow --timeout 60")
            try await terminal.see("long.md", "waiting for an agent: nobody", "q leave")
            try terminal.press("d")
            try await terminal.see("› long.md")
            try terminal.press("Enter")
            try await terminal.see("paged 80 lines")
            #expect(try terminal.value("alternate_on") == "0")
            #expect(try terminal.value("cursor_flag") == "1")
            // Keys are the pager's, also those that mean something to the screen.
            try terminal.type("qqq")
            try terminal.press("Enter")
            try await terminal.see("long.md, version 1", "line 20", "q back")
            #expect(scene.text("typed") == "typed=qqq\n")
            #expect(try terminal.value("alternate_on") == "1")
            #expect(try terminal.value("cursor_flag") == "0")

            // Ctrl-Z stops both, and Ctrl-C is for the pager alone.
            try terminal.press("q", "Enter")
            try await terminal.see("paged 80 lines")
            #expect(try terminal.value("alternate_on") == "0")
            try terminal.press("C-z")
            try terminal.enter("echo $((40+2))")
            try await terminal.see("42")
            try terminal.enter("fg")
            try await terminal.see("baton start papers --follow --timeout 60")
            try terminal.press("C-c")
            try await terminal.see("long.md, version 1", "./pager ")
            #expect(try terminal.value("alternate_on") == "1")
            try terminal.press("q", "q", "q")
            try await terminal.see("paged 80 lines", "shows it again")
            #expect(try terminal.value("alternate_on") == "0")
            withExtendedLifetime(scene) {}
        }

        @Test("What was edited in $VISUAL is sent as the amended document, and what was not is not")
        func editor() async throws {
            let scene = try Scene(
                """
                - {agent: pm, id: prd, creates: prd.md, approve: {quorum: 1}}
                - {agent: nobody, id: rest, creates: rest.md, requires: prd.md}
                """, agents: ["pm"],
                scripts: [
                    "editor": """
                    if [ "$1" != -x ]; then exit 3; fi
                    if [ -e looked ]; then echo 'written by hand' >>"$2"; else echo "$2" >looked; fi
                    """
                ], ["VISUAL": "./editor -x", "EDITOR": "false"])
            let (workspace, terminal) = (scene.workspace, scene.terminal)
            try terminal.enter("baton start papers --follow --timeout 60")
            try await terminal.see("Approve prd.md (version 1)?", "a answer")
            try terminal.press("a")
            try await terminal.see("› approve", "e edit it")
            try terminal.press("e")
            try await terminal.see("prd.md was not changed: nothing was sent", "› approve")
            #expect(try terminal.value("alternate_on") == "1")
            #expect(scene.text("looked").hasSuffix("/prd.md\n"))
            #expect(try workspace.query("SELECT count(*) FROM artifacts WHERE name = 'prd.md'") == ["1"])

            try terminal.press("e")
            // The author goes on from the edited version, and the run asks again.
            try await terminal.see("Approve prd.md (version 3)?", "a answer")
            let edited = try await workspace.run(["cat", "last", "prd.md", "--version", "2"])
            #expect(edited.output.hasSuffix("written by hand\n"), "\(edited)")
            #expect(try workspace.query("SELECT role FROM artifacts WHERE version = 2") == ["user"])
            let copy = scene.text("looked").trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(!FileManager.default.fileExists(atPath: copy), "a copy was left behind")
            try terminal.press("a", "Enter")
            try await terminal.see("waiting for an agent: nobody")
            try terminal.press("q")
            try await terminal.see("shows it again")
            withExtendedLifetime(scene) {}
        }
    }
}
