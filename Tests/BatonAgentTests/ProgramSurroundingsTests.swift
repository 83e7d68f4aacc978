import BatonMessages
import Foundation
import Synchronization
import Testing

@testable import BatonAgent

/// What a program finds in its environment, and what it can say on its way.
struct ProgramSurroundingsTests {
    private func lines(_ script: String, _ change: (inout ExecHandler) -> Void = { _ in }) async throws -> [String] {
        var handler = ExecHandler(command: script, timeout: .seconds(30))
        change(&handler)
        let outcome = try await handler.handle(
            TaskContext(command: Samples.command(lease: 1), artifacts: [], logger: CollectingLog().logger))
        guard case .text(let text) = outcome.artifacts.first?.body else {
            Issue.record("\(outcome)")
            return []
        }
        return text.split(separator: "\n").map(String.init)
    }

    @Test("The environment has little, what is named, and the task's own names")
    func environment() async throws {
        setenv("BATON_TEST_SECRET", "s3cret", 1)
        setenv("BATON_TEST_KEY", "k", 1)
        let little = try await lines("env")
        let names = Set(little.map { String($0.prefix { $0 != "=" }) })
        #expect(names.isSuperset(of: ["PATH", "BATON_TASK", "BATON_ROLE", "BATON_STEP"]))
        #expect(!names.contains("BATON_TEST_SECRET") && !names.contains("BATON_TEST_KEY"))
        let named = try await lines("env") {
            $0.environment = try! ProgramEnvironment(parsing: [
                "BATON_TEST_KEY", "OWN=a=b", "BATON_ROLE=forged", "NOT_THERE",
            ])
        }
        #expect(named.contains("BATON_TEST_KEY=k") && named.contains("OWN=a=b"))
        #expect(named.contains("BATON_ROLE=analyst") && !named.contains { $0.hasPrefix("BATON_TEST_SECRET=") })
        let all = try await lines("env") { $0.environment.passesAll = true }
        #expect(all.contains("BATON_TEST_SECRET=s3cret"))
    }

    @Test("Names that no variable can have are refused")
    func wrongNames() {
        for word in ["", "=x", "1X", "A B", "A-B=1", "Ä"] {
            #expect(throws: AgentError.self) { try ProgramEnvironment(parsing: [word]) }
        }
    }

    @Test(
        "A line of progress is a number with a per cent sign, JSON, or a message",
        arguments: [
            ("40% reading", 40, "reading"), ("40 %: reading", 40, "reading"), ("99.5%", 99.5, nil),
            (#"{"percent": 7, "message": "m"}"#, 7, "m"), (#"{"percent": 1e300}"#, 100, nil),
            ("reading 40%", nil, "reading 40%"), ("40 files", nil, "40 files"), ("250%", 100, nil), ("%", nil, "%"),
        ] as [(String, Double?, String?)])
    func progressLine(line: String, percent: Double?, message: String?) {
        #expect(ProgressLine(line) == ProgressLine(percent: percent, message: message))
    }

    private final class Reports: Sendable {
        let all = Mutex<[ProgressLine]>([])
    }

    private func reports(_ script: String, _ descriptor: Int32?) async throws -> (said: [ProgressLine], log: [String]) {
        let reports = Reports()
        let log = CollectingLog()
        var handler = ExecHandler(command: script, timeout: .seconds(30))
        handler.progressDescriptor = descriptor
        let context = TaskContext(command: Samples.command(lease: 1), artifacts: [], logger: log.logger) {
            percent, text in
            reports.all.withLock { $0.append(ProgressLine(percent: percent, message: text)) }
        }
        let outcome = try await handler.handle(context)
        #expect(outcome.error == nil)
        return (reports.all.withLock { $0 }, log.lines)
    }

    @Test("Lines on standard error say how far the program is")
    func standardError() async throws {
        let (said, log) = try await reports("echo '10% one' >&2; echo two >&2; echo '# Brief'", nil)
        #expect(said == [ProgressLine(percent: 10, message: "one"), ProgressLine(message: "two")])
        #expect(log == ["10% one", "two"])
    }

    @Test(
        "With a descriptor of its own, progress comes there and standard error only goes to the log", arguments: [3, 9])
    func descriptor(number: Int32) async throws {
        let (said, log) = try await reports(
            "echo noise >&2; echo '10% one' >&\(number); printf '90%%' >&\(number); echo '# Brief'", number)
        #expect(said == [ProgressLine(percent: 10, message: "one"), ProgressLine(percent: 90)])
        #expect(log == ["noise"])
    }

    @Test("A program that floods its progress, or holds it open, does no harm")
    func flood() async throws {
        let (said, _) = try await reports("seq 1 200000 >&3; sleep 600 3>&3 & echo '# Brief'", 3)
        #expect(!said.isEmpty && said.count <= 200_000)
    }
}
