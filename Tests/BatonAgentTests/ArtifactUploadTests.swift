import BatonMessages
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
        #expect(refused.results.first?.error?.message.contains("at most 10 are taken") == true)
        var silent = scene()
        silent.passes(600_000)
        #expect(silent.results.first?.error?.message.contains("no answer") == true)
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
