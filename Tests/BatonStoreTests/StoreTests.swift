import BatonEngine
import BatonStore
import BatonTestKit
import Foundation
import Testing

/// A database in a folder of its own, which goes away with it.
private final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "baton-store-\(UUID().uuidString)").path
    var database: String { path + "/baton.sqlite" }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

private let content = Array("# A document\n".utf8)
private let digest = Digest(bytes: (0..<32).map { UInt8($0) })!
private let now = Timestamp(milliseconds: 1_700_000_000_000)

/// A run that is put through its inputs, and the batch that stores what they led to.
private struct StoredRun {
    var state: RunState
    var batch = Batch()
    private var seeds: UInt64 = 0

    init(number: UInt64 = 1) {
        let work = AgentWork(roles: ["pm"], creates: [Product(name: "prd.md")], notes: "Write.")
        let plan = Plan(
            workflow: "test", title: "Test", summary: "", revision: "revision-1",
            steps: [
                Step(id: "write", phase: .plan, kind: .agent(work)),
                Step(id: "end", phase: .launch, kind: .guidance(Guidance(action: nil, notes: "Done."))),
            ])
        state = RunState(id: Identifier(run: Seed(high: number, low: number << 40), now: now), plan: plan)
        batch.workflows = [WorkflowRow(plan: plan, source: "workflow:", firstUsedAt: now)]
        var delta = RunDelta()
        delta.isNew = true
        batch.runs[state.id] = delta
    }

    mutating func apply(_ event: RunEvent) {
        seeds += 1
        let input = RunInput(now: now + Int64(seeds), seed: Seed(high: 1, low: seeds), event: event)
        let output = state.apply(input)
        var delta = batch.runs[state.id] ?? RunDelta()
        delta.headerChanged = delta.headerChanged || output.headerChanged
        for task in output.tasks {
            delta.tasks.append(task)
            if let handoff = state.handoffs[task] { delta.handoffs[handoff.id.ordinal] = (task, handoff) }
        }
        delta.artifacts += output.artifacts
        delta.facts += output.facts
        delta.attempts += output.attempts
        var writer = JSONWriter()
        event.write(to: &writer)
        delta.events.append(
            EventRow(
                sequence: state.sequence, at: input.now, kind: event.kind, input: writer.text, outcome: "[]",
                seed: input.seed, lastOrdinal: state.lastOrdinal))
        batch.runs[state.id] = delta
    }

    mutating func commit(to store: Store) throws {
        let state = state
        try store.commit(batch) { _ in state }
        batch = Batch()
    }

    mutating func start() {
        apply(.started(RunStart(project: "p", client: "c", inputs: ["idea": "x"], facts: ["known": true])))
    }

    let lease = Identifier(high: 5, low: 5)

    /// Lets a millisecond pass.
    mutating func wait() { seeds += 1 }

    mutating func dispatch() {
        let task = state.tasks.last!.ordinal
        apply(.dispatched(task: task, agent: "pm-1", role: "pm", lease: lease))
    }

    mutating func complete() {
        let task = state.tasks.last!.ordinal
        let artifact = ArtifactContent(name: "prd.md", digest: digest, size: content.count, mediaType: "text/markdown")
        batch.blobs[digest] = content
        apply(.completed(TaskReport(task: task, lease: lease, artifacts: [artifact], summary: "done")))
    }
}

@Suite struct StoreTests {
    @Test("What is committed is read back as it was, at every point of a run's life")
    func roundTrip() throws {
        let folder = Folder()
        var run = StoredRun()
        let moves: [(inout StoredRun) -> Void] = [{ $0.start() }, { $0.dispatch() }, { $0.complete() }]
        for move in moves {
            move(&run)
            let store = try Store(path: folder.database)
            try run.commit(to: store)
            #expect(try store.run(run.state.id) == run.state)
            #expect(try store.openRuns() == (run.state.status.isFinal ? [] : [run.state]))
            var replayed = RunState(id: run.state.id, plan: run.state.plan)
            for input in try store.inputs(of: run.state.id) { _ = replayed.apply(input) }
            #expect(replayed == run.state)
        }
        let store = try Store(path: folder.database)
        #expect(try store.blob(digest) == content)
        #expect(try store.handoffs(of: run.state.id).first?.toInstance == "pm-1")
        #expect(try store.listRuns(status: "completed", limit: 10).map(\.id) == [run.state.id])
        #expect(try store.events(of: run.state.id, after: 1, limit: 10).map(\.sequence) == [2, 3])
    }

    @Test("The runs that ended last are read back in the order in which they ended")
    func endedRuns() throws {
        let folder = Folder()
        let store = try Store(path: folder.database)
        // The third stays open; of the others, those that began earlier end later.
        var runs = (1...4).map { StoredRun(number: $0) }
        for index in runs.indices { runs[index].start() }
        for index in [0, 1, 3] {
            for _ in index..<4 { runs[index].wait() }
            runs[index].dispatch()
            runs[index].complete()
        }
        for index in runs.indices { try runs[index].commit(to: store) }
        #expect(try store.endedRuns(last: 10) == [runs[3], runs[1], runs[0]].map(\.state))
        #expect(try store.endedRuns(last: 2) == [runs[1], runs[0]].map(\.state))
    }

