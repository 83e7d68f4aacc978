import Foundation
import Testing

@Suite struct LayoutTests {
    @Test("The top level holds nothing but what the architecture names")
    func topLevel() {
        let allowed: Set = [
            "Package.swift", "Package.resolved", "Sources", "Tests", "workflows", "broker", "docs", "README.md",
            "LICENSE",
            "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", ".swift-format", ".gitignore", ".ci",
        ]
        let found = Set(Repository.paths.map { String($0.prefix { $0 != "/" }) })
        #expect(found.subtracting(allowed).isEmpty, "more than the architecture names: \(found.subtracting(allowed))")
        #expect(Repository.paths.filter { $0.hasPrefix(".ci/") } == [".ci/run"])
    }

    @Test("Every library has a test target that mirrors it")
    func mirrors() {
        let libraries = Imports.allowed.keys.filter { $0 != "baton" && $0 != "BatonTestKit" }
        for library in libraries {
            let tests = Repository.paths.filter {
                $0.hasPrefix("Tests/\(library)Tests/") && $0.hasSuffix("Tests.swift")
            }
            #expect(!tests.isEmpty, "no tests for \(library)")
        }
    }

    @Test("Every relative link in a document leads to a file")
    func links() {
        var findings: [Finding] = []
        for file in Repository.texts where file.path.hasSuffix(".md") {
            for (index, line) in file.lines.enumerated() {
                for target in Links.relative(in: line) where !Repository.exists(Links.resolve(target, from: file.path))
                {
                    findings.append(Finding(path: file.path, line: index + 1, message: "no file at \(target)"))
                }
            }
        }
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test("A link is taken apart into what lies in the repository")
    func linkForms() {
        #expect(Links.relative(in: "see [a](docs/a.md#part), [b](https://x.org/b.md), [c](#c)") == ["docs/a.md"])
        #expect(Links.resolve("../b.md", from: "docs/decisions/a.md") == "docs/b.md")
        #expect(Links.resolve("b.md", from: "a.md") == "b.md")
    }
}

/// Markdown links into the repository.
enum Links {
    static func relative(in line: Substring) -> [String] {
        line.matches(of: /\]\(([^)\s]+)\)/).compactMap { match in
            let target = match.1.prefix { $0 != "#" }
            return target.isEmpty || target.contains(":") ? nil : String(target)
        }
    }

    /// The path from the root of what `target` means in the document at `path`.
    static func resolve(_ target: String, from path: String) -> String {
        var parts = path.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") {
            switch part {
            case ".": break
            case "..": _ = parts.popLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
