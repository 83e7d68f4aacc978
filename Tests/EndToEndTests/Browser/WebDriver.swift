import BatonEngine
import BatonTestKit
import Foundation

/// A Chromium without a window, steered as a person would use it: by WebDriver (https://www.w3.org/TR/webdriver2/).
///
/// `make browser` installs Debian's chromium and chromium-driver.
final class WebDriver: Sendable {
    static let isAsked = !(ProcessInfo.processInfo.environment["BATON_BROWSER"] ?? "").isEmpty

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// What a page is looked at with.
    struct Look: Sendable {
        var width = 1280
        var height = 900
        var isDark = false
        var isPhone = false

        static let phone = Look(width: 390, height: 844, isPhone: true)
    }

    private let process: GuardedProcess
    private let root: URL
    private let session: String

    init(in workspace: Workspace) async throws {
        let port = try freePort()
        process = try GuardedProcess(
            URL(filePath: "/usr/bin/env"), ["chromedriver", "--port=\(port)"], directory: workspace.directory,
            output: workspace.log("chromedriver"))
        guard let root = URL(string: "http://127.0.0.1:\(port)") else { throw Failure(description: "no address") }
        self.root = root
        try await workspace.wait(for: "chromedriver") {
            try await Self.send("GET", root.appending(path: "status"), nil)["ready"] == true
        }
        let profile = workspace.directory.appending(path: "profile").path
        let arguments: [JSON] = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--window-size=1280,1400",
            .string("--user-data-dir=\(profile)"),
        ]
        let wanted: JSON = [
            "browserName": "chrome", "goog:chromeOptions": ["args": .array(arguments)],
            "goog:loggingPrefs": ["browser": "ALL", "performance": "ALL"],
        ]
        let made = try await Self.send(
            "POST", root.appending(path: "session"), ["capabilities": ["alwaysMatch": wanted]])
        guard let session = made["sessionId"]?.string else { throw Failure(description: "no session: \(made.text)") }
        self.session = session
    }

    /// A test that failed has not ended its browser, which outlives a driver that is killed.
    deinit {
        let address = root.appending(path: "session/\(session)").absoluteString
        _ = try? runToEnd(
            URL(filePath: "/usr/bin/env"), ["curl", "-s", "--max-time", "5", "-X", "DELETE", address],
            directory: FileManager.default.temporaryDirectory)
    }

    /// Ends the browser; the driver ends with the last reference.
    func quit() async {
        _ = try? await Self.send("DELETE", root.appending(path: "session/\(session)"), nil)
        process.signal(SIGTERM)
    }

    /// Asks with curl: Foundation's client does not read the driver's headers.
    private static func send(_ method: String, _ url: URL, _ body: JSON?) async throws -> JSON {
        let text = body?.text
        let words =
            ["curl", "-s", "--max-time", "60", "-X", method, "-H", "Content-Type: application/json"]
            + (text == nil ? [] : ["--data-binary", "@-"]) + [url.absoluteString]
        let result = try await onThread {
            try runToEnd(
                URL(filePath: "/usr/bin/env"), words, directory: FileManager.default.temporaryDirectory,
                input: text.map { Data($0.utf8) })
        }
        guard result.code == 0 else { throw Failure(description: "curl ended with \(result.code)") }
        let value = try JSON.parse(result.output)["value"] ?? .null
        if let error = value["error"]?.string {
            throw Failure(description: "\(error): \(value["message"]?.string ?? "")")
        }
        return value
    }

    @discardableResult
    private func ask(_ path: String, _ body: JSON = [:]) async throws -> JSON {
        try await Self.send("POST", root.appending(path: "session/\(session)/\(path)"), body)
    }

    // MARK: Pages

    func open(_ address: String) async throws { try await ask("url", ["url": .string(address)]) }

    /// What the body of a function gives, whose arguments are `arguments`.
    @discardableResult
    func run(_ body: String, _ arguments: [JSON] = []) async throws -> JSON {
        try await ask("execute/sync", ["script": .string(body), "args": .array(arguments)])
    }

    /// The same for a function that ends by calling its last argument.
    func runLater(_ body: String, _ arguments: [JSON] = []) async throws -> JSON {
        try await ask("execute/async", ["script": .string(body), "args": .array(arguments)])
    }

    var text: String { get async throws { try await run("return document.body.innerText").string ?? "" } }

    /// What the page's own scripts and rules complained about since it was last asked.
    func complaints() async throws -> [String] {
        try await ask("se/log", ["type": "browser"]).array?.compactMap { $0["message"]?.string } ?? []
    }

    /// Every address that was asked for since it was last asked.
    func requests() async throws -> [String] {
        try await ask("se/log", ["type": "performance"]).array?.compactMap { entry in
            let message = try? JSON.parse(entry["message"]?.string ?? "")["message"]
            guard message?["method"]?.string == "Network.requestWillBeSent" else { return nil }
            return message?["params"]?["request"]?["url"]?.string
        } ?? []
    }

    // MARK: Hands

    private func element(_ selector: String) async throws -> String {
        let found = try await ask("element", ["using": "css selector", "value": .string(selector)])
        guard let id = found.object?.values.first?.string else { throw Failure(description: "no \(selector)") }
        return id
    }

    /// Does it again when the page was written anew, or moved, in between.
    private func handle(_ selector: String, _ deed: (String) async throws -> Void) async throws {
        for _ in 1..<5 {
            do { return try await deed(try await element(selector)) } catch let error as Failure {
                guard ["stale", "no such element", "intercepted"].contains(where: error.description.contains) else {
                    throw error
                }
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        try await deed(try await element(selector))
    }

    func click(_ selector: String) async throws {
        try await handle(selector) { try await ask("element/\($0)/click") }
    }

    func type(_ text: String, into selector: String) async throws {
        try await handle(selector) { try await ask("element/\($0)/value", ["text": .string(text)]) }
    }

    // MARK: Looks

    func look(as look: Look) async throws {
        try await command(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .int(Int64(look.width)), "height": .int(Int64(look.height)), "deviceScaleFactor": 1,
                "mobile": .bool(look.isPhone),
            ])
        let scheme: JSON = look.isDark ? "dark" : "light"
        try await command(
            "Emulation.setEmulatedMedia", ["features": [["name": "prefers-color-scheme", "value": scheme]]])
    }

    @discardableResult
    private func command(_ name: String, _ parameters: JSON) async throws -> JSON {
        try await ask("goog/cdp/execute", ["cmd": .string(name), "params": parameters])
    }

    /// What is to be seen, as WebP.
    func picture() async throws -> Data {
        let value = try await command("Page.captureScreenshot", ["format": "webp", "quality": 80])
        guard let data = value["data"]?.string.flatMap({ Data(base64Encoded: $0) }) else {
            throw Failure(description: "no picture")
        }
        return data
    }
}
