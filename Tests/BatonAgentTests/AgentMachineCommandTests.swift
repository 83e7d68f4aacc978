import BatonMessages
import Testing

@testable import BatonAgent

struct AgentMachineCommandTests {
    @Test("The same command twice is one task")
    func duplicate() {
        var scene = Scene()
        scene.receives(Samples.command(lease: 1))
        scene.receives(Samples.command(lease: 1))
        #expect(scene.isSilent)
        scene.returns(1)
        scene.receives(Samples.command(lease: 1))
        #expect(scene.isSilent)
        scene.receives(control: Samples.ack(lease: 1))
        scene.receives(Samples.command(lease: 1))
        #expect(scene.isSilent, "a copy that comes after the ack")
    }

    @Test("Work that is given again under another lease goes on, and its result carries the new lease")
    func newLeaseWhileRunning() {
        var scene = Scene(slots: 1)
        scene.receives(Samples.command(lease: 1, key: 7))
        scene.receives(Samples.command(lease: 2, key: 7))
        #expect(scene.started.isEmpty && scene.declines.isEmpty)
        #expect(scene.beats.first?.held.map(\.lease) == [Samples.lease(2)], "claimed at once")
        scene.receives(control: Samples.cancel(lease: 1))
        #expect(scene.cancelled.isEmpty, "the old lease is nobody's")
        scene.returns(1)
        #expect(scene.results.map(\.lease) == [Samples.lease(2)])
    }

    @Test("A result that is there already is sent under the new lease, without doing the work again")
    func newLeaseWhenFinished() {
        var scene = Scene()
        scene.receives(Samples.command(lease: 1, key: 7))
        scene.returns(1, .completed(summary: "once"))
        scene.receives(Samples.command(lease: 2, key: 7))
        #expect(scene.started.isEmpty)
        #expect(scene.results.map(\.lease) == [Samples.lease(2)])
        #expect(scene.results.map(\.summary) == ["once"])
        scene.receives(control: Samples.ack(lease: 1, .superseded))
        #expect(scene.machine.held.count == 1)
        scene.receives(control: Samples.ack(lease: 2))
        #expect(scene.machine.held.isEmpty)
    }

