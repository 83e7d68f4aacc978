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
    func inspect(_ view: DashboardView, _ path: String, before: () async throws -> Void = {}) async throws {
        for look in DashboardView.Look.allCases {
            try await driver.look(as: look.browser)
            try await driver.open(address + path)
            try await before()
            let found = try await AccessibilityRules.violations(on: driver)
            #expect(found == [], "\(view), \(look)")
            let width = try await driver.run("return document.documentElement.scrollWidth").int ?? 0
            #expect(width <= look.browser.width, "\(view), \(look) is \(width) wide")
            guard ProcessInfo.processInfo.environment["BATON_WRITE_DOCS"] != nil else { continue }
            try await driver.picture().write(to: Workspace.package.appending(path: view.picture(look)))
        }
        try await driver.look(as: .init())
    }
}