    @Test("Nothing of a batch that fails is stored")
    func atomicity() throws {
        let folder = Folder()
        let store = try Store(path: folder.database)
        var run = StoredRun()
        run.start()
        // An artifact whose content is not there breaks a foreign key, at the end of the batch.
        run.dispatch()
        run.complete()
        run.batch.blobs = [:]
        let state = run.state
        let error = #expect(throws: StoreError.self) { try store.commit(run.batch) { _ in state } }
        #expect(error?.code == .failed)
        #expect(try store.run(run.state.id) == nil)
        var other = StoredRun(number: 2)
        other.start()
        try other.commit(to: store)
        #expect(try store.openRuns().count == 1)
    }

    @Test("A late result is told apart: known under its own lease, under another, and not known at all")
    func standing() throws {
        let folder = Folder()
        let store = try Store(path: folder.database)
        var run = StoredRun()
        run.start()
        run.dispatch()
        run.complete()
        let task = run.state.id.child(run.state.tasks[0].ordinal)
        try run.commit(to: store)
        #expect(try store.standing(of: task, lease: run.lease) == .known(isOwnLease: true))
        #expect(try store.standing(of: task, lease: Identifier(high: 1, low: 1)) == .known(isOwnLease: false))
        #expect(try store.standing(of: Identifier(high: 1, low: 1), lease: run.lease) == .unknown)
    }

    @Test("A content stays as long as a run has it, and is taken up again by one that brings it anew")
    func forgetting() throws {
        let folder = Folder()
        let store = try Store(path: folder.database)
        var runs: [StoredRun] = []
        func add(_ number: UInt64) throws {
            var run = StoredRun(number: number)
            run.start()
            run.dispatch()
            run.complete()
            try run.commit(to: store)
            runs.append(run)
        }
        func forget(_ index: Int) throws {
            var batch = Batch()
            batch.forgotten = [runs[index].state.id]
            try store.commit(batch) { _ in runs[index].state }
        }
        for number in 1...3 as ClosedRange<UInt64> { try add(number) }
        #expect(try store.runsEnded(before: now, limit: 9) == [])
        #expect(try store.runsEnded(before: now + 1000, limit: 2) == runs.prefix(2).map(\.state.id))
        for index in [0, 2] {
            try forget(index)
            #expect(try store.removeUnusedContents(limit: 10) == 0)
            #expect(try store.run(runs[index].state.id) == nil)
            #expect(try store.standing(of: runs[index].state.id.child(1), lease: runs[index].lease) == .unknown)
        }
        try forget(1)
        try add(4)
        #expect(try store.removeUnusedContents(limit: 10) == 0)
        #expect(try store.blob(digest) == content)
        try forget(3)
        #expect(try store.removeUnusedContents(limit: 10) == 1)
        #expect(try store.blob(digest) == nil)
    }

    @Test("The epoch grows with every start, and the store's own id stays")
    func epoch() throws {
        let folder = Folder()
        var ids: Set<String> = []
        for expected in 1...3 {
            let store = try Store(path: folder.database)
            #expect(try store.raiseEpoch() == Int64(expected))
            ids.insert(store.id)
        }
        #expect(ids.count == 1)
    }

    @Test("Replies are remembered by client and request, and forgotten after their time")
    func replies() throws {
        let folder = Folder()
        let store = try Store(path: folder.database)
        var batch = Batch()
        batch.replies = [InboxRow(client: "c", requestID: "r", digest: digest, reply: [1, 2], at: now)]
        try store.commit(batch) { _ in preconditionFailure("no run is touched") }
        #expect(try store.reply(to: "r", of: "c")?.reply == [1, 2])
        #expect(try store.reply(to: "r", of: "d") == nil)
        try store.forgetReplies(before: now)
        #expect(try store.reply(to: "r", of: "c") != nil)
        try store.forgetReplies(before: now + 1)
        #expect(try store.reply(to: "r", of: "c") == nil)
    }

    @Test("The outbox gives back what is in it, in order, until it was delivered")
    func outbox() throws {
        let folder = Folder()
        let store = try Store(path: folder.database)
        var batch = Batch()
        batch.outbox = (1...3).map { OutboxRow(id: $0, topic: "t\($0)", task: nil, lease: nil, payload: []) }
        try store.commit(batch) { _ in preconditionFailure("no run is touched") }
        #expect(try store.outbox().map(\.topic) == ["t1", "t2", "t3"])
        #expect(try store.outbox().first?.payload == [])
        batch = Batch()
        batch.delivered = [2]
        try store.commit(batch) { _ in preconditionFailure("no run is touched") }
        #expect(try store.outbox().map(\.id) == [1, 3])
    }

