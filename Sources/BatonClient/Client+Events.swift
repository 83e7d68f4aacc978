import BatonMQTT
import BatonMessages

/// What comes from the broker.
extension Client {
    func handle(_ event: Connection.Event) {
        if case .stopped = link { return }
        switch event {
        case .connected:
            link = .up
            wasUp = true
            resumeLinkWaiters(with: nil)
            for request in pending.values { publish(request.payload) }
            for watch in watches.values { watch.send(.connection(isUp: true, reason: nil)) }
            changeOverview { $0.isConnected = true }
        case .disconnected(let error, _):
            let isNews = if case .up = link { true } else { false }
            link = .down(error)
            let refusal = ClientError(error, broker: configuration.broker, hasAnswered: wasUp)
            if !error.isRetriable || !(wasUp || configuration.waitsForBroker) {
                resumeLinkWaiters(with: refusal)
                if !error.isRetriable { failAll(refusal) }
            }
            guard isNews else { return }
            for watch in watches.values { watch.send(.connection(isUp: false, reason: error.cause)) }
            changeOverview { $0.isConnected = false }
        case .refused(let topic, let reason):
            guard topic == topics.request(name) || topic == topics.reply(name) else { return }
            failAll(
                ClientError(
                    .brokerRefused,
                    "the broker at \(configuration.broker) does not let \(name) use \(topic): \(reason); "
                        + "check its access rules"))
        case .message(let message):
            receive(message)
        }
    }

    private func failAll(_ error: ClientError) {
        for id in Array(pending.keys) { complete(id, .failure(error)) }
    }

    private func receive(_ message: MQTTMessage) {
        switch topics.parse(message.topic) {
        case .reply: receive(reply: message.payload)
        case .orchestratorState:
            guard let state = try? OrchestratorState.decode(message.payload) else { return }
            lastOrchestrator = state
            for waiter in orchestratorWaiters.values { waiter.resume() }
            orchestratorWaiters = [:]
            for watch in watches.values { watch.send(.orchestrator(isOnline: state.state == .online)) }
            changeOverview { $0.orchestrator = state }
        case .mark: receive(mark: message.payload)
        case .runs: receive(index: message.payload)
        case .decision(let run, let id): receive(decision: message.payload, run, id)
        case .runState(let run):
            // What nobody follows any more is not taken apart.
            guard watches.values.contains(where: { $0.run == run }) else { return }
            guard let snapshot = try? RunSnapshot.decode(message.payload), snapshot.run == run else { return }
            for watch in watches.values where watch.run == run {
                watch.hasTopics = true
                receive(snapshot, for: watch)
            }
        case .runLog(let run):
            guard watches.values.contains(where: { $0.run == run && $0.wantsEvents }) else { return }
            guard let event = try? LogEvent.decode(message.payload), event.run == run else { return }
            for watch in watches.values where watch.run == run && watch.wantsEvents { receive(event, for: watch) }
        default: break
        }
    }

    private func receive(reply payload: [UInt8]) {
        do throws(WireFault) {
            let reply = try Reply.decode(payload)
            complete(reply.requestID, .success(reply))
        } catch {
            guard let id = error.requestID else { return }
            complete(
                id,
                .failure(
                    ClientError(
                        .unreadable,
                        "the orchestrator's answer can't be read (\(TerminalText.line(error.description))); "
                            + "is it of another version than this program?")))
        }
    }

    // MARK: The orchestrator

    /// What the orchestrator last said about itself; nil when the broker has nothing of it within `limit`.
    public func orchestratorState(within limit: Duration = .seconds(1)) async -> OrchestratorState? {
        if lastOrchestrator == nil {
            let number = nextNumber()
            await withCheckedContinuation { continuation in
                orchestratorWaiters[number] = continuation
                Task { [weak self] in
                    try? await Task.sleep(for: limit)
                    await self?.stopWaiting(number)
                }
            }
        }
        return lastOrchestrator
    }

    private func stopWaiting(_ number: Int) { orchestratorWaiters.removeValue(forKey: number)?.resume() }
}
