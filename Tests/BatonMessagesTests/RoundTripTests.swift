import BatonMessages
import Testing

@Suite struct RoundTripTests {
    @Test("Every message that is written is read back as it was")
    func roundTrips() throws {
        try check(Samples.handoff)
        try check(Samples.command)
        try check(Samples.result)
        try check(Samples.beat)
        try check(Samples.decline)
        try check(Samples.presence)
        try check(Samples.ack)
        try check(Samples.cancel)
        try check(Samples.get)
        try check(Samples.range)
        try check(Samples.put)
        try check(Samples.stored)
        try check(ArtifactRange(task: Samples.task, digest: Samples.digest, body: .error("no such artifact")))
        try check(Samples.mark)
        try check(Samples.orchestrator)
        try check(RunIndex(runs: [Samples.row], at: Samples.now))
        try check(Samples.snapshot)
        try check(Samples.event)
        try check(Samples.approval)
        try check(Samples.approvedEntry)
        try check(Samples.missingApproval)
    }

    @Test(
        "Every request that is written is read back as it was",
        arguments: [
            Samples.start, Samples.list, Samples.history, Samples.artifact, Samples.cancelRequest, Samples.define,
            Samples.validate, Samples.amend,
            Request(id: "x", kind: .get(.run(Samples.run))), Request(id: "x", kind: .get(.artifacts(Samples.run))),
            Request(id: "x", kind: .get(.handoffs(Samples.run))), Request(id: "x", kind: .get(.workflows)),
            Samples.past, Request(id: "x", kind: .get(.artifacts(Samples.run, at: 1))),
            Request(id: "x", kind: .get(.artifacts(Samples.run, page: ListPage(offset: 500, limit: 20)))),
            Request(id: "x", kind: .get(.handoffs(Samples.run, at: 9))),
            Request(id: "x", kind: .start(StartRequest(workflow: "w"))), Samples.skipRequest,
            Request(id: "x", kind: .pause(RunRequest(run: Samples.run, reason: "lunch"))),
            Request(id: "x", kind: .resume(RunRequest(run: Samples.run))),
            Request(id: "x", kind: .retry(StepRequest(run: Samples.run, task: Samples.task))),
            Request(id: "x", kind: .rework(ReworkRequest(run: Samples.run, artifact: "prd.md"))),
            Request(
                id: "x",
                kind: .fork(
                    ForkRequest(
                        source: Samples.run, step: "build", item: "story-1", facts: ["a": true], project: "p",
                        run: Samples.run))),
            Request(id: "x", kind: .agents(AgentsRequest(after: "pm-1", limit: 3))),
            Request(id: "x", kind: .deadLetters(DeadLettersRequest(sender: "me", limit: 3))),
            Request(id: "x", kind: .deadLetter(DeadLetterRequest(id: 4))),
            Request(id: "x", kind: .offer(DeadLetterRequest(id: 4))),
            Request(id: "x", kind: .forget(RunRequest(run: Samples.run))),
            Request(id: "x", kind: .fail(StepRequest(run: Samples.run))),
        ])
    func requests(request: Request) throws { try check(request) }

    @Test("Every reply that is written is read back as it was", arguments: Samples.replies)
    func replies(reply: Reply) throws { try check(reply) }

    @Test("A message with nothing but what is required is read, and the rest has its defaults")
    func defaults() throws {
        let start = try Request.decode(json: #"{"request_id": "1", "type": "start", "workflow": "w"}"#)
        #expect(start.kind == .start(StartRequest(workflow: "w")))
        let list = try Request.decode(json: #"{"request_id": "1", "type": "list"}"#)
        #expect(list.kind == .list(ListRequest(status: nil, limit: 50)))
        let will = try Presence.decode(json: #"{"state": "offline", "epoch": 4}"#)
        #expect(will == Presence(state: .offline, roles: [], slots: 0, epoch: 4, beats: true))
        let result = try TaskResult.decode(
            json: #"{"task": "\#(Samples.task)", "lease": "\#(Samples.lease)", "status": "completed", "summary": ""}"#)
        #expect(result == TaskResult(task: Samples.task, lease: Samples.lease, status: .completed))
    }

    @Test("Members may come in any order")
    func orderOfMembers() throws {
        var writer = JSONWriter()
        writer.array { writer in
            for number in 1...20 {
                var entry = Samples.entry
                entry.version = number
                // Some have no path, and no two after each other have the same order.
                if number.isMultiple(of: 3) { entry.path = nil }
                let members = Array(try! JSON.parse(entry.encode()).object!)
                let turned = members[(number % members.count)...] + members[..<(number % members.count)]
                writer.value(.object(.init(uniqueKeysWithValues: turned.map { ($0.key, $0.value) })))
            }
        }
        let reply = try Reply.decode(json: #"{"artifacts": \#(writer.text), "ok": true, "request_id": "r"}"#)
        guard case .artifacts(let entries, _) = reply.body else { throw Unexpected() }
        #expect(entries.map(\.version) == Array(1...20))
        for entry in entries {
            var expected = Samples.entry
            expected.version = entry.version
            if entry.version.isMultiple(of: 3) { expected.path = nil }
            #expect(entry == expected)
        }
    }

    private struct Unexpected: Error {}

    @Test("Members that nobody knows are ignored, so that the protocol can grow")
    func unknownMembers() throws {
        var json = try JSON.parse(Samples.beat.encode())
        json["colour"] = ["deep": [1, 2]]
        #expect(try Beat.decode(json.bytes) == Samples.beat)
    }

    @Test("Empty lists and absent values take no bytes")
    func compact() throws {
        let result = TaskResult(task: Samples.task, lease: Samples.lease, status: .completed)
        let members = try JSON.parse(result.encode()).object?.keys.map { $0 } ?? []
        #expect(members == ["task", "lease", "status", "summary"])
    }

    @Test("The example of the protocol page is a request")
    func protocolExample() throws {
        let text = #"{"request_id":"8f0e","type":"start","workflow":"greenfield-fullstack","inputs":{"idea":"…"}}"#
        let request = try Request.decode(json: text)
        #expect(
            request
                == Request(
                    id: "8f0e", kind: .start(StartRequest(workflow: "greenfield-fullstack", inputs: ["idea": "…"]))))
    }

    private func check<Message: WireMessage & Equatable>(
        _ message: Message, location: SourceLocation = #_sourceLocation
    ) throws {
        let read = try Message.decode(message.encode())
        #expect(read == message, sourceLocation: location)
        #expect(read.encode() == message.encode(), "written again, it differs", sourceLocation: location)
    }
}

extension WireMessage {
    static func decode(json text: String) throws(WireFault) -> Self { try decode(Array(text.utf8)) }
}

extension JSON {
    subscript(member: String) -> JSON? {
        get { object?[member] }
        set {
            guard case .object(var members) = self else { return }
            members[member] = newValue
            self = .object(members)
        }
    }
}
