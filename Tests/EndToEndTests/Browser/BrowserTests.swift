import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The dashboard in a real Chromium, over a real broker.
    @Suite(.enabled(if: WebDriver.isAsked, "make browser installs Chromium and tries it")) struct BrowserTests {
        private static let sequence = """
            - {agent: analyst, id: brief, creates: brief.md, phase: discovery}
            - {agent: analyst, id: names, creates: names.md, condition: user_wants_names, phase: discovery}
            - {agent: pm, id: prd, creates: prd.md, requires: brief.md, phase: plan, approve: {quorum: 1}}
            - {agent: architect, id: architecture, creates: architecture.md, requires: prd.md, phase: design}
            """

        @Test("A person's path: watch, answer, amend twice, approve, and see the next phase begin, with no reload")
        func path() async throws {
            let scene = try await BrowserScene(Self.sequence) { try $0.agents(for: ["analyst", "pm", "architect"]) }
            let (driver, workspace) = (scene.driver, scene.workspace)
            try await driver.open(scene.address)
            let run = try await scene.start("--project", "crumbs")
            // The page has heard of it by itself.
            try await scene.see("crumbs")
            try await driver.run("window.wasLoadedOnce = true")
            try await driver.click("a[href='/runs/\(run)']")
            try await scene.see("user_wants_names")
            try await driver.click("article.question button[value=true]")
            for round in 1...2 {
                try await scene.see("Approve prd.md (version \(round))?")
                try await driver.run("window.isStillHere = true")
                try await driver.type("shorter, please (\(round))", into: "article.question textarea[name=comment]")
                try await driver.click("article.question button[value=amend]")
            }
            try await scene.see("Approve prd.md (version 3)?")
            #expect(try workspace.query("SELECT count(*) FROM tasks WHERE step = 'architecture'") == ["0"])
            try await driver.click("article.question button[value=approve]")
            try await driver.run("window.isStillHere = true")
            try await scene.see("architecture.md")
            try await workspace.wait(for: "the end") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            try await scene.see("completed")
            #expect(try await driver.run("return window.isStillHere === true") == true, "the page moved by itself")
            let versions = try workspace.query("SELECT max(version) FROM artifacts WHERE name = 'prd.md'")
            #expect(versions == ["3"])
            #expect(try await driver.complaints() == [])
            await driver.quit()
        }

        @Test("Every view keeps axe-core's rules, in the light and in the dark, and fits a phone")
        func views() async throws {
            let scene = try await BrowserScene(Self.sequence) { try $0.agents(for: ["analyst", "pm"]) }
            let driver = scene.driver
            let run = try await scene.start("--fact", "user_wants_names=true", "--project", "Loaves and rolls")
            try await driver.open(scene.address + "/runs/\(run)")
            try await scene.see("Approve prd.md (version 1)?")
            let amended = try await scene.workspace.run(["amend", "last", "--comment", "shorter", "--timeout", "30"])
            #expect(amended.code == 0, "\(amended)")
            try await scene.see("Approve prd.md (version 2)?")
            let record = "/runs/\(run)"
            let pages: [(DashboardView, String)] = [
                (.runs, "/"), (.run, record), (.plan, record + "#plan"), (.timeline, record + "#timeline"),
                (.documents, record + "#documents"), (.handoffs, record + "#handoffs"),
                (.history, record + "#history"), (.document, record + "/documents/prd.md"),
                (.source, record + "/documents/prd.md?view=source"),
                (.diff, record + "/documents/prd.md/diff?from=1&to=2"), (.agents, "/agents"),
            ]
            for (view, path) in pages { try await scene.inspect(view, path) }
            #expect(try await driver.complaints() == [])
            await driver.quit()
        }

        @Test(
            "What is hostile in documents, names and reasons stays text: no script runs, nothing is fetched elsewhere")
        func hostile() async throws {
            let document = """
                # <script>window.pwned = 1</script> A title

                <img src=x onerror="window.pwned = 2"> <svg onload="window.pwned = 3">
                <script>window.pwned = 4</script></svg>

                [click](javascript:window.pwned=5) ![pixel](https://elsewhere.example/pixel.png)
                [data](data:text/html,<script>window.pwned=6</script>) <a href="javascript:window.pwned=7">x</a>

                <iframe src="https://elsewhere.example/"></iframe><style>body{display:none}</style>

                \u{202E}gnp.exe\u{2066} <form action="https://elsewhere.example/"><button>Approve</button></form>

                ```html
                </code></pre><script>window.pwned = 8</script>
                ```

                | a | <script>window.pwned=9</script> |
                |---|---|
                | `"><script>window.pwned=10</script>` | <math><mtext></mtext></math> |
                """
            let scene = try await BrowserScene(
                "- {agent: writer, id: draft, creates: draft.md, approve: {quorum: 1}}"
            ) { workspace in
                try Data(document.utf8).write(to: workspace.directory.appending(path: "hostile.md"))
                return [
                    try workspace.start(
                        ["agent", "--role", "writer", "--id", "writer", "--exec", "cat hostile.md; date +%N"],
                        name: "writer")
                ]
            }
            let driver = scene.driver
            let run = try await scene.start("--project", "<script>window.pwned=11</script>")
            try await driver.open(scene.address + "/runs/\(run)")
            try await scene.see("Approve draft.md (version 1)?")
            let amended = try await scene.workspace.run([
                "amend", "last", "--comment", "<img src=x onerror=window.pwned=12>", "--timeout", "30",
            ])
            #expect(amended.code == 0, "\(amended)")
            try await scene.see("Approve draft.md (version 2)?")
            for path in [
                "/", "/runs/\(run)", "/runs/\(run)/documents/draft.md", "/runs/\(run)/documents/draft.md?view=source",
                "/runs/\(run)/documents/draft.md/diff?from=1&to=2",
            ] {
                try await driver.open(scene.address + path)
                #expect(try await driver.run("return window.pwned === undefined") == true, "\(path)")
                let foreign = try await driver.run(
                    "return document.querySelectorAll('main script, iframe, main style, object').length"
                )
                #expect(foreign == 0, "\(path)")
                let links = try await driver.run(
                    "return [...document.querySelectorAll('a')].map(a => a.protocol).filter(p => !/^https?:$/.test(p))")
                #expect(links == [], "\(path)")
                #expect(try await driver.complaints() == [], "\(path)")
            }
            let elsewhere = try await driver.requests().filter { address in
                // `chrome:` is the browser's own first page.
                ![scene.address, "data:", "chrome:"].contains { address.hasPrefix($0) }
            }
            #expect(elsewhere == [])
            await driver.quit()
        }
    }
}
