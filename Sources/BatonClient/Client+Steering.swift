import BatonMessages

/// Steering runs. Each of these changes nothing when it comes twice, or when the run is as it should be already: the
/// reply says so.
extension Client {
    /// Ends a run; what its agents have is dropped.
    public func cancel(
        _ run: Identifier, reason: String? = nil, id: String? = nil
    ) async throws(ClientError) -> RunReply {
        try await steer(.cancel(RunRequest(run: run, reason: reason)), id: id)
    }

    /// Gives nothing more of a run, and of the runs that are steps of it, to agents until it is resumed. What is out
    /// may finish, and counts.
    public func pause(
        _ run: Identifier, reason: String? = nil, id: String? = nil
    ) async throws(ClientError) -> RunReply {
        try await steer(.pause(RunRequest(run: run, reason: reason)), id: id)
    }

    /// Lets a run go on that is paused, or that its budget holds: then with the limits that are given.
    ///
    /// - Throws: ``ClientError`` `refused(.notPossible)` when its budget holds it and none is given.
    public func resume(
        _ run: Identifier, budget: RunBudget? = nil, id: String? = nil
    ) async throws(ClientError) -> RunReply {
        try await steer(.resume(RunRequest(run: run, budget: budget)), id: id)
    }

    /// Gives what failed, or needs a person, a fresh set of attempts: the step's task, or everything in the run.
    ///
    /// - Throws: ``ClientError`` `refused(.notPossible)` when the run has gone on without it.
    public func retry(_ request: StepRequest, id: String? = nil) async throws(ClientError) -> RunReply {
        try await steer(.retry(request), id: id)
    }

    /// Has made again what was made from an older version of a document than the newest, each step after those that it
    /// needs something of. A run that was completed is opened for it.
    ///
    /// - Parameter artifact: the full name of the document that has changed.
    /// - Throws: ``ClientError`` `refused(.unknownArtifact)`; `refused(.notPossible)` when the run failed, or was
    ///   cancelled.
    public func rework(
        _ artifact: String, of run: Identifier, id: String? = nil
    ) async throws(ClientError) -> RunReply {
        try await steer(.rework(ReworkRequest(run: run, artifact: artifact)), id: id)
    }

    /// Begins a run anew from one of its steps, as a run of its own: what was done before the step is taken over, and
    /// the facts of the request hold from there on. The other run stays as it is.
    ///
    /// - Throws: ``ClientError`` `refused(.notPossible)` when the run has not reached the step.
    public func fork(_ request: ForkRequest, id: String? = nil) async throws(ClientError) -> StartReply {
        guard case .started(let reply) = try await self.request(.fork(request), id: id) else { throw unexpected }
        return reply
    }

    /// Goes on without a step's task.
    public func skip(_ request: StepRequest, id: String? = nil) async throws(ClientError) -> RunReply {
        try await steer(.skip(request), id: id)
    }

    /// Lets a step's task fail, with what its `on_failure` says; without a step, the run.
    public func fail(_ request: StepRequest, id: String? = nil) async throws(ClientError) -> RunReply {
        try await steer(.fail(request), id: id)
    }

    /// Removes a run that has ended, its history, and the documents that no other run has; gives how many runs it were,
    /// with those that were steps of it.
    ///
    /// - Throws: ``ClientError`` `refused(.notPossible)` when the run has not ended.
    public func forget(_ run: Identifier, id: String? = nil) async throws(ClientError) -> Int {
        guard case .forgotten(_, let runs) = try await request(.forget(RunRequest(run: run)), id: id) else {
            throw unexpected
        }
        return runs
    }

    private func steer(_ kind: Request.Kind, id: String?) async throws(ClientError) -> RunReply {
        guard case .steered(let reply) = try await request(kind, id: id) else { throw unexpected }
        return reply
    }
}
