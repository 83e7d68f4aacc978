import BatonEngine
import BatonMessages
import BatonStore

/// Answers to the questions of runs.
extension Coordinator {
    func decide(_ request: DecideRequest, client: String, now: Timestamp) throws -> Reply.Body {
        guard let run = try run(request.run) else {
            throw unknownRun(request.run)
        }
        let decision = try decision(request, of: run)
        try requireMayAnswer(decision, client: client)
        func reply(_ value: JSON, hasChanged: Bool) -> Reply.Body {
            var reply = DecideReply(
                run: run.id, decision: run.id.child(decision.ordinal), name: decision.name, value: value,
                hasChanged: hasChanged)
            if let now = runs[run.id]?.state.decision(decision.ordinal), now.status == .open {
                reply.missing = now.approval?.missing
            }
            return .decided(reply)
        }
        // An answer that comes twice, or late, changes nothing.
        if decision.status != .open || run.status.isFinal {
            return reply(decision.answer ?? .null, hasChanged: false)
        }
        if request.value == .string(Decision.approve), decision.hasApproved(client) {
            return reply(request.value, hasChanged: false)
        }
        let words = try words(of: request)
        if let fault = run.fault(inAnswer: request.value, to: decision, by: client, words) {
            throw ReplyError(.invalidAnswer, "this is no answer to the question", reasons: [fault])
        }
        try requireMayApprove(decision, of: run, request.value, client: client)
        if let bytes = request.document?.bytes, let digest = words.document?.digest { batch.blobs[digest] = bytes }
        apply(
            .decided(decision: decision.ordinal, value: request.value, by: client, words: words), to: run.id, now: now)
        return reply(request.value, hasChanged: true)
    }

    private func words(of request: DecideRequest) throws -> AnswerWords {
        var words = AnswerWords(comment: request.comment ?? "", artifact: request.artifact)
        guard let document = request.document, let bytes = document.bytes else { return words }
        guard bytes.count <= settings.limits.artifactBytes else {
            throw ReplyError(
                .invalidAnswer, "the document can't be taken", reasons: [tooLarge(document, bytes.count)])
        }
        words.document = ArtifactContent(document, bytes)
        return words
    }

    private func decision(_ request: DecideRequest, of run: RunState) throws -> Decision {
        if let id = request.decision {
            guard let decision = run.decision(id.ordinal), run.id.child(id.ordinal) == id else {
                throw ReplyError(.unknownDecision, "run \(run.id) has no decision \(id)")
            }
            return decision
        }
        let key = ArtifactName.key(of: request.name ?? "")
        let named = run.decisions.filter { decision in
            ArtifactName.key(of: decision.name) == key && (request.item == nil || request.item == decision.scope)
        }
        let open = named.filter { $0.status == .open }
        if open.count > 1 {
            let items = open.prefix(20).map { $0.scope.isEmpty ? "the whole run" : $0.scope }
            throw ReplyError(
                .unknownDecision, "several items ask \(request.name ?? ""): say which with item", reasons: items)
        }
        guard let decision = open.first ?? named.last else {
            let known = run.decisions.filter { $0.status == .open }.map(\.name)
            throw ReplyError(
                .unknownDecision, "run \(run.id) does not ask \(request.name ?? "")",
                reasons: known.isEmpty ? ["it asks nothing"] : ["it asks \(known.joined(separator: ", "))"])
        }
        return decision
    }

    func decisions(of id: Identifier?) throws -> Reply.Body {
        guard let id else {
            return .decisions(
                runs.values.map(\.state).sorted { $0.id < $1.id }.flatMap { run in
                    run.decisions.filter { $0.status == .open }.map { DecisionEntry($0, of: run) }
                })
        }
        guard let run = try run(id) else { throw unknownRun(id) }
        return .decisions(run.decisions.map { DecisionEntry($0, of: run) })
    }

    /// Whether the question is open, and so belongs on its retained topic.
    func isOpen(_ decision: Identifier, of run: Identifier) -> Bool {
        guard let run = runs[run]?.state, !run.status.isFinal else { return false }
        return run.decision(decision.ordinal)?.status == .open
    }
}
