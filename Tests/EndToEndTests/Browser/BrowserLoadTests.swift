import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Many runs, and a long one, in a real Chromium.
    @Suite(.enabled(if: WebDriver.isAsked, "make browser installs Chromium and tries it"), .timeLimit(.minutes(6)))
    struct BrowserLoadTests {
        /// A page that takes longer for anything cannot be scrolled or typed into meanwhile, and a person sees it
        /// (in milliseconds; a debug build and a machine that does other things as well are allowed for).
        private static let longest = 250

        /// Watches what the page's own thread does from now on.
        private static let watch = """
            window.pauses = [];
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) window.pauses.push(Math.round(entry.duration));
            }).observe({ type: 'longtask' });
            """

        /// How long the page's thread was busy at a stretch, the longest first, and how many bytes it has fetched.
        private func pauses(_ driver: WebDriver) async throws -> [Int] {
            let found = try await driver.run("return window.pauses.sort((a, b) => b - a).slice(0, 20)")
            return found.array?.compactMap { $0.int.map(Int.init) } ?? []
        }

        private func bytes(_ driver: WebDriver, _ path: String) async throws -> [Int] {
            let found = try await driver.run(
                """
                return performance.getEntriesByType('resource').filter((e) => new URL(e.name).pathname === arguments[0])
                  .map((e) => e.decodedBodySize)
                """, [.string(path)])
            return found.array?.compactMap { $0.int.map(Int.init) } ?? []
        }

        @Test("With 1,000 runs going on the list moves without a stutter, and says how many there are")
        func manyRuns() async throws {
            let scene = try await BrowserScene("- {agent: nobody, creates: x.md}")
            let (driver, workspace) = (scene.driver, scene.workspace)
            try start(1000, workspace)
            try await driver.open(scene.address)
            try await scene.see("1000 going on")
            try await driver.run(Self.watch)
            // Every run moves, and the index with them.
            for number in 1...4 {
                try start(20, workspace, from: 1000 + 20 * number)
                try await scene.see("\(1000 + 20 * number) going on")
                try await driver.run("window.scrollTo(0, \(number) * 500)")
            }
            let pauses = try await pauses(driver)
            #expect(pauses.first ?? 0 <= Self.longest, "\(pauses)")
            let rows = try await driver.run("return document.querySelectorAll('ul.runs > li').length").int
            #expect(rows == 200)
            print("1,000 runs: pauses \(pauses), fetched \(try await bytes(driver, "/"))")
            await driver.quit()
        }

        @Test("A run of 2,000 steps moves without a stutter, is sent in pieces, and can be gone through")
        func longRun() async throws {
            let steps = (1...2000).map { "- {agent: writer, id: s\($0), creates: d\($0 % 50).md, phase: build}" }
            let scene = try await BrowserScene(steps.joined(separator: "\n"))
            let (driver, workspace) = (scene.driver, scene.workspace)
            let writer = try BareAgent(workspace, id: "writer", roles: ["writer"])
            defer { withExtendedLifetime(writer) {} }
            let run = try await scene.start()
            try await driver.open(scene.address + "/runs/\(run)")
            try await driver.run(Self.watch)
            try await workspace.wait(.seconds(240), for: "the end") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            try await scene.see("2000 of 2000 steps")
            let moving = try await pauses(driver)
            #expect(moving.first ?? 0 <= Self.longest, "\(moving)")
            let fetched = try await bytes(driver, "/runs/\(run)")
            // To and fro in its history.
            let last = Int(try workspace.query("SELECT max(seq) FROM events")[0]) ?? 0
            #expect(last >= 4000)
            try await driver.run("window.pauses = []")
            for at in [1, last / 2, 10, last - 1, last / 3] {
                try await driver.run(
                    """
                    const field = document.getElementById('at');
                    field.value = arguments[0];
                    field.dispatchEvent(new Event('change', { bubbles: true }));
                    """, [.int(Int64(at))])
                try await scene.see("As it was after event \(at) of \(last)")
            }
            let past = try await pauses(driver)
            #expect(past.first ?? 0 <= Self.longest, "\(past)")
            print("2,000 steps: pauses \(moving) while it moves, \(past) in its past; fetched \(fetched.sorted())")
            await driver.quit()
        }

        /// Starts so many runs by one client of the broker, a start a line.
        private func start(_ count: Int, _ workspace: Workspace, from first: Int = 0) throws {
            let lines = (0..<count).map {
                #"{"request_id":"many-\#(first + $0)","type":"start","workflow":"papers"}"#
            }
            let sent = try runToEnd(
                URL(filePath: "/usr/bin/env"),
                [
                    "mosquitto_pub", "-p", "\(workspace.broker.port)", "-q", "1", "-l", "-t",
                    "baton/v1/default/req/many",
                ], directory: workspace.directory, input: Data(lines.joined(separator: "\n").utf8))
            #expect(sent.code == 0, "\(sent)")
        }
    }
}