    @Test("A result says where the attempt is in its trace under which it is sent", arguments: [true, false])
    func trace(isFinishedBefore: Bool) {
        var scene = Scene()
        let traces = ["1", "2"].map { TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-000000000000000\($0)-01") }
        var command = Samples.command(lease: 1, key: 7)
        command.traceparent = traces[0]
        scene.receives(command)
        if isFinishedBefore {
            scene.returns(1)
            #expect(scene.results.map(\.traceparent) == [traces[0]])
        }
        command = Samples.command(lease: 2, key: 7)
        command.traceparent = traces[1]
        scene.receives(command)
        if !isFinishedBefore { scene.returns(1) }
        #expect(scene.results.map(\.traceparent) == [traces[1]])
    }

    @Test("After a failure the next attempt has another key and is done anew")
    func nextAttempt() {
        var scene = Scene()
        scene.receives(Samples.command(lease: 1, key: 7))
        scene.returns(1, .failed(code: "x", message: "x"))
        scene.receives(control: Samples.ack(lease: 1))
        scene.receives(Samples.command(lease: 2, key: 8))
        #expect(scene.started == [2])
    }

    @Test("Commands of an epoch that is past are ignored, those of a new orchestrator are followed")
    func epochs() {
        var scene = Scene(slots: 9)
        scene.receives(Samples.command(task: 1, lease: 1, by: Samples.by(5)))
        scene.receives(Samples.command(task: 2, lease: 2, by: Samples.by(4)))
        #expect(scene.isSilent)
        scene.receives(Samples.command(task: 3, lease: 3, by: Samples.by(1, store: "store-b")))
        #expect(scene.started == [2])
        scene.receives(Samples.command(task: 4, lease: 4, by: Samples.by(6, store: "store-b")))
        #expect(scene.started == [3])
        #expect(scene.beats.count == 1, "a new epoch, told by a command")
    }

    @Test("A will of a replaced orchestrator does not bring it back")
    func staleOrchestratorState() {
        var scene = Scene()
        scene.does { $0.received(orchestratorState: Samples.orchestrator(1, store: "store-b"), now: $1) }
        let will = OrchestratorState(state: .offline, store: "store-a", epoch: 99, version: "1")
        scene.does { $0.received(orchestratorState: will.encode(), now: $1) }
        #expect(scene.machine.orchestrator == Samples.by(1, store: "store-b"))
        scene.does { $0.received(orchestratorState: [], now: $1) }
        #expect(scene.machine.orchestrator == Samples.by(1, store: "store-b"))
    }

    @Test("A task for which there is no slot, or no role, is declined")
    func declines() {
        var scene = Scene(slots: 1)
        scene.receives(Samples.command(task: 1, lease: 1, role: "architect"))
        #expect(scene.declines.map(\.missing) == [["architect"]])
        scene.receives(Samples.command(task: 2, lease: 2))
        scene.receives(Samples.command(task: 3, lease: 3))
        #expect(scene.declines.map(\.lease) == [Samples.lease(3)])
        scene.returns(1)
        scene.receives(Samples.command(task: 4, lease: 4))
        #expect(scene.started == [2], "a result that waits for its ack takes no slot")
    }

    @Test("A command that cannot be read is declined when it says which one it is")
    func unreadable() {
        var scene = Scene()
        let task = Samples.task(1)
        let lease = Samples.lease(1)
        scene.does { $0.received(command: Array(#"{"task":"\#(task)","lease":"\#(lease)","role":7}"#.utf8), now: $1) }
        #expect(scene.declines.map(\.task) == [task])
        #expect(scene.declines.first?.reason.contains("role") == true)
        for text in ["", "nonsense", "{}", #"{"task":"\#(task)"}"#] {
            scene.does { $0.received(command: Array(text.utf8), now: $1) }
            #expect(scene.isSilent)
        }
        #expect(scene.machine.held.isEmpty)
    }

    // MARK: Documents

    @Test("Documents that came along are checked and handed over")
    func inlineDocuments() {
        var scene = Scene()
        let content = Array("# Idea\n".utf8)
        scene.receives(Samples.command(lease: 1, requires: [Samples.artifact("idea.md", content, isInline: true)]))
        guard case .run(_, _, let contents) = scene.actions.last else {
            Issue.record("no handler was started")
            return
        }
        #expect(contents == [content])
    }

    @Test("A document whose hash is wrong never reaches a handler")
    func wrongHash() {
        var scene = Scene()
        var artifact = Samples.artifact("idea.md", Array("# Idea\n".utf8), isInline: true)
        artifact.content = "# Idee\n"
        scene.receives(Samples.command(lease: 1, requires: [artifact]))
        #expect(scene.started.isEmpty)
        #expect(scene.results.first?.error?.message == "idea.md is not what its SHA-256 says")
    }

    @Test("A large document is fetched range by range while the task is beaten for")
    func ranges() throws {
        var scene = Scene()
        let content = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        scene.receives(Samples.command(lease: 1, requires: [Samples.artifact("large", content, isInline: false)]))
        var offsets: [Int] = []
        while let get = scene.gets.first {
            offsets.append(get.offset)
            #expect(get.lease == Samples.lease(1) && get.length <= 262_144)
            scene.passes(200)
            let bytes = Array(content[get.offset..<(get.offset + get.length)])
            let body = ArtifactRange.Body.content(offset: get.offset, size: content.count, bytes: bytes)
            let range = ArtifactRange(task: get.task, digest: get.digest, body: body)
            scene.does { $0.received(range: range.encode(), now: $1) }
        }
        #expect(offsets == [0, 262_144, 524_288])
        guard case .run(_, _, let contents) = scene.actions.last else {
            Issue.record("no handler was started")
            return
        }
        #expect(contents == [content])
    }

    /// Answers every range that is asked for, until none is.
    private func bring(_ contents: [[UInt8]], to scene: inout Scene) -> [(index: Int, bytes: [UInt8])] {
        var kept: [(index: Int, bytes: [UInt8])] = []
        while let get = scene.gets.first, let content = contents.first(where: { ContentHash.of($0) == get.digest }) {
            let bytes = Array(content[get.offset..<(get.offset + get.length)])
            let body = ArtifactRange.Body.content(offset: get.offset, size: content.count, bytes: bytes)
            let range = ArtifactRange(task: get.task, digest: get.digest, body: body)
            scene.does { $0.received(range: range.encode(), now: $1) }
            kept += scene.kept
        }
        return kept
    }

    @Test("Of a document above 1 MiB each range is handed on to be kept, and small ones are in memory")
    func keptRanges() {
        var scene = Scene()
        let small = Array("# Idea\n".utf8)
        let large = (0..<(1 << 20) + 7).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        scene.receives(
            Samples.command(
                lease: 1,
                requires: [
                    Samples.artifact("idea.md", small, isInline: true),
                    Samples.artifact("film.bin", large, isInline: false),
                    Samples.artifact("more.md", small + small, isInline: false),
                ]))
        let kept = bring([large, small + small], to: &scene)
        #expect(kept.map(\.index) == [1, 1, 1, 1, 1])
        #expect(kept.flatMap(\.bytes) == large)
        #expect(scene.contents == [small, nil, small + small])
        #expect(scene.discarded.isEmpty)
    }

    @Test("Behind 16 MiB of documents in memory, the next ones are kept as well")
    func memoryIsBounded() {
        var scene = Scene()
        let contents = (0..<18).map { [UInt8](repeating: UInt8($0), count: 1 << 20) }
        scene.receives(
            Samples.command(
                lease: 1,
                requires: contents.enumerated().map { Samples.artifact("\($0).bin", $1, isInline: false) }))
        let kept = bring(contents, to: &scene)
        #expect(Set(kept.map(\.index)) == [16, 17])
        #expect(scene.contents?.map { $0?.count ?? 0 } == Array(repeating: 1 << 20, count: 16) + [0, 0])
    }

    @Test("What is kept of a document whose hash is wrong, or whose task is cancelled, is discarded")
    func discarded() {
        let large = (0..<(2 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var other = large
        other[1_500_000] ^= 1
        var artifact = Samples.artifact("film.bin", large, isInline: false)
        artifact.digest = ContentHash.of(other)
        var scene = Scene()
        scene.receives(Samples.command(lease: 1, requires: [artifact]))
        while let get = scene.gets.first {
            let bytes = Array(large[get.offset..<(get.offset + get.length)])
            let body = ArtifactRange.Body.content(offset: get.offset, size: large.count, bytes: bytes)
            scene.does {
                $0.received(range: ArtifactRange(task: get.task, digest: get.digest, body: body).encode(), now: $1)
            }
        }
        #expect(scene.results.first?.error?.message == "film.bin is not what its SHA-256 says")
        #expect(scene.discarded == [1] && scene.started.isEmpty)

        scene.receives(Samples.command(task: 2, lease: 2, requires: [artifact]))
        let body = ArtifactRange.Body.content(offset: 0, size: large.count, bytes: Array(large[..<262_144]))
        let first = ArtifactRange(task: Samples.task(2), digest: artifact.digest, body: body)
        scene.does { $0.received(range: first.encode(), now: $1) }
        #expect(scene.kept.count == 1)
        scene.receives(control: Samples.cancel(task: 2, lease: 2))
        #expect(scene.discarded == [2] && scene.started.isEmpty)
    }

    @Test("A range that can't be kept makes the attempt fail with the reason")
    func diskFull() {
        var scene = Scene()
        let large = [UInt8](repeating: 1, count: 2 << 20)
        scene.receives(Samples.command(lease: 1, requires: [Samples.artifact("film.bin", large, isInline: false)]))
        let body = ArtifactRange.Body.content(offset: 0, size: large.count, bytes: Array(large[..<262_144]))
        let range = ArtifactRange(task: Samples.task(1), digest: ContentHash.of(large), body: body)
        scene.does { $0.received(range: range.encode(), now: $1) }
        let error = AgentError(.content, "a large document: No space left on device", isRetriable: true)
        scene.does { $0.couldNotKeep(HeldTask.Run(number: 1), error, now: $1) }
        #expect(scene.results.first?.error?.message == "a large document: No space left on device")
        #expect(scene.discarded == [1])
    }

    @Test("A range that does not come is asked for again, a few times; then the attempt fails")
    func silentRanges() {
        var scene = Scene()
        scene.receives(Samples.command(lease: 1, requires: [Samples.artifact("a", [1, 2], isInline: false)]))
        #expect(scene.gets.count == 1)
        scene.passes(300_000)
        #expect(scene.gets.count == ArtifactFetch.maxTries - 1)
        #expect(scene.results.first?.error?.message.contains("no answer") == true)
        #expect(!scene.beats.isEmpty)
    }

    @Test("What the orchestrator cannot give makes the attempt fail with its words")
    func refusedRange() {
        var scene = Scene()
        let artifact = Samples.artifact("a", [1, 2], isInline: false)
        scene.receives(Samples.command(lease: 1, requires: [artifact]))
        let range = ArtifactRange(task: Samples.task(1), digest: artifact.digest, body: .error("not yours"))
        scene.does { $0.received(range: range.encode(), now: $1) }
        #expect(scene.results.first?.error?.message == "a could not be fetched: not yours")
    }

    @Test("Ranges that nobody asked for change nothing")
    func strayRanges() {
        var scene = Scene()
        let artifact = Samples.artifact("a", [1, 2], isInline: false)
        scene.receives(Samples.command(lease: 1, requires: [artifact]))
        let other = ContentHash.of([9])
        for (digest, offset) in [(artifact.digest, 1), (other, 0)] {
            let body = ArtifactRange.Body.content(offset: offset, size: 2, bytes: [2])
            let range = ArtifactRange(task: Samples.task(1), digest: digest, body: body)
            scene.does { $0.received(range: range.encode(), now: $1) }
            #expect(scene.isSilent)
        }
    }

    @Test("Documents beyond the agent's memory are declined before a byte is fetched")
    func tooLarge() {
        var scene = Scene()
        var artifact = Samples.artifact("a", [1, 2], isInline: false)
        artifact.size = 1 << 40
        scene.receives(Samples.command(lease: 1, requires: [artifact]))
        #expect(scene.gets.isEmpty && scene.declines.count == 1)
        artifact.size = .max
        scene.receives(Samples.command(lease: 2, requires: [artifact, artifact]))
        #expect(scene.gets.isEmpty && scene.declines.count == 1)
    }
}