    @Test("Dead letters keep the head of the message, and only the last of each sender")
    func deadLetters() throws {
        let folder = Folder()
        let store = try Store(path: folder.database)
        var batch = Batch()
        for number in 0..<(DeadLetter.maxPerSender + 10) {
            batch.deadLetters.append(
                DeadLetter(
                    at: now, topic: "t", sender: number == 0 ? "rare" : "often", reason: "r",
                    payload: Array(repeating: 1, count: 10_000), digest: digest))
        }
        #expect(batch.deadLetters[0].head.count == DeadLetter.headSize)
        try store.commit(batch) { _ in preconditionFailure("no run is touched") }
        #expect(try store.deadLetterCount() == DeadLetter.maxPerSender + 1)
    }

    @Test("A full disk is told as such, whichever file had to grow, and with room the store goes on")
    func fullDisk() throws {
        let folder = Folder()
        let mount = URL(filePath: folder.path)
        try FileManager.default.createDirectory(at: mount, withIntermediateDirectories: true)
        guard let disk = SmallDisk(at: mount) else { return print("skipped: nobody may mount a small disk here") }
        defer { disk.unmount() }
        // The log has its length: there is room in it for a while, and none for a longer index of it.
        let store = try Store(path: folder.database)
        try #require(disk.fill())
        var failure: StoreError?
        var number: UInt64 = 0
        while failure == nil, number < 5000 {
            number += 1
            var run = StoredRun(number: number)
            run.start()
            do { try run.commit(to: store) } catch { failure = error as? StoreError }
        }
        #expect(failure?.code == .full && failure?.isRetriable == true, "\(String(describing: failure))")
        #expect(try store.openRuns().count == Int(number) - 1)
        disk.makeRoom()
        var run = StoredRun(number: number)
        run.start()
        try run.commit(to: store)
        #expect(try store.run(run.state.id) == run.state)
    }

    @Test("A text file is not taken for a database, and left as it is")
    func foreignFile() throws {
        let folder = Folder()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let text = String(repeating: "no database. ", count: 1000)
        try text.write(toFile: folder.database, atomically: true, encoding: .utf8)
        let error = #expect(throws: StoreError.self) { try Store(path: folder.database) }
        #expect(error?.code == .corrupt)
        #expect(try String(contentsOfFile: folder.database, encoding: .utf8) == text)
    }

    @Test("The write-ahead log has its working length from the start, so that commits do not make it longer")
    func logLength() throws {
        let folder = Folder()
        let store = try Store(path: folder.database)
        let size = try FileManager.default.attributesOfItem(atPath: folder.database + "-wal")[.size] as? Int
        #expect((size ?? 0) >= 16 << 20)
        withExtendedLifetime(store) {}
    }
}

@Suite struct StoreFileTests {
    private let large = [UInt8](repeating: 7, count: Store.fileBytes + 1)

    @Test("A large content is a file that two runs share and that goes with the last of them")
    func shared() throws {
        let folder = Folder()
        let store = try Store(path: folder.database)
        let files = try #require(store.files)
        var runs = [StoredRun(number: 1), StoredRun(number: 2)]
        for index in runs.indices {
            runs[index].start()
            runs[index].dispatch()
            runs[index].complete()
            runs[index].batch.blobs[digest] = large
            try runs[index].commit(to: store)
        }
        #expect(files.size(of: digest) == large.count)
        #expect(try store.blob(digest) == large)
        #expect(try store.content(digest, offset: large.count - 2, length: 9) == [7, 7])
        #expect(try store.fileSize(of: digest, in: runs[1].state.id) == large.count)
        #expect(try store.fileBytes(of: runs[0].state.id) == large.count)
        for (index, run) in runs.enumerated() {
            var batch = Batch()
            batch.forgotten = [run.state.id]
            try store.commit(batch) { _ in run.state }
            _ = try store.removeUnusedContents(limit: 10)
            #expect((files.size(of: digest) != nil) == (index == 0))
        }
    }

    @Test("What a run sent for nothing goes with it, and a file without a row at the next start")
    func unnamed() throws {
        let folder = Folder()
        var run = StoredRun()
        run.start()
        do {
            let store = try Store(path: folder.database)
            let half = ContentFolder.Half(digest, of: run.state.id)
            try store.files?.append(content, to: half, at: 0)
            try store.files?.finish(half)
            run.batch.files[half] = content.count
            try run.commit(to: store)
            #expect(try store.fileSize(of: digest, in: run.state.id) == content.count)
        }
        let stray = Digest(bytes: (1..<33).map { UInt8($0) })!
        do {
            let store = try Store(path: folder.database)
            #expect(try store.content(digest, offset: 0, length: 1000) == content)
            try store.files?.write([1], of: stray)
        }
        let store = try Store(path: folder.database)
        #expect(store.files?.size(of: stray) == nil)
        var batch = Batch()
        batch.forgotten = [run.state.id]
        try store.commit(batch) { _ in run.state }
        #expect(try store.removeUnusedContents(limit: 10) == 1)
        #expect(store.files?.size(of: digest) == nil)
    }
}
