import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The command line in a real terminal.
    @Suite struct TerminalTests {
        private func script(_ workspace: Workspace, _ name: String, _ text: String) throws -> String {
            let file = workspace.directory.appending(path: name)
            try Data("#!/bin/sh\ncat > /dev/null\n\(text)\n".utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
            return "'\(file.path)'"
        }

        private func wait(
            _ workspace: Workspace, _ screen: TmuxScreen, for text: String
        ) async throws {
            do { try await workspace.wait(for: text) { try screen.text.contains(text) } } catch {
                throw Workspace.QueryFailure(description: "\(error)\n\((try? screen.text) ?? "no screen")")
            }
        }

        @Test(
            "In tmux a run is started and watched, its question answered from elsewhere, and the next phase begins",
            .enabled(if: TmuxScreen.missing == nil, Comment(rawValue: TmuxScreen.missing ?? "")))
        func answered() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "asking",
                sequence: """
                    - {agent: analyst, id: draft, creates: draft.md}
                    - {agent: pm, id: logo, creates: logo.md, condition: user_wants_a_logo}
                    - {agent: dev, id: build, creates: code.md}
                    """)
            let orchestrator = try workspace.serve(library: library)
            let work = try script(workspace, "work", "echo '# Done'")
            let agent = try workspace.start(
                ["agent", "--role", "analyst,pm,dev", "--id", "ann", "--exec", work], name: "agent")
            let screen = try TmuxScreen(workspace)
            try screen.type("baton start asking --timeout 30 --follow; echo code $?")
            try await wait(workspace, screen, for: "needs an answer: user_wants_a_logo")
            #expect(try screen.text.contains("✔ draft"))

            // A smaller window: what is drawn from then on fits.
            try screen.resize(columns: 60, lines: 20)
            let answered = try await workspace.run(["decide", "last", "user_wants_a_logo=true"])
            #expect(answered.code == 0, "\(answered)")
            try await wait(workspace, screen, for: "code 0")
            let end = try screen.text
            #expect(end.contains("100 %") && end.contains("✔ build"), "\(end)")
            #expect(end.contains("logo.md"))
            // Nothing is left of what was drawn for the wider window.
            #expect(!end.contains("33 %"), "\(end)")
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
            withExtendedLifetime(agent) {}
        }

        @Test(
            "A document and an error full of escape sequences neither clear the terminal nor retitle it",
            .enabled(if: TmuxScreen.missing == nil, Comment(rawValue: TmuxScreen.missing ?? "")))
        func hostile() async throws {
            let workspace = try Workspace()
            let library = try workspace.library(
                id: "hostile",
                sequence: """
                    - {agent: analyst, id: draft, creates: draft.md}
                    - {agent: pm, id: plan, creates: plan.md, retry: {max_attempts: 1}}
                    """)
            let orchestrator = try workspace.serve(library: library)
            let evil = #"\033]2;owned\007\033[2J\033[H\033[8m\302\233\062J\342\200\256"#
            let writer = try workspace.start(
                [
                    "agent", "--role", "analyst", "--id", "ann", "--exec",
                    try script(workspace, "write", "printf '# Title \(evil)text'"),
                ], name: "writer")
            let failing = try workspace.start(
                [
                    "agent", "--role", "pm", "--id", "pat", "--exec",
                    try script(workspace, "fail", "printf 'error \(evil)here' >&2; exit 3"),
                ], name: "failing")
            let screen = try TmuxScreen(workspace)
            let title = try screen.title
            try screen.type("echo still here; baton start hostile --timeout 30 --wait; echo code $?")
            try await wait(workspace, screen, for: "code 3")
            try screen.type("baton cat last draft.md; echo code $?")
            try await wait(workspace, screen, for: "code 0")
            try screen.type("baton status last; baton history last --kind attempt_ended; baton logs last | tail -1")
            try await wait(workspace, screen, for: "given up after 1 attempt")
            try screen.type("echo the end: $((6 * 7))")
            try await wait(workspace, screen, for: "the end: 42")
            let shown = try screen.text
            #expect(shown.contains("# Title text"), "\(shown)")
            #expect(!shown.contains("\u{202E}"))
            #expect(try screen.title == title)
            orchestrator.signal(SIGTERM)
            orchestrator.waitUntilExit()
            withExtendedLifetime((writer, failing)) {}
        }
    }
}
