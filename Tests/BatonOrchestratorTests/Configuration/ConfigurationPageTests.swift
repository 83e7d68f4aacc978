import BatonOrchestrator
import Foundation
import Testing

/// docs/configuration.md is made from the code: between its two markers stands what ``SettingKey`` says.
@Suite struct ConfigurationPageTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/configuration.md")
    private static let (begin, end) = ("<!-- made from SettingKey -->\n\n", "\n<!-- end -->")

    /// With `BATON_WRITE_DOCS=1` in the environment the page is written, and the test says so by failing once.
    @Test("The page of settings says what the code says")
    func page() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let parts = text.components(separatedBy: Self.begin)
        try #require(parts.count == 2)
        let tail = parts[1].components(separatedBy: Self.end)
        try #require(tail.count == 2)
        let right = parts[0] + Self.begin + SettingKey.documentation + Self.end + tail[1]
        if text != right, ProcessInfo.processInfo.environment["BATON_WRITE_DOCS"] == "1" {
            try right.write(to: Self.page, atomically: true, encoding: .utf8)
        }
        #expect(text == right, "BATON_WRITE_DOCS=1 writes it anew")
    }

    @Test("Every default that is a number is within the setting's own bounds")
    func defaults() {
        for key in SettingKey.allCases {
            guard let number = Int(key.entry.otherwise) else { continue }
            switch key.entry.kind {
            case .count(let range), .milliseconds(let range): #expect(range.contains(number), "\(key)")
            default: Issue.record("\(key) has a number, and is none")
            }
        }
    }
}
