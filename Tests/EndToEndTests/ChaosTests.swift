import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// `make chaos`, for as long as a test may take.
    @Suite struct ChaosTests {
        @Test("Under random faults nothing is lost, nothing is done twice, and every run ends")
        func shortChaos() async throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "baton-chaos-\(UUID().uuidString)")
            let chaos = Workspace.baton.deletingLastPathComponent().appending(path: "Chaos")
            let arguments = ["--seconds", "45", "--runs", "20", "--pace", "1.5", "--folder", folder.path]
            let result = try await onThread {
                try runToEnd(
                    chaos, arguments, directory: FileManager.default.temporaryDirectory, limit: .seconds(300))
            }
            #expect(result.code == 0, "\(result.output)\(result.error)")
            let lines = result.output.split(separator: "\n").map(String.init)
            func figure(_ name: String) -> Int? {
                lines.first { $0.hasPrefix(name + "  ") }
                    .flatMap { $0.dropFirst(name.count).split(separator: " ").first }.flatMap { Int($0) }
            }
            #expect(figure("lost") == 0 && figure("doubled") == 0)
            // It was no idle time: faults happened, and work was done and confirmed.
            #expect((figure("faults") ?? 0) > 10, "\(result.output)")
            #expect((figure("runs") ?? 0) >= 20, "\(result.output)")
            #expect((figure("told accepted") ?? 0) > 50, "\(result.output)")
        }
    }
}
