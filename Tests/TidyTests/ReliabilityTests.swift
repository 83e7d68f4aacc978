import Testing

/// docs/reliability.md names a test for each promise: it has to exist, under that name.
@Suite struct ReliabilityTests {
    private static let page = "docs/reliability.md"

    /// The tests that a line names: `[what it shows](../Tests/…Tests.swift)`, in tables only.
    private static func named(in line: Substring) -> [(name: String, path: String)] {
        guard line.hasPrefix("| ") else { return [] }
        return line.matches(of: /\[([^\]]+)\]\(([^)\s]+\.swift)\)/).map {
            (String($0.1), Links.resolve(String($0.2), from: page))
        }
    }

    @Test("Every test that the page names is there")
    func namedTests() throws {
        let page = try #require(Repository.texts.first { $0.path == Self.page })
        let files = Dictionary(uniqueKeysWithValues: Repository.swift.map { ($0.path, $0.text) })
        var findings: [Finding] = []
        var count = 0
        for (index, line) in page.lines.enumerated() {
            for (name, path) in Self.named(in: line) {
                count += 1
                // The name is a literal of its own, behind `@Test(`.
                guard files[path]?.contains("\"\(name)\"") != true else { continue }
                findings.append(Finding(path: Self.page, line: index + 1, message: "no test “\(name)” in \(path)"))
            }
        }
        #expect(findings.isEmpty, "\(findings.report)")
        #expect(count > 40)
    }

    @Test("Every row of its tables names a test")
    func everyRow() throws {
        let page = try #require(Repository.texts.first { $0.path == Self.page })
        let rows = page.lines.filter {
            $0.hasPrefix("| ") && !$0.hasSuffix("| shown by |") && !$0.hasSuffix("| the test |")
        }
        #expect(rows.count > 40)
        for row in rows { #expect(!Self.named(in: row).isEmpty, "\(row)") }
    }
}
