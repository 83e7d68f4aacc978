import BatonTestKit
import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension EndToEnd {
    /// `baton serve --dashboard`; what the pages show is tested with ``DashboardTests``.
    @Suite struct ServedDashboardTests {
        @Test("The orchestrator serves the dashboard, before there is a broker and after it came back")
        func served() async throws {
            let workspace = try Workspace()
            workspace.broker.kill()
            let orchestrator = try workspace.serve(["--dashboard", "0"])
            try await workspace.wait(for: "a try") { workspace.text(ofLog: "serve").contains("not connected") }
            try workspace.broker.start()
            try await workspace.wait(for: "the address") { workspace.text(ofLog: "serve").contains("is served") }
            let found = try #require(
                workspace.text(ofLog: "serve").firstMatch(of: /http:\/\/127\.0\.0\.1:\d+\//), "\(workspace.logs)")
            let page = try #require(URL(string: String(found.output)))
            let start = try await workspace.run(["start", "sdlc", "--input", "idea=A bakery", "--project", "crumbs"])
            #expect(start.code == 0, "\(start)")
            try await workspace.wait(for: "the run on the page") {
                let (data, _) = try await URLSession.shared.data(from: page)
                return String(decoding: data, as: UTF8.self).contains("crumbs")
            }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }

        @Test(
            "What one process can't do is refused with what can",
            arguments: [
                (["--dashboard", "0.0.0.0:0"], "--token"),
                (["--dashboard", "0", "--user", "baton"], "baton user add"),
                (["--dashboard", "port"], "must be a port"),
            ])
        func refused(arguments: [String], word: String) async throws {
            let workspace = try Workspace()
            let result = try await workspace.run(["serve"] + arguments)
            #expect(result.code == 1 && result.error.contains(word), "\(result)")
        }
    }
}
