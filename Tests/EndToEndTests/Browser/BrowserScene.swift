import BatonEngine
import BatonTestKit
import Foundation
import Testing

/// A dashboard over a real broker and orchestrator, and a browser that looks at it.
struct BrowserScene {
    let workspace: Workspace
    let address: String
    let driver: WebDriver
    private let processes: [GuardedProcess]

    /// - Parameters:
    ///   - sequence: of the workflow `papers`.
    ///   - more: puts other files into its library.
    init(
        _ sequence: String, agents: (Workspace) throws -> [GuardedProcess] = { _ in [] },
        more: (URL) throws -> Void = { _ in }
    ) async throws {
        workspace = try Workspace()
        let library = try workspace.library(id: "papers", sequence: sequence)
        try more(library)
        processes =
            [try workspace.serve(library: library), try workspace.start(["dashboard"], name: "page")]
            + (try agents(workspace))
        let workspace = workspace
        try await workspace.wait(for: "the dashboard") { workspace.text(ofLog: "page").contains("http://") }
        let found = workspace.text(ofLog: "page").firstMatch(of: /http:[^\s]*[0-9]/)
        address = try #require(found.map { String($0.0) })
        driver = try await WebDriver(in: workspace)
    }

    func start(_ words: String...) async throws -> String {
        let started = try await workspace.run(["start", "papers", "--timeout", "30"] + words)
        try #require(started.code == 0, "\(started)\n\(workspace.logs)")
        return started.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until the page says it, by itself.
    func see(_ words: String) async throws {
        do {
            try await workspace.wait(.seconds(30), for: "“\(words)” on the page") {
                try await driver.text.contains(words)
            }
        } catch { throw WebDriver.Failure(description: "\(error)\n\(try await driver.text)") }
    }

    /// A page keeps axe-core's rules and fits its width, in the light, in the dark and on a phone.
    func inspect(_ name: String, _ path: String, before: () async throws -> Void = {}) async throws {
        let looks: [(String, WebDriver.Look)] = [
            ("light", .init()), ("dark", .init(isDark: true)), ("phone", .phone),
        ]
        for (kind, look) in looks {
            try await driver.look(as: look)
            try await driver.open(address + path)
            try await before()
            let found = try await AccessibilityRules.violations(on: driver)
            #expect(found == [], "\(name), \(kind)")
            let width = try await driver.run("return document.documentElement.scrollWidth").int ?? 0
            #expect(width <= look.width, "\(name), \(kind) is \(width) wide")
            try await keep("\(name)-\(kind)")
        }
        try await driver.look(as: .init())
    }

    /// The pictures of docs/dashboard.md, when they are to be made anew.
    private func keep(_ name: String) async throws {
        let shown = [
            "runs-light", "runs-phone", "run-dark", "run-phone", "document-light", "diff-dark", "start-light",
            "start-phone", "past-dark",
        ]
        guard ProcessInfo.processInfo.environment["BATON_WRITE_DOCS"] != nil, shown.contains(name) else { return }
        let folder = Workspace.package.appending(path: "docs/images")
        try await driver.picture().write(to: folder.appending(path: "dashboard-\(name).png"))
    }
}
