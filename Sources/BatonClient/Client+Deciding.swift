import BatonMessages

/// The questions of runs, and their answers.
extension Client {
    /// Every question of a run, oldest first; without a run, the open ones of all.
    public func decisions(of run: Identifier? = nil) async throws(ClientError) -> [DecisionEntry] {
        guard case .decisions(let entries) = try await request(.get(.decisions(run))) else { throw unexpected }
        return entries
    }

    /// Answers a question. An answer that comes twice or late changes nothing: the reply says which one counts.
    ///
    /// - Throws: ``ClientError`` `notFound` when the run does not ask that, `refused(.invalidAnswer)` when the value is
    ///   none of the answers that the question takes.
    public func decide(_ request: DecideRequest, id: String? = nil) async throws(ClientError) -> DecideReply {
        guard case .decided(let reply) = try await self.request(.decide(request), id: id) else { throw unexpected }
        return reply
    }
}
