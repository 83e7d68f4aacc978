import BatonEngine
import BatonTestKit
import Foundation

/// The rules of axe-core, in the copy that PyPI's axe-core-python carries: fetched once, kept below `.build`.
enum AccessibilityRules {
    private static let package = "axe-core-python==0.1.0"

    static func script() async throws -> String {
        let folder = Workspace.package.appending(path: ".build/axe")
        let file = folder.appending(path: "axe.min.js")
        if !FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let interpreter = try await PythonEnvironment.interpreter
            let program = """
                set -e
                '\(interpreter.path)' -m pip download --quiet --disable-pip-version-check --no-deps -d . '\(package)'
                '\(interpreter.path)' -c 'import glob, zipfile
                with zipfile.ZipFile(glob.glob("*.whl")[0]) as wheel:
                    open("axe.new", "wb").write(wheel.read("axe_core_python/axe.min.js"))'
                mv axe.new axe.min.js
                """
            let result = try await onThread {
                try runToEnd(URL(filePath: "/bin/sh"), ["-c", program], directory: folder)
            }
            guard result.code == 0 else { throw WebDriver.Failure(description: "axe-core: \(result.error)") }
        }
        return try String(contentsOf: file, encoding: .utf8)
    }

    /// What breaks a rule on the page, one line each.
    static func violations(on driver: WebDriver) async throws -> [String] {
        try await driver.run(try await script() + "\nwindow.axe = axe;")
        let found = try await driver.runLater(
            """
            const done = arguments[arguments.length - 1];
            axe.run(document, {resultTypes: ['violations']}).then(
                result => done(result.violations.map(
                    rule => rule.id + ': ' + rule.nodes.slice(0, 3).map(
                        node => node.html.slice(0, 160) + ' (' + node.failureSummary.slice(0, 300) + ')').join(' | '))),
                error => done(['axe-core failed: ' + error]));
            """)
        return found.array?.compactMap(\.string) ?? ["axe-core gave nothing: \(found.text)"]
    }
}
