import BatonClient
import BatonTestKit
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct ExportTests {
    static let large = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }

    @Test("The latest version of every document is written, in ranges, with a manifest")
    func export() async throws {
        let documents: [(ArtifactEntry, [UInt8])] = [
            document("prd.md", Array("old".utf8), version: 1), document("docs/large.bin", Self.large),
            document("prd.md", Array("new\n".utf8), version: 2), document("empty.md", []),
        ]
        let root = FileManager.default.temporaryDirectory.appending(path: "baton-export-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let (report, requests) = try await export(documents, to: root)
        #expect(report.files.map(\.path) == ["prd.md", "docs/large.bin", "empty.md"])
        #expect(try Data(contentsOf: root.appending(path: "prd.md")) == Data("new\n".utf8))
        #expect(try Data(contentsOf: root.appending(path: "docs/large.bin")) == Data(Self.large))
        #expect(try Data(contentsOf: root.appending(path: "empty.md")).isEmpty)
        // A request that had no answer in time is sent again.
        let ranges = requests.compactMap { request -> Int? in
            if case .get(.artifact(let query)) = request.kind, query.version == 1 { query.offset } else { nil }
        }
        #expect(Set(ranges).count == 3, "600,000 bytes in ranges of 256 KiB")
        let manifest = try JSON.parse([UInt8](Data(contentsOf: root.appending(path: report.manifest))))
        #expect(manifest["run"]?.string == Samples.run.description && manifest["status"]?.string == "completed")
        #expect(try ExportCheck(at: root.path).differences == [])
        #expect(
            manifest["artifacts"]?.array?.compactMap { $0["name"]?.string } == ["prd.md", "docs/large.bin", "empty.md"])
        #expect(manifest["artifacts"]?.array?.first?["sha256"]?.string == ContentHash.of("new\n").description)
    }

    @Test("A document named like the manifest keeps its name")
    func manifestName() async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "baton-export-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let (report, _) = try await export([document("manifest.json", Array("{}".utf8))], to: root)
        #expect(report.manifest == "baton-manifest.json")
        #expect(try Data(contentsOf: root.appending(path: "manifest.json")) == Data("{}".utf8))
    }

    @Test("Content that does not match its hash is not written")
    func damaged() async throws {
        var (entry, content) = document("prd.md", Array("right".utf8))
        content = Array("wrong".utf8)
        let root = FileManager.default.temporaryDirectory.appending(path: "baton-export-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let documents = [(entry, content)]
        let error = await clientError { _ = try await export(documents, to: root) }
        #expect(error?.code == .unsafe)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: root.path).isEmpty)
        entry.size = 4
        let short = [(entry, content)]
        #expect(await clientError { _ = try await export(short, to: root) }?.code == .unsafe)
    }

    @Test("One bad name and nothing is written at all")
    func badName() async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "baton-export-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let documents = [document("prd.md", [1]), document("../../evil", [2])]
        let error = await clientError { _ = try await export(documents, to: root) }
        #expect(error?.code == .unsafe)
        #expect(!FileManager.default.fileExists(atPath: root.path))
    }

    @Test("What can't be a file is left out, and said; the rest is written, with a manifest that holds")
    func leftOut() async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "baton-export-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let documents = [
            document("PRD.md", [1]), document("prd.md", [2]), document("CON.md", [3]), document("b.md", [4]),
        ]
        let (report, _) = try await export(documents, to: root)
        #expect(report.files.map(\.path) == ["PRD.md", "b.md"])
        #expect(report.leftOut.map { $0.prefix(22) } == ["the name of “prd.md” d", "the name of “CON.md” h"])
        #expect(
            Set(try FileManager.default.subpathsOfDirectory(atPath: root.path)) == ["PRD.md", "b.md", "manifest.json"])
        #expect(try ExportCheck(at: root.path).differences == [])
    }

    private func document(_ name: String, _ content: [UInt8], version: Int = 1) -> (ArtifactEntry, [UInt8]) {
        (Samples.artifact(name, content, version: version), content)
    }

    private func export(
        _ documents: [(ArtifactEntry, [UInt8])], to root: URL
    ) async throws -> (ExportReport, [Request]) {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker) { request, _ in
            switch request.kind {
            case .get(.run): return .run(Samples.snapshot(status: .completed))
            case .get(.handoffs): return .handoffs([])
            case .get(.artifacts): return .artifacts(documents.map(\.0))
            case .get(.artifact(let query)):
                guard
                    let (entry, content) = documents.first(where: {
                        $0.0.name == query.name.text && $0.0.version == query.version
                    })
                else { return .failed(ReplyError(.unknownArtifact, "no such artifact")) }
                let bytes = Array(content.dropFirst(query.offset).prefix(query.length))
                return .artifact(ArtifactSlice(artifact: entry, offset: query.offset, content: bytes))
            default: return nil
            }
        }
        let client = try await Client.connect(ClientConfiguration(broker))
        do {
            let report = try await client.export(Samples.run, to: root.path, layout: .names)
            await client.stop()
            await orchestrator.stop()
            return (report, orchestrator.requests)
        } catch {
            await client.stop()
            await orchestrator.stop()
            throw error
        }
    }
}
