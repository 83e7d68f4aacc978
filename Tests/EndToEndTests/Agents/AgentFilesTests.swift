import BatonTestKit
import Foundation
import Testing

@Suite struct AgentFilesTests {
    @Test("Each agent is one file of under 120 lines of code, none over 120 columns")
    func size() throws {
        for file in SampleAgent.all.compactMap(\.file) {
            let text = try String(contentsOf: SampleAgent.folder.appending(path: file), encoding: .utf8)
            let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            let code = lines.filter { !$0.isEmpty && !$0.hasPrefix("//") && !$0.hasPrefix("# ") }
            #expect(code.count < 120, "\(file) has \(code.count)")
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 }, "\(file) is too wide")
        }
    }

    @Test("No agent is left out where everything is installed")
    func everyAgent() {
        guard ProcessInfo.processInfo.environment["BATON_TESTS_LEAVE_OUT_NOTHING"] != nil else {
            return print("Agents may be left out here: BATON_TESTS_LEAVE_OUT_NOTHING is not set")
        }
        for agent in SampleAgent.all { #expect(agent.missing == nil, "the agent in \(agent.name) is not tried") }
    }

    @Test("The example in Swift is the one that is compiled and checked")
    func swiftExample() throws {
        let guide = try String(contentsOf: SampleAgent.folder.appending(path: "README.md"), encoding: .utf8)
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "GuideAgent.swift")
        let example = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
        let block = guide.components(separatedBy: "```swift\n").dropFirst().first?.components(separatedBy: "```").first
        let words = try #require(block).split(separator: "\n")
        #expect(Array(words) == Array(example))
    }
}
