import BatonEngine
import BatonMQTT
import BatonMessages

/// What leaves after the commit.
extension Coordinator {
    /// Hands everything that is to be sent to the wire; its `write()` sends it. Gives how many task commands it was.
    func send(on wire: any Wire, now: Timestamp) throws -> Int {
        guard link.isLive else { return 0 }
        if link.isStuck(now) {
            throw MQTTError(
                .connectionLost,
                "a mark has not come back within \(Link.markLimit) ms: the way through the broker is blocked")
        }
        for message in direct {
            _ = try wire.publish(message.topic, message.payload, qos: message.qos, retain: message.isRetained)
        }
        direct.removeAll(keepingCapacity: true)
        let commands = try sendOutbox(on: wire)
        try sendProgress(on: wire, now: now)
        try sendState(on: wire, now: now)
        if presenceReading.begin(tasksWait: dispatch.waitingCount > 0, now: now) {
            _ = try wire.subscribe([topics.everyAgentState], qos: 1, options: .retainAsPublished)
        }
        if let number = link.takeMark(now) {
            let mark = Mark(epoch: epoch, sentAt: now, number: number)
            _ = try wire.publish(topics.mark, mark.encode(), qos: 1)
        }
        return commands
    }

    private func sendOutbox(on wire: any Wire) throws -> Int {
        var commands = 0
        while let row = outbox.next() {
            let payload: [UInt8]
            var trace: TraceParent?
            if let kept = row.payload {
                payload = kept
            } else if let key = row.task, let lease = row.lease, let command = try command(for: key, lease: lease) {
                payload = command
                trace = traceparent(of: key.run, lease)
                commands += 1
            } else {
                // The attempt is over: nobody is to be told to begin.
                batch.delivered.append(row.id)
                continue
            }
            let packet = try wire.publish(row.topic, payload, qos: 1, retain: false, trace: trace)
            outbox.sent(row, as: packet)
        }
        return commands
    }

    private func sendProgress(on wire: any Wire, now: Timestamp) throws {
        for id in progress.takeDue(now) {
            guard let run = runs[id] ?? ended[id] else { continue }
            _ = try wire.publish(topics.runState(id), snapshot(of: run.state).encode(), qos: 1, retain: true)
        }
        for (id, run) in progress.takeDecisions() {
            let topic = topics.decision(run, id)
            if isOpen(id, of: run), let run = runs[run], let decision = run.state.decision(id.ordinal) {
                _ = try wire.publish(topic, DecisionEntry(decision, of: run.state).encode(), qos: 1, retain: true)
            } else {
                _ = try wire.publish(topic, [], qos: 1, retain: true)
            }
        }
        for id in progress.takeForgotten() {
            _ = try wire.publish(topics.runState(id), [], qos: 1, retain: true)
        }
        if progress.takeIndex(now) {
            let open = runs.values.sorted { $0.state.startedAt > $1.state.startedAt }.prefix(WireLimits.runsPerList)
            let index = RunIndex(
                runs: open.map { RunRow($0.state) } + ended.runs.values.reversed().map { RunRow($0.state) }, at: now)
            _ = try wire.publish(topics.runs, index.encode(), qos: 1, retain: true)
        }
    }
}
