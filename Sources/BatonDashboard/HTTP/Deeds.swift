import BatonClient

/// What forms do: ordinary requests, as the command line makes them.
struct Deeds {
    let feed: Feed

    /// - Returns: the key of what is said then, of ``RunPage/notices``.
    func answer(_ fields: [String: String], _ run: Identifier) async throws(ClientError) -> String {
        guard let id = fields["decision"].flatMap({ Identifier($0) }) else {
            throw ClientError(.invalidArgument, "the form does not say which question it answers")
        }
        // The orchestrator knows whether it is open, and what it takes; the snapshot has no more than some.
        let asked = try await feed.client.decisions(of: run).first { $0.id == id }
        guard let asked else { throw ClientError(.notFound, "the run does not ask that") }
        guard let value = asked.answers.value(of: fields["value"] ?? "") else {
            throw ClientError(
                .invalidArgument, "that is no answer to \(asked.name); it takes \(QuestionText.answers(to: asked))")
        }
        let comment = fields["comment"].flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
        let request = DecideRequest(run: run, decision: id, value: value, comment: comment)
        let reply = try await feed.client.decide(request)
        return reply.hasChanged ? "answered" : "late"
    }

    /// The workflow of that id, as the orchestrator tells it.
    func workflow(_ id: String) async throws(ClientError) -> WorkflowEntry {
        guard let entry = try await feed.client.workflows().first(where: { $0.id == id && $0.state != .broken }) else {
            throw ClientError(.notFound, "there is no workflow \(TerminalText.line(id, maxLength: 80)) to be started")
        }
        return entry
    }

    /// What became of a form that was to start a run.
    enum Start {
        case started(Identifier)
        /// `requestID`: what the next try has to be called, where this one may have been carried out.
        case refused(StartForm.Faults, requestID: String?)
    }

    func start(_ form: StartForm) async -> Start {
        let request: StartRequest
        do throws(StartForm.Faults) { request = try form.request() } catch { return .refused(error, requestID: nil) }
        do throws(ClientError) {
            return .started(try await feed.client.start(request, id: form.requestID).run)
        } catch {
            let isUnknown = error.isRetriable && error.code != .refused(.busy)
            return .refused(.init(others: [error.message]), requestID: isUnknown ? form.requestID : nil)
        }
    }

    func steer(_ fields: [String: String], _ run: Identifier) async throws(ClientError) -> String {
        let action = fields["action"] ?? ""
        switch action {
        case "pause": _ = try await feed.client.pause(run)
        case "resume": _ = try await feed.client.resume(run)
        case "cancel": _ = try await feed.client.cancel(run)
        case "retry": _ = try await feed.client.retry(StepRequest(run: run))
        default: throw ClientError(.invalidArgument, "the form does not say what is to be done")
        }
        return action
    }
}
