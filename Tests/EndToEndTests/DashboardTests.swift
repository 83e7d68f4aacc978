import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// The dashboard as browsers see it: the shipped program over a real broker, asked by curl.
    @Suite struct DashboardTests {
        private struct Answer {
            let status: Int
            let head: String
            let body: String
        }

        private struct Scene {
            let workspace: Workspace
            let address: String
            let run: String
            private let processes: [GuardedProcess]

            init(_ arguments: [String] = []) async throws {
                workspace = try Workspace()
                let library = try workspace.library(
                    id: "asking",
                    sequence: """
                        - {agent: writer, id: draft, creates: draft.md}
                        - {agent: writer, id: logo, creates: logo.md, condition: user_wants_a_logo}
                        """)
                processes =
                    [
                        try workspace.serve(library: library),
                        try workspace.start(["dashboard"] + arguments, name: "page"),
                    ] + (try workspace.agents(for: ["writer"]))
                let workspace = workspace
                address = try await Self.wait(workspace) {
                    workspace.text(ofLog: "page").firstMatch(of: /http:[^\s]*[0-9]/).map { String($0.0) }
                }
                let started = try await workspace.run(["start", "asking", "--timeout", "30"])
                try #require(started.code == 0, "\(started)\n\(workspace.logs)")
                run = started.output.trimmingCharacters(in: .newlines)
            }

            static func wait<Value>(_ workspace: Workspace, _ look: () async throws -> Value?) async throws -> Value {
                let deadline = ContinuousClock.now + .seconds(30)
                while true {
                    if let value = try await look() { return value }
                    guard ContinuousClock.now < deadline else {
                        throw Workspace.QueryFailure(description: "nothing came\n\(workspace.logs)")
                    }
                    try await Task.sleep(for: .milliseconds(50))
                }
            }

            func get(_ path: String, _ extra: [String] = []) throws -> Answer {
                let result = try runToEnd(
                    URL(filePath: "/usr/bin/env"), ["curl", "-si", "--max-time", "20"] + extra + [address + path],
                    directory: workspace.directory)
                let parts = result.output.split(separator: "\r\n\r\n", maxSplits: 1)
                let status = parts.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
                return Answer(
                    status: status, head: parts.first.map(String.init) ?? "",
                    body: parts.count > 1 ? String(parts[1]) : "")
            }

            func post(_ path: String, _ fields: [String], origin: String? = nil) throws -> Answer {
                let data = fields.flatMap { ["--data-urlencode", $0] }
                return try get(path, ["-H", "Origin: \(origin ?? address)"] + data)
            }
        }

        @Test("A page moves when its run does, and an answer given on it is taken")
        func answering() async throws {
            let scene = try await Scene()
            let page = "/runs/\(scene.run)"
            let events = try GuardedProcess(
                URL(filePath: "/usr/bin/env"), ["curl", "-sN", scene.address + page + "/events"],
                environment: ProcessInfo.processInfo.environment, directory: scene.workspace.directory,
                output: scene.workspace.log("events"))
            defer { withExtendedLifetime(events) {} }
            let asking = try await Scene.wait(scene.workspace) {
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
            let done = try await Scene.wait(scene.workspace) {
                let answer = try scene.get(page)
                return answer.body.contains("data-status=\"completed\"") ? answer : nil
            }
            #expect(done.body.contains("logo.md"))
            _ = try await Scene.wait(scene.workspace) {
                scene.workspace.text(ofLog: "events").count > before ? true : nil
            }
            #expect(scene.workspace.text(ofLog: "events").contains("event: changed"))
            #expect(try scene.post("\(page)/answers", fields + ["key=\(key)"]).head.contains("done=late"))

            let document = try scene.get("\(page)/documents/logo.md")
            #expect(document.status == 200)
            #expect(document.body.contains("class=\"doc paper\""))
            _ = try await Scene.wait(scene.workspace) { try scene.get("/").body.contains(page) ? true : nil }
            #expect(try scene.get("/agents").body.contains("writer"))
            #expect(try scene.get("/runs/none").status == 404)
        }

        @Test("With a token, nothing is shown before it is; a dashboard that only shows takes no answer")
        func token() async throws {
            let scene = try await Scene(["--token", "0123456789abcdef", "--read-only"])
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
                "/runs/\(scene.run)/control",
                inside + ["-H", "Origin: \(scene.address)", "-d", "key=\(key)&action=cancel"])
            #expect(deed.status == 403)
        }

        @Test("It does not listen for others without a token")
        func open() async throws {
            let refused = try await Workspace().run(["dashboard", "--host", "0.0.0.0"])
            #expect(refused.code == 1)
            #expect(refused.error.contains("--token"))
        }
    }
}
