import BatonClient

/// What an agent may leave out, and what takes its time.
extension AgentCheck {
    mutating func checkOptional() async throws {
        let (command, mark) = (command(role: "a role that nobody serves"), orchestrator.mark)
        try give(command)
        let answer = try await orchestrator.hear(since: mark, within: .seconds(5)) { heard in
            decline(of: command.lease, in: heard) != nil
                ? true : result(of: command.lease, in: heard).map { _ in false }
        }
        found(.decline, answer == true ? .kept(nil) : .notOffered)
        try cancel(command)
        try await checkRanges()
        try await checkPut()
    }

    private mutating func checkRanges() async throws {
        let content = Array(String(repeating: "A line of a long document.\n", count: 20_000).utf8)
        let command = command(document: content)
        var (mark, fetched) = (orchestrator.mark, 0)
        try give(command)
        while true {
            let heard = try await orchestrator.hear(behind: &mark, within: settings.taskLimit) { heard -> Heard? in
                if heard.address == .get(id), let get = try? ArtifactGet.decode(heard.payload) { return .get(get) }
                return decline(of: command.lease, in: heard).map { _ in .end(nil) }
                    ?? result(of: command.lease, in: heard).map { .end($0) }
            }
            guard case .get(let get) = heard else {
                guard fetched > 0 else {
                    found(.ranges, .notOffered)
                    return try end(command.lease)
                }
                guard case .end(let result?) = heard, fetched >= content.count else {
                    found(.ranges, .broken("\(fetched) of \(content.count) bytes were asked for, and no result came"))
                    return try end(command.lease)
                }
                found(.ranges, unless: fault(in: result, for: command))
                return try acknowledge(command)
            }
            guard get.lease == command.lease, get.digest == command.requires[0].digest, get.offset <= content.count
            else {
                found(.ranges, .broken("it asked for what the task does not require"))
                return try end(command.lease)
            }
            let bytes = Array(content[get.offset..<min(get.offset + get.length, content.count)])
            fetched = max(fetched, get.offset + bytes.count)
            let body = ArtifactRange.Body.content(offset: get.offset, size: content.count, bytes: bytes)
            let range = ArtifactRange(task: get.task, digest: get.digest, body: body)
            try orchestrator.say(orchestrator.topics.artifact(id), range.encode())
        }
    }

    private enum Heard {
        case get(ArtifactGet)
        case end(TaskResult?)
    }

    mutating func checkPatience() async throws {
        guard settings.isPatient else { return found(.patience, .notTried("takes half a minute: --patient")) }
        let (command, mark) = (command(), orchestrator.mark)
        try give(command)
        guard try await hearResult(command.lease, since: mark) != nil else {
            return found(.patience, .broken("no result came"))
        }
        let second = try await hearResult(command.lease, since: orchestrator.mark, within: .seconds(36))
        found(.patience, unless: second == nil ? "nothing came again in 36 s" : nil)
        try acknowledge(command)
    }

    /// SIGTERM with a result that nobody has acknowledged; and another start.
    mutating func checkStopping() async throws {
        guard let agent else {
            for promise in [AgentPromise.drain, .goodbye, .restart] {
                found(promise, .notTried("the check has not started the agent"))
            }
            return
        }
        let command = command()
        var mark = orchestrator.mark
        try give(command)
        _ = try await hearResult(command.lease, since: mark)
        mark = orchestrator.mark
        async let stopped: Void = agent.stop()
        let drains = try await orchestrator.hear(since: mark, within: .seconds(5)) { heard in
            presence(in: heard).map { $0.state == .draining }
        }
        found(.drain, drains == true ? .kept(nil) : .notOffered)
        try acknowledge(command)
        await stopped
        let last = try await orchestrator.retained(orchestrator.topics.agentState(id)).flatMap {
            try? Presence.decode($0)
        }
        found(.goodbye, unless: last?.state == .offline ? nil : "its program has ended, and its state says otherwise")
        mark = orchestrator.mark
        try agent.start()
        let next = try await orchestrator.hear(since: mark, within: .seconds(15)) { heard in
            presence(in: heard).flatMap { $0.state == .online ? $0 : nil }
        }
        if let next {
            found(
                .restart,
                unless: next.epoch > presence.epoch ? nil : "its epoch was \(presence.epoch), and is \(next.epoch)")
        } else {
            found(.restart, .broken("it did not say online in 15 s"))
        }
        await agent.stop()
    }
}
