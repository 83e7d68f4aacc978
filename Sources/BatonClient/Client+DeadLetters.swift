import BatonMessages

/// Messages that the orchestrator could not read, or was not to carry out.
extension Client {
    /// The newest first; of one client or agent, or of all.
    public func deadLetters(_ request: DeadLettersRequest = .init()) async throws(ClientError) -> [DeadLetterEntry] {
        guard case .deadLetters(let entries) = try await self.request(.deadLetters(request)) else { throw unexpected }
        return entries
    }

    /// One of them, with what was kept of its payload.
    public func deadLetter(_ id: Int64) async throws(ClientError) -> DeadLetterEntry {
        guard case .deadLetter(let entry) = try await request(.deadLetter(.init(id: id))) else { throw unexpected }
        return entry
    }

    /// Has the orchestrator receive it once more, as if it had just come from its sender.
    ///
    /// - Throws: ``ClientError`` `refused(.notPossible)` when not all of it was kept.
    public func offer(deadLetter letter: Int64, id: String? = nil) async throws(ClientError) -> OfferReply {
        guard case .offered(let reply) = try await request(.offer(.init(id: letter)), id: id) else { throw unexpected }
        return reply
    }
}
