import BatonMQTT
import BatonMessages

/// Questions and answers.
extension Client {
    /// Asks, and waits for the answer.
    ///
    /// - Parameter id: 1–128 characters; the same id with the same request from a client of the same ``name`` has the
    ///   same answer for seven days, and no second effect. nil makes a new one.
    /// - Throws: what the orchestrator refused, or that nothing answered within ``ClientConfiguration/timeout``, with
    ///   what is known about broker and orchestrator.
    public func request(_ kind: Request.Kind, id: String? = nil) async throws(ClientError) -> Reply.Body {
        let id = id ?? Self.randomID()
        guard Request.isID(id) else {
            throw ClientError(
                .invalidArgument,
                "a request id has 1 to \(WireLimits.nameBytes) characters and no control characters")
        }
        guard pending[id] == nil else {
            throw ClientError(.invalidArgument, "the request id \(TerminalText.line(id)) is in use right now")
        }
        let payload = Request(id: id, kind: kind).encode()
        guard payload.count <= WireLimits.requestBytes else {
            throw ClientError(
                .invalidArgument,
                "the request has \(payload.count) bytes, more than the \(WireLimits.requestBytes) that are taken; "
                    + "leave documents out and let the first step make them")
        }
        let reply = try await send(payload, id: id).get()
        if case .failed(let error) = reply.body { throw ClientError(error) }
        return reply.body
    }

    private func send(_ payload: [UInt8], id: String) async -> Result<Reply, ClientError> {
        if case .stopped = link { return .failure(ClientError(.stopped, "the client was stopped")) }
        let deadline = ContinuousClock.now + configuration.timeout
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let timer = timer(id, deadline: deadline)
                pending[id] = Pending(
                    payload: payload, deadline: deadline, continuation: continuation, timer: timer)
                if Task.isCancelled {
                    complete(id, .failure(ClientError(.stopped, "the request was cancelled")))
                } else {
                    publish(payload)
                }
            }
        } onCancel: {
            Task { await self.complete(id, .failure(ClientError(.stopped, "the request was cancelled"))) }
        }
    }

    private func timer(_ id: String, deadline: ContinuousClock.Instant) -> Task<Void, Never> {
        let interval = configuration.resendInterval
        return Task { [weak self] in
            while !Task.isCancelled {
                do { try await Task.sleep(until: min(.now + interval, deadline)) } catch { return }
                guard await self?.remind(id) == true else { return }
            }
        }
    }

    /// Sends the request again, or gives it up. False: there is nothing more to remind of.
    private func remind(_ id: String) -> Bool {
        guard let request = pending[id] else { return false }
        if ContinuousClock.now >= request.deadline {
            complete(id, .failure(silence))
            return false
        }
        publish(request.payload)
        return true
    }

    /// What is not sent now is sent after the next reconnect, or by the next reminder.
    func publish(_ payload: [UInt8]) { try? connection.send(topics.request(name), payload) }

    func complete(_ id: String, _ result: Result<Reply, ClientError>) {
        guard let request = pending.removeValue(forKey: id) else { return }
        request.timer.cancel()
        request.continuation.resume(returning: result)
    }

    /// Why there was no answer, as far as can be told.
    private var silence: ClientError {
        let broker = configuration.broker
        let seconds = configuration.timeout / .seconds(1)
        switch link {
        case .down(let error): return ClientError(error, broker: broker, hasAnswered: wasUp)
        case .connecting: return ClientError(MQTTError(.cannotConnect, "no answer in time"), broker: broker)
        case .stopped: return ClientError(.stopped, "the client was stopped")
        case .up: break
        }
        switch lastOrchestrator?.state {
        case nil:
            return ClientError(
                .noOrchestrator,
                "the broker at \(broker) knows no orchestrator on the namespace \(topics.namespace); "
                    + "start one with `baton serve`, or give another namespace")
        case .offline:
            return ClientError(
                .noOrchestrator,
                "the orchestrator on the namespace \(topics.namespace) at \(broker) is offline; start it with "
                    + "`baton serve` (what was asked may still be carried out then)")
        case .online:
            return ClientError(
                .noReply,
                "the orchestrator on the namespace \(topics.namespace) at \(broker) is online and did not answer "
                    + "within \(seconds.formatted) s; try again, or look at its log")
        }
    }
}

extension Double {
    /// Without the fraction when there is none.
    fileprivate var formatted: String { self == rounded() ? "\(Int(self))" : "\(self)" }
}
