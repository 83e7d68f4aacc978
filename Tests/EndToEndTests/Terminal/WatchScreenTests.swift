import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// `baton watch` in a real terminal.
    @Suite(.enabled(if: Tmux.isThere, "there is no tmux; make deps installs it")) struct WatchScreenTests {
        private static let sequence = """
            - {agent: analyst, id: brief, creates: brief.md, phase: discovery}
            - {agent: analyst, id: names, creates: names.md, condition: user_wants_names, phase: discovery}
            - {agent: pm, id: prd, creates: prd.md, requires: brief.md, phase: plan, approve: {quorum: 1}}
            - {agent: architect, id: architecture, creates: architecture.md, requires: prd.md, phase: design}
            """

        private struct Scene {
            let workspace: Workspace
            let terminal: Tmux
            private var processes: [GuardedProcess]

            init(_ sequence: String = WatchScreenTests.sequence, agents: [String], _ variables: [String: String] = [:])
                throws
            {
                workspace = try Workspace()
                processes = [try workspace.serve(library: try workspace.library(id: "papers", sequence: sequence))]
                processes += try workspace.agents(for: agents)
                terminal = try Tmux(in: workspace, variables)
            }

            mutating func add(_ agent: String) throws { processes += try workspace.agents(for: [agent]) }

            mutating func add(_ process: GuardedProcess) { processes.append(process) }

            /// Has the shell write what it says of the terminal into a file.
            func settings(_ name: String) async throws -> String {
                let file = workspace.directory.appending(path: name)
                try terminal.enter("stty -g > \(name).part; mv \(name).part \(name)")
                try await workspace.wait(.seconds(20), for: "the shell") {
                    FileManager.default.fileExists(atPath: file.path)
                }
                return try String(contentsOf: file, encoding: .utf8)
            }
        }

        /// Long enough for a program to start on a busy machine; the answer is waited for beyond that.
        private static let start = "baton start papers --follow --timeout 60"

        @Test(
            "A person's path: start, watch, answer, amend twice, approve, and see the next phase begin",
            .timeLimit(.minutes(5)))
        func path() async throws {
            var scene = try Scene(agents: ["analyst", "pm"])
            let terminal = scene.terminal
            let before = try await scene.settings("before")
            try terminal.enter("echo still here; \(Self.start); echo code=$?")
            try await terminal.see("needs an answer: user_wants_names", "── log", "q leave  a answer")
            #expect(try terminal.value("alternate_on") == "1")
            #expect(try terminal.value("cursor_flag") == "0")

            try terminal.press("a")
            try await terminal.see("› true", "  false")
            try terminal.press("Enter")
            try await terminal.see("names.md", "Approve prd.md (version 1)?  (approve", "a answer")

            // What is to be approved is read first, then amended: once in typed words, once in pasted ones.
            try terminal.press("a")
            try await terminal.see("Approve prd.md (version 1)?", "› approve")
            try terminal.press("d")
            try await terminal.see("prd.md, version 1", "q back")
            try await terminal.see("# ")
            try terminal.press("q", "3", "Enter")
            try await terminal.see("amend, and say:")
            try terminal.type("Say who it is for")
            try await terminal.see("Say who it is for▏")
            try terminal.press("Enter")
            // The log knows it a moment before the question can be answered.
            try await terminal.see("Approve prd.md (version 2)?  (approve", "a answer")
            try terminal.press("a", "Down", "Down", "Enter")
            try await terminal.see("amend, and say:")
            try terminal.paste("Shorter, please\nand quietly")
            try await terminal.see("Shorter, please", "and quietly▏")
            try terminal.press("Enter")
            try await terminal.see("Approve prd.md (version 3)?  (approve", "a answer")
            let words = try await scene.workspace.run(["cat", "last", "prd.md"])
            #expect(words.output.contains("and quietly"), "\(words)")

            try terminal.press("a", "Enter")
            try await terminal.see("phase design begins", "waiting for an agent: architect")
            try terminal.press("p")
            try await terminal.see("paused", "p resume")
            try terminal.press("p")
            try await terminal.see("p pause")

            try terminal.resize(columns: 62, lines: 18)
            try await scene.workspace.wait(.seconds(20), for: "the new size to be filled") {
                let lines = try terminal.lines
                return lines.count == 18 && lines.last?.hasPrefix("q leave") == true && lines[0].hasPrefix("papers")
            }
            for line in try terminal.lines { #expect(line.count <= 62, "\(line)") }
            // What is as wide as the terminal is whole.
            #expect(try terminal.lines.contains { $0.hasPrefix("── log") && $0.count == 62 })
            try terminal.press("d")
            try await terminal.see("› brief.md", "prd.md", "version 3")
            try terminal.resize(columns: 100, lines: 30)
            try terminal.press("Escape")
            try await terminal.see("── log")

            // The end of the run is the end of the screen; what stays is the drawing, below what was there before.
            try scene.add("architect")
            try await terminal.see("still here", "4 of 4 steps", "completed", "code=0")
            #expect(try terminal.value("alternate_on") == "0")
            #expect(try terminal.value("cursor_flag") == "1")
            #expect(try await scene.settings("after") == before)
            let versions = try scene.workspace.query("SELECT max(version) FROM artifacts WHERE name = 'prd.md'")
            #expect(versions == ["3"])
        }

        @Test("Somebody else answers while one types: the words stay, with who it was, and 40 columns show the keys")
        func otherIsFirst() async throws {
            let scene = try Scene("- {agent: pm, id: prd, creates: prd.md, approve: {quorum: 1}}", agents: ["pm"])
            let terminal = scene.terminal
            try terminal.enter(Self.start)
            try await terminal.see("Approve prd.md (version 1)?  (approve", "a answer")
            try terminal.press("?")
            try terminal.resize(columns: 40, lines: 24)
            try await terminal.see("answer what the run asks:", "choose, or type; approve,", "↑↓ scroll")
            try terminal.press("Escape")
            try await terminal.see("? keys")
            try terminal.press("a", "3", "Enter")
            try await terminal.see("amend, and say:")
            try terminal.type("Say who it is for")
            try await terminal.see("Say who it is for▏")
            let other = try await scene.workspace.run(["approve", "last", "--client", "bob", "--timeout", "30"])
            #expect(other.code == 0, "\(other)")
            try await terminal.see("bob answered: approve", "not sent:", "Say who it is for", "Esc dismisses it")
            try terminal.press("Enter", "q")
            try await terminal.see("Say who it is for")
            try terminal.press("Escape")
            try await terminal.see("100 %", "completed")
        }

        @Test(
            "However the screen is left, the terminal is as it was, and the exit code says how",
            .timeLimit(.minutes(5)),
            arguments: ["q", "C-c", "SIGTERM", "SIGINT", "SIGSEGV"])
        func leaving(way: String) async throws {
            let scene = try Scene(agents: [])
            let terminal = scene.terminal
            let begun = try await scene.workspace.run(["start", "papers", "--timeout", "60"])
            try #require(begun.code == 0, "\(begun)")
            let before = try await scene.settings("before")
            try terminal.enter("echo still here")
            try terminal.enter("sh -c 'echo $$ > pid; exec baton watch last --timeout 60'")
            try await terminal.see("waiting for an agent: analyst", "q leave")
            let codes = ["q": 0, "C-c": 130, "SIGTERM": 143, "SIGINT": 130, "SIGSEGV": 139]
            if let signal = ["SIGTERM": SIGTERM, "SIGINT": SIGINT, "SIGSEGV": SIGSEGV][way] {
                let file = scene.workspace.directory.appending(path: "pid")
                let text = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
                kill(try #require(pid_t(text)), signal)
            } else {
                // In the middle of something else.
                if way == "C-c" { try terminal.press("?") }
                try terminal.press(way)
            }
            try await scene.workspace.wait(.seconds(30), for: "the first screen") {
                try terminal.value("alternate_on") == "0"
            }
            // A shell forgets the rest of the line when SIGINT has ended a program of it.
            try terminal.enter("echo code=$?")
            try await terminal.see("still here", "code=\(try #require(codes[way]))")
            #expect(try terminal.value("cursor_flag") == "1")
            #expect(try await scene.settings("after") == before)
            // What is typed is seen again.
            try terminal.type("echo vi")
            try await terminal.see("echo vi")
            try terminal.type("sible; echo $((40+2))")
            try terminal.press("Enter")
            try await terminal.see("visible", "42")
            withExtendedLifetime(scene) {}
        }

        @Test("Ctrl-Z gives the terminal to the shell, and fg brings the screen back", .timeLimit(.minutes(3)))
        func suspending() async throws {
            let scene = try Scene(agents: [])
            let terminal = scene.terminal
            #expect(try await scene.workspace.run(["start", "papers", "--timeout", "60"]).code == 0)
            try terminal.enter("set -m; echo still here")
            try terminal.enter("baton watch last --timeout 60")
            try await terminal.see("waiting for an agent: analyst", "q leave")
            try terminal.press("C-z")
            try await terminal.see("still here")
            #expect(try terminal.value("alternate_on") == "0")
            try terminal.enter("echo $((40+2))")
            try await terminal.see("42")
            try terminal.enter("fg")
            try await terminal.see("waiting for an agent: analyst", "q leave")
            #expect(try terminal.value("alternate_on") == "1")
            try terminal.press("q")
            try await terminal.see("still here", "shows it again")
            withExtendedLifetime(scene) {}
        }

        @Test("NO_COLOR leaves the colours out, and nothing else", .timeLimit(.minutes(3)))
        func colours() async throws {
            for (variable, isColoured) in [("", true), ("1", false)] {
                let scene = try Scene(agents: [], ["NO_COLOR": variable])
                #expect(try await scene.workspace.run(["start", "papers", "--timeout", "60"]).code == 0)
                try scene.terminal.enter("baton watch last --timeout 60")
                try await scene.terminal.see("waiting for an agent: analyst", "q leave")
                let text = try scene.terminal.styledText
                #expect(text.contains("\u{1B}[") == isColoured, "\(text.debugDescription)")
                withExtendedLifetime(scene) {}
            }
        }

        @Test("Hostile documents, questions and log lines change nothing of the terminal", .timeLimit(.minutes(3)))
        func hostile() async throws {
            var scene = try Scene(
                """
                - {agent: maker, id: build, creates: evil.md}
                - {agent: maker, id: more, creates: more.md, condition: user_wants_more}
                """, agents: [])
            let script = scene.workspace.directory.appending(path: "evil")
            // Retitles, clears, leaves the second screen, copies, turns round; then what can be seen of it.
            let text = #"""
                #!/bin/sh
                bad='\033]0;owned\007\033[2J\033[H\033[?1049l\033[?25h\033]52;c;b3duZWQ=\007\302\23331m\342\200\256'
                printf "# Begin ${bad}harmless\n\n<script>alert(1)</script> ${bad}the end\n"
                printf "said ${bad}aloud\n" >&2
                """#
            try Data((text + "\n").utf8).write(to: script)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
            scene.add(
                try scene.workspace.start(
                    ["agent", "--role", "maker", "--id", "maker-1", "--exec", "'\(script.path)'"], name: "maker"))
            let terminal = scene.terminal
            let title = try terminal.value("pane_title")
            let idea = "--input \"idea=$(printf 'x\\033]0;owned\\007')\""
            try terminal.enter("\(Self.start) \(idea); echo code=$?")
            try await terminal.see("evil.md", "needs an answer: user_wants_more  at more", "a answer")
            try terminal.press("d")
            try await terminal.see("› evil.md")
            try terminal.press("Enter")
            try await terminal.see("# Begin harmless", "<script>alert(1)</script> the end", "evil.md, version 1")
            #expect(try terminal.value("alternate_on") == "1")
            #expect(try terminal.value("cursor_flag") == "0")
            #expect(try terminal.value("pane_title") == title)
            #expect(terminal.clipboard == nil)
            try terminal.press("Escape", "Escape", "a")
            try await terminal.see("› true")
            try terminal.press("Down", "Enter")
            try await terminal.see("completed", "code=0")
            #expect(try terminal.value("pane_title") == title)
            #expect(try terminal.value("alternate_on") == "0")
        }
    }
}
