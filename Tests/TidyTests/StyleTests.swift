import Foundation
import Testing

@Suite struct StyleTests {
    @Test("Every Swift file keeps to the rules of style")
    func swiftFiles() {
        let findings = Repository.swift.flatMap(Style.check)
        #expect(findings.isEmpty, "\(findings.report)")
        for file in Repository.swift where file.lines.count > Style.longFileLength {
            print("\(file.path) has \(file.lines.count) lines: is it more than one idea?")
        }
    }

    @Test("No file names a path of one machine")
    func machinePaths() {
        let findings = Repository.texts.flatMap(Style.machinePaths)
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test(
        "Each rule finds its own offence",
        arguments: [
            ("let a = 1", "no newline at the end"),
            ("\tlet a = 1\n", "a tab"),
            (String(repeating: "a", count: 121) + "\n", "121 columns"),
            ("// TO" + "DO\n", "TO" + "DO: say it in an issue"),
            ("final class A: @unchecked " + "Sendable {}\n", "no comment above says why this is Sendable"),
            (
                "let a = 1\n@frozen\nfinal class A: @unchecked " + "Sendable {}\n",
                "no comment above says why this is Sendable"
            ),
            ("    print(\"a\")\n", "a library does not print"),
            ("func a() { print(1) }\n", "a library does not print"),
        ])
    func offences(text: String, message: String) {
        let findings = Style.check(Repository.File(path: "Sources/BatonStore/A.swift", text: text))
        #expect(findings.map(\.message) == [message])
    }

    @Test("A file that is too long is found")
    func tooLong() {
        let file = Repository.File(path: "Tests/A.swift", text: String(repeating: "a\n", count: 401))
        #expect(Style.check(file).map(\.message) == ["401 lines; more than 400"])
    }

    @Test(
        "What only looks like an offence is left alone",
        arguments: [
            "// The lock guards it.\n@frozen\nfinal class A: @unchecked " + "Sendable {}\n",
            "/// print(\"a\")\n",
            "fingerprint(a)\nprinter.print(a)\n",
            String(repeating: "a", count: 120) + "\n",
            "",
        ])
    func noOffence(text: String) {
        let findings = Style.check(Repository.File(path: "Sources/BatonStore/A.swift", text: text))
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test("The command line may print")
    func commandLinePrints() {
        let file = Repository.File(path: "Sources/baton/A.swift", text: "print(1)\n")
        #expect(Style.check(file).isEmpty)
    }
}
