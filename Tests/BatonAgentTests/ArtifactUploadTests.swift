import BatonMessages
import Foundation
import Testing

@testable import BatonAgent

@Suite struct ArtifactUploadTests {
    private static let content = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    private static let digest = ContentHash.of(content)
    private static let outcome = TaskOutcome.completed(
        summary: "done",
        artifacts: [
            ArtifactDocument(name: "film.bin", body: .bytes(content)),
            ArtifactDocument(name: "brief.md", body: .text("# Brief\n")),
        ])

    /// An agent whose handler has returned a large document.
    private func scene() -> Scene {
        var scene = Scene()
        scene.receives(Samples.command(lease: 1))
        scene.returns(1, Self.outcome)
        return scene
    }

    private func stored(_ count: Int) -> [UInt8] {
        ArtifactRange(
            task: Samples.task(1), digest: Self.digest, body: .stored(count, size: Self.content.count)
        ).encode()
    }

    @Test("A large document goes range by range, and the result names it by its hash")
    func ranges() throws {
        var scene = scene()
        #expect(scene.results.isEmpty)
        var there: [UInt8] = []
        var offsets: [Int] = []
        while let put = scene.puts.first {
            #expect(put.lease == Samples.lease(1) && put.size == Self.content.count && put.digest == Self.digest)
            offsets.append(put.offset)
            if put.offset == there.count { there += put.bytes }
            let answer = stored(there.count)
            scene.does { $0.received(range: answer, now: $1) }
        }
        #expect(offsets == [0, 0, 262_144, 524_288])
        #expect(there == Self.content)
        let result = try #require(scene.results.first)
        #expect(result.artifacts.map(\.body) == [.reference(Self.digest), .text("# Brief\n")])
    }

    @Test("What the orchestrator has is not sent again, and an answer that comes twice sends nothing twice")
    func known() {
        var scene = scene()
        let (begun, all) = (stored(524_288), stored(600_000))
        scene.does { $0.received(range: begun, now: $1) }
        #expect(scene.puts.map(\.offset) == [524_288])
        scene.does { $0.received(range: begun, now: $1) }
        #expect(scene.isSilent)
        scene.does { $0.received(range: all, now: $1) }
        #expect(scene.results.count == 1 && scene.puts.isEmpty)
    }

    @Test("After a silence, on a new connection and under a new lease it asks how much is there")
    func resumed() throws {
        var scene = scene()
        let begun = stored(262_144)
        scene.does { $0.received(range: begun, now: $1) }
        scene.passes(6000)
        #expect(scene.puts.map(\.bytes.count) == [0])
        scene.does { machine, now in
            machine.disconnected()
            machine.connected(now: now)
        }
        #expect(scene.puts.map(\.bytes.count) == [0])
        scene.receives(Samples.command(lease: 2))
        let put = try #require(scene.puts.first)
        #expect(put.lease == Samples.lease(2) && put.bytes.isEmpty)
        scene.does { $0.received(range: begun, now: $1) }
        #expect(scene.puts.map(\.offset) == [262_144])
    }

    @Test("What the orchestrator refuses makes the attempt fail with its words, and so does a long silence")
    func refused() {
        var refused = scene()
        let range = ArtifactRange(task: Samples.task(1), digest: Self.digest, body: .error("at most 10 are taken"))
        refused.does { $0.received(range: range.encode(), now: $1) }
        #expect(
            refused.results.first?.error?.message == "film.bin could not be handed over: at most 10 are taken")
        var silent = scene()
        silent.passes(600_000)
        #expect(silent.results.first?.error?.message.contains("no answer") == true)
    }

    @Test("A file is put from where it lies, range by range, and the result names it by its hash")
    func file() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "baton-film-\(UUID().uuidString)")
        try Data(Self.content).write(to: path)
        var outcome = TaskOutcome.completed(summary: "done")
        outcome.files = [try DocumentFile(name: "film.bin", mediaType: "video/x", path: path.path)]
        // It was opened: its name is no longer needed.
        try FileManager.default.removeItem(at: path)
        var scene = Scene()
        scene.receives(Samples.command(lease: 1))
        scene.returns(1, outcome)
        #expect(scene.puts.map(\.bytes.count) == [0] && scene.puts.first?.size == Self.content.count)
        var there: [UInt8] = []
        repeat {
            let answer = stored(there.count)
            scene.does { $0.received(range: answer, now: $1) }
            for (put, file, count) in scene.filePuts {
                #expect(put.offset == there.count && put.digest == Self.digest && count <= 262_144)
                there += try file.read(at: put.offset, count: count)
            }
        } while scene.results.isEmpty
        #expect(there == Self.content)
        #expect(
            scene.results.first?.artifacts == [
                ArtifactDocument(name: "film.bin", mediaType: "video/x", body: .reference(Self.digest))
            ])
    }

    @Test("Small files are documents of the result, and what makes the result too large goes in ranges")
    func room() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-files-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var outcome = TaskOutcome.completed(summary: "done")
        for number in 1...4 {
            let path = folder.appending(path: "\(number).md")
            try String(repeating: "\(number)", count: 200_000).write(to: path, atomically: true, encoding: .utf8)
            outcome.files.append(try DocumentFile(name: ArtifactName("\(number).md"), path: path.path))
        }
        let contents = try outcome.takeLargeContents()
        #expect(outcome.files.isEmpty && outcome.artifacts.map(\.name.text) == ["1.md", "2.md", "3.md", "4.md"])
        #expect(outcome.artifacts[1].body == .text(String(repeating: "2", count: 200_000)))
        #expect(contents.map(\.name) == ["3.md", "4.md"] && contents.map(\.size) == [200_000, 200_000])
        #expect(outcome.result(task: Samples.task(1), lease: Samples.lease(1)).error == nil)
    }

    @Test("A file that becomes shorter while it is put makes the attempt fail")
    func shrunk() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "baton-film-\(UUID().uuidString)")
        try Data(Self.content).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let file = try ContentFile(path: path.path)
        #expect(truncate(path.path, 300_000) == 0)
        let error = #expect(throws: AgentError.self) { try file.read(at: 262_144, count: 262_144) }
        #expect(error?.cause.contains("it ends after 300000 bytes") == true)
        var scene = Scene()
        scene.receives(Samples.command(lease: 1))
        var outcome = TaskOutcome.completed(summary: "done")
        outcome.files = [DocumentFile(name: "film.bin", content: file)]
        #expect(throws: AgentError.self) { try outcome.takeLargeContents() }
        let content = OutgoingContent(
            name: "film.bin", digest: Self.digest, size: Self.content.count, source: .file(file))
        scene.does { $0.returned(HeldTask.Run(number: 1), .completed(summary: "done"), contents: [content], now: $1) }
        let reason = try #require(error)
        scene.does { $0.couldNotPut(HeldTask.Run(number: 1), reason, now: $1) }
        #expect(scene.results.first?.error?.message == reason.cause)
    }

    @Test("A task that is cancelled puts nothing more")
    func cancelled() {
        var scene = scene()
        scene.receives(control: Samples.cancel(lease: 1))
        let begun = stored(262_144)
        scene.does { $0.received(range: begun, now: $1) }
        #expect(scene.isSilent && scene.machine.isIdle)
    }
}
