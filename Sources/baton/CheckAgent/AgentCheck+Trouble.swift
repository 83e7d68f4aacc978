import BatonClient

/// Cancels, the past, and messages that no orchestrator sends.
extension AgentCheck {
    mutating func checkCancel() async throws {
        var command = command()
        let mark = orchestrator.mark
        try give(command)
        _ = try await orchestrator.hear(since: mark, within: .seconds(10)) { heard in
            isBeat(for: command.lease, heard) || result(of: command.lease, in: heard) != nil ? true : nil
        }
        try cancel(command)
        if let fault = try await stirAtNewEpoch(about: [command.lease]) {
            found(.cancel, .broken(fault))
        } else {
            command.by = by
            let fault = try await stir(about: [command.lease]) { try give(command) }
            found(.cancel, unless: fault.map { "the command came once more, and \($0)" })
        }
        try cancel(command)
    }

    mutating func checkPast() async throws {
        let command = command(by: By(store: Self.store, epoch: epoch - 1))
        let fault = try await stir(about: [command.lease]) { try give(command) }
        found(.past, unless: fault.map { "a command of a lower epoch: \($0)" })
        try cancel(command)
    }

    mutating func checkHostile() async throws {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 10_000)
        let texts = [
            "", "{", "[]", "null", "\"text\"", "{}", #"{"by":7}"#, #"{"by":{"store":"x"}}"#, "not JSON at all",
        ]
        for topic in [orchestrator.topics.task(id), orchestrator.topics.control(id), orchestrator.topics.artifact(id)] {
            for payload in texts.map({ Array($0.utf8) }) + [deep, [0xFF, 0xFE, 0x00]] {
                try orchestrator.say(topic, payload)
            }
        }
        found(.unreadable, unless: try await isWorking() ? nil : "no result came for the next task")
        let large = command(notes: String(repeating: "Tea. ", count: 4 << 20 / 5))
        let mark = orchestrator.mark
        try give(large)
        _ = try await orchestrator.hear(since: mark, within: .seconds(10)) { heard in
            decline(of: large.lease, in: heard) != nil || result(of: large.lease, in: heard) != nil ? true : nil
        }
        try cancel(large)
        found(.oversized, unless: try await isWorking() ? nil : "no result came for the next task")
    }

    /// Whether an ordinary task is still done.
    private func isWorking() async throws -> Bool {
        let (command, mark) = (command(), orchestrator.mark)
        try give(command)
        guard try await hearResult(command.lease, since: mark) != nil else {
            try cancel(command)
            return false
        }
        try acknowledge(command)
        return true
    }
}
