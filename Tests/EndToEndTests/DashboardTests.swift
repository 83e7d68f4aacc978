import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The dashboard as browsers see it: the shipped program over a real broker, asked by curl.
    @Suite struct DashboardTests {
        @Test("A page moves when its run does, and an answer given on it is taken")
        func answering() async throws {
            let scene = try await DashboardScene()
            let page = "/runs/\(try await scene.start())"
            let events = try GuardedProcess(
                URL(filePath: "/usr/bin/env"), ["curl", "-sN", scene.address + page + "/events"],
                environment: ProcessInfo.processInfo.environment, directory: scene.workspace.directory,
                output: scene.workspace.log("events"))
            defer { withExtendedLifetime(events) {} }
            let asking = try await DashboardScene.wait(scene.workspace) {
                let answer = try scene.get(page)
                return answer.body.contains("name=\"decision\"") ? answer : nil
            }
            #expect(asking.status == 200)
            #expect(asking.head.contains("Content-Security-Policy: default-src 'none'"))
            #expect(asking.body.contains("What holds it up"))
            let key = try #require(asking.body.firstMatch(of: /name="key" value="([0-9a-f]{64})"/)).1
            let decision = try #require(asking.body.firstMatch(of: /name="decision" value="([^"]+)"/)).1
            let fields = ["decision=\(decision)", "value=true"]

            #expect(try scene.post("\(page)/answers", fields).status == 403, "a form without its key")
            #expect(try scene.post("\(page)/answers", fields + ["key=x"]).status == 403, "a false key")
            let foreign = try scene.post("\(page)/answers", fields + ["key=\(key)"], origin: "https://evil.example")
            #expect(foreign.status == 403, "from another page")
            #expect(try scene.get(page, ["-H", "Host: evil.example"]).status == 421)
            #expect(try scene.get(page).body.contains("name=\"decision\""), "nothing was taken")
            let wrong = try scene.post("\(page)/answers", ["decision=\(decision)", "value=maybe", "key=\(key)"])
            #expect(wrong.status == 409)

            let before = scene.workspace.text(ofLog: "events").count
            let taken = try scene.post("\(page)/answers", fields + ["key=\(key)"])
            #expect(taken.status == 303)
            #expect(taken.head.contains("done=answered"))
            let done = try await DashboardScene.wait(scene.workspace) {
                let answer = try scene.get(page)
                return answer.body.contains("data-status=\"completed\"") ? answer : nil
            }
            #expect(done.body.contains("logo.md"))
            _ = try await DashboardScene.wait(scene.workspace) {
                scene.workspace.text(ofLog: "events").count > before ? true : nil
            }
            #expect(scene.workspace.text(ofLog: "events").contains("event: changed"))
            #expect(try scene.post("\(page)/answers", fields + ["key=\(key)"]).head.contains("done=late"))

            let document = try scene.get("\(page)/documents/logo.md")
            #expect(document.status == 200)
            #expect(document.body.contains("class=\"doc paper\""))
            _ = try await DashboardScene.wait(scene.workspace) { try scene.get("/").body.contains(page) ? true : nil }
            #expect(try scene.get("/agents").body.contains("writer"))
            #expect(try scene.get("/runs/none").status == 404)
        }

        @Test("The page of an event shows the run as it was then, with nothing to do, and beyond the last as it is")
        func past() async throws {
            let scene = try await DashboardScene()
            let run = try await scene.start("--fact", "user_wants_a_logo=true", "--wait")
            let last = Int(try scene.workspace.query("SELECT max(seq) FROM events")[0]) ?? 0
            #expect(last > 4)
            let first = try scene.get("/runs/\(run)?at=1")
            #expect(first.status == 200, "\(first)")
            #expect(first.body.contains("As it was</b> after event 1 of \(last)"))
            #expect(first.body.contains("0 of 2 steps") && first.body.contains("There is none yet."))
            #expect(!first.body.contains("logo.md</a>") && !first.body.contains("method=\"post\""))
            for at in ["\(last)", "\(last + 1)", "99999999999999999999", "x"] {
                let now = try scene.get("/runs/\(run)?at=\(at)")
                #expect(now.body.contains("2 of 2 steps") && !now.body.contains("As it was"), "\(at)")
            }
            for at in ["0", "-3"] { #expect(try scene.get("/runs/\(run)?at=\(at)").body.contains("after event 1 of")) }
        }

        @Test("With a token, nothing is shown before it is; a dashboard that only shows takes no answer")
        func token() async throws {
            let scene = try await DashboardScene(["--token", "0123456789abcdef", "--read-only"])
            let run = try await scene.start()
            #expect(try scene.get("/").status == 303)
            #expect(try scene.get("/events").status == 303)
            let login = try scene.get("/login")
            let key = try #require(login.body.firstMatch(of: /name="key" value="([0-9a-f]{64})"/)).1
            #expect(try scene.post("/login", ["token=wrong", "key=\(key)"]).status == 403)
            let entered = try scene.post("/login", ["token=0123456789abcdef", "key=\(key)"])
            let cookie = try #require(
                entered.head.firstMatch(of: /Set-Cookie: ([^;]+); Path=\/; HttpOnly; SameSite=Strict/))
            let inside = ["-H", "Cookie: \(cookie.1)"]
            #expect(try scene.get("/", inside).body.contains("Runs"))
            let deed = try scene.get(
                "/runs/\(run)/control",
                inside + ["-H", "Origin: \(scene.address)", "-d", "key=\(key)&action=cancel"])
            #expect(deed.status == 403)
        }

        @Test("It does not listen for others without a token")
        func open() async throws {
            let refused = try await Workspace().run(["dashboard", "--host", "0.0.0.0"])
            #expect(refused.code == 2)
            #expect(refused.error.contains("--token"))
        }
    }
}
