import BatonClient
import BatonTestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct DecidingTests {
    private func with(
        _ answer: @escaping FakeOrchestrator.Answer, _ body: (Client) async throws -> Void
    ) async throws {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker, answer: answer)
        let client = try await Client.connect(ClientConfiguration(broker))
        try await body(client)
        await client.stop()
        await orchestrator.stop()
    }

    @Test("Questions are read, of a run or of all")
    func questions() async throws {
        let open = Samples.question(item: "epic-1", .oneOf(["a", "b"]))
        var answered = Samples.question("other", ordinal: 8, status: .answered)
        answered.answer = ["x"]
        answered.answeredBy = "ann"
        answered.answeredAt = Samples.time(3)
        let all = [open, answered]
        try await with({ request, _ in
            guard case .get(.decisions(let run)) = request.kind else { return nil }
            return .decisions(run == nil ? [all[0]] : all)
        }) { client in
            let (ofAll, ofRun) = (try await client.decisions(), try await client.decisions(of: Samples.run))
            #expect(ofAll == [open])
            #expect(ofRun == all)
        }
    }

    @Test("An answer is sent as it is, and the reply says which one counts")
    func answer() async throws {
        let reply = DecideReply(
            run: Samples.run, decision: Samples.run.child(7), name: "logo", value: false, hasChanged: false)
        let request = DecideRequest(run: Samples.run, name: "logo", item: "epic-1", value: true)
        try await with({ received, _ in received.kind == .decide(request) ? .decided(reply) : nil }) { client in
            let received = try await client.decide(request, id: "once")
            #expect(received == reply)
        }
    }

    @Test(
        "What the orchestrator refuses has a code that programs can tell apart",
        arguments: [
            (ErrorCode.unknownDecision, ClientError.Code.notFound), (.unknownRun, .notFound),
            (.invalidAnswer, .refused(.invalidAnswer)),
        ])
    func refused(code: ErrorCode, expected: ClientError.Code) async throws {
        try await with({ _, _ in .failed(ReplyError(code, "no", reasons: ["logo must be true or false"])) }) { client in
            let error = await clientError {
                _ = try await client.decide(DecideRequest(run: Samples.run, name: "logo", value: 3))
            }
            #expect(error?.code == expected)
            #expect(error?.message == "no: logo must be true or false")
        }
    }
}
