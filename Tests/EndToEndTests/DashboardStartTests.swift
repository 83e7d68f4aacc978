import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Starting runs from the page: the shipped program over a real broker, asked by curl.
    @Suite struct DashboardStartTests {
        private static let tea = """
            workflow:
              id: tea
              name: Tea for many
              inputs:
                idea: {type: string, required: true, description: What is wanted.}
                cups: {type: integer, default: 2}
              sequence: [{agent: writer, id: pour, creates: cup.md}]
            """

        private func scene(_ arguments: [String] = [], serving: [String] = []) async throws -> DashboardScene {
            try await DashboardScene(arguments, serving: serving) { workspace, library in
                try Self.tea.write(to: library.appending(path: "tea.yaml"), atomically: true, encoding: .utf8)
                let rights = """
                    {"agents": {"*": {}}, "clients": {
                      "page": {"kind": "trigger", "requests": ["get", "list"]}, "wall": {"kind": "dashboard"},
                      "*": {"kind": "admin"}}}
                    """
                try rights.write(
                    to: workspace.directory.appending(path: "access.json"), atomically: true, encoding: .utf8)
            }
        }

        private func page(_ scene: DashboardScene, _ path: String) async throws -> DashboardScene.Answer {
            // The orchestrator may not be there yet.
            try await DashboardScene.wait(scene.workspace) {
                let answer = try scene.get(path)
                return answer.status == 503 ? nil : answer
            }
        }

        @Test("A workflow's form starts a run with what was filled in, once however often it is sent")
        func start() async throws {
            let scene = try await scene()
            let list = try await page(scene, "/start")
            #expect(list.status == 200 && list.body.contains("href=\"/start/tea\""), "\(list)")
            let form = try scene.get("/start/tea")
            #expect(form.body.contains("name=\"input.idea\"") && form.body.contains("Left empty: 2."))
            let key = try scene.key(on: form.body)
            let request = try #require(form.body.firstMatch(of: /name="request" value="([0-9a-f]{64})"/)).1
            let fields = [
                "key=\(key)", "request=\(request)", "input.idea=A pot & two cups", "project=leaves",
                "checkpoints=documents",
            ]
            #expect(try scene.post("/start/tea", ["input.idea=x"]).status == 403, "a form without its key")
            let foreign = try scene.post("/start/tea", fields, origin: "https://evil.example")
            #expect(foreign.status == 403, "from another page")
            #expect(try scene.workspace.query("SELECT count(*) FROM runs") == ["0"])

            let missing = try scene.post("/start/tea", ["key=\(key)", "project=leaves", "input.cups=3"])
            #expect(missing.status == 422)
            #expect(missing.body.contains("inputs.idea is missing (What is wanted.)"), "\(missing.body)")
            #expect(missing.body.contains("value=\"leaves\"") && missing.body.contains("value=\"3\""))

            let started = try scene.post("/start/tea", fields)
            #expect(started.status == 303, "\(started)")
            let landed = try #require(started.head.firstMatch(of: /Location: (\/runs\/([0-9a-f-]{36}))\?done=started/))
            #expect(try scene.get(String(landed.1) + "?done=started").body.contains("The run has begun."))
            #expect(try scene.post("/start/tea", fields).head.contains(landed.1), "the same form again")
            #expect(
                try scene.workspace.query("SELECT id, project, json_extract(inputs, '$.idea', '$.cups') FROM runs")
                    == ["\(landed.2)|leaves|[\"A pot & two cups\",2]"])
            // The option holds: a person is asked to approve.
            _ = try await DashboardScene.wait(scene.workspace) {
                try scene.get(String(landed.1)).body.contains("Approve cup.md (version 1)?") ? true : nil
            }
            #expect(try scene.get("/start/none").status == 404)
        }

        @Test("A login that may not start is told so beside its form, and one that may ask nothing is told that")
        func notAllowed() async throws {
            let scene = try await scene(["--client", "page"], serving: ["--access", "access.json"])
            let form = try await page(scene, "/start/tea")
            #expect(form.status == 200)
            let refused = try scene.post(
                "/start/tea", ["key=\(try scene.key(on: form.body))", "input.idea=A pot for one"])
            #expect(refused.status == 422)
            #expect(refused.body.contains("page may not make the request start"), "\(refused.body)")
            #expect(refused.body.contains("A pot for one"))
            let wall = try scene.workspace.start(["dashboard", "--client", "wall"], name: "wall")
            defer { withExtendedLifetime(wall) {} }
            let address = try await DashboardScene.wait(scene.workspace) {
                scene.workspace.text(ofLog: "wall").firstMatch(of: /http:[^\s]*[0-9]/).map { String($0.0) }
            }
            let told = try runToEnd(
                URL(filePath: "/usr/bin/env"), ["curl", "-si", address + "/start"],
                directory: scene.workspace.directory)
            #expect(told.output.hasPrefix("HTTP/1.1 403"), "\(told)")
            #expect(told.output.contains("wall may not make the request get"))
        }

        @Test("A dashboard that only shows offers no start")
        func readOnly() async throws {
            let scene = try await scene(["--read-only"])
            let first = try await page(scene, "/")
            #expect(!first.body.contains("href=\"/start"))
            for path in ["/start", "/start/tea"] { #expect(try scene.get(path).status == 404) }
            #expect(try scene.post("/start/tea", ["key=x", "input.idea=x"]).status == 403)
            #expect(try scene.workspace.query("SELECT count(*) FROM runs") == ["0"])
        }
    }
}
