import BatonMessages

/// The requests of the protocol, with their answers' types.
extension Client {
    /// Starts a run.
    public func start(_ request: StartRequest, id: String? = nil) async throws(ClientError) -> StartReply {
        guard case .started(let reply) = try await self.request(.start(request), id: id) else { throw unexpected }
        return reply
    }

    /// Runs, newest first.
    public func runs(
        status: RunStatus? = nil, limit: Int = WireLimits.defaultRunsPerList
    ) async throws(ClientError) -> [RunRow] {
        guard case .runs(let rows) = try await request(.list(ListRequest(status: status, limit: limit))) else {
            throw unexpected
        }
        return rows
    }

    /// Where a run stands, or stood after the event of its history that has the `seq`.
    ///
    /// - Throws: ``ClientError`` `refused(.notPossible)` when its history does not lead there.
    public func snapshot(of run: Identifier, at sequence: Int? = nil) async throws(ClientError) -> RunSnapshot {
        guard case .run(let snapshot) = try await request(.get(.run(run, at: sequence))) else { throw unexpected }
        return snapshot
    }

    /// Every handoff that a run has, or had after an event.
    public func handoffs(of run: Identifier, at sequence: Int? = nil) async throws(ClientError) -> [Handoff] {
        let reply = try await request(.get(.handoffs(run, at: sequence)))
        guard case .handoffs(let handoffs) = reply else { throw unexpected }
        return handoffs
    }

    /// The next events of a run after a `seq`, at most ``WireLimits/eventsPerHistory``, and the `seq` of its last one.
    public func history(
        of run: Identifier, after: Int, limit: Int = WireLimits.eventsPerHistory
    ) async throws(ClientError) -> (events: [LogEvent], lastSequence: Int) {
        let reply = try await request(.get(.history(run: run, after: after, limit: limit)))
        guard case .history(let events, let last) = reply else { throw unexpected }
        return (events, last)
    }

    /// Every event of a run so far.
    public func wholeHistory(of run: Identifier) async throws(ClientError) -> [LogEvent] {
        var all: [LogEvent] = []
        while true {
            let (events, last) = try await history(of: run, after: all.last?.sequence ?? 0)
            all += events
            guard let newest = events.last?.sequence, newest < last else { return all }
        }
    }

    /// The workflows that can be started.
    public func workflows() async throws(ClientError) -> [WorkflowEntry] {
        guard case .workflows(let entries) = try await request(.get(.workflows)) else { throw unexpected }
        return entries
    }

    /// Looks at a workflow's text, as the orchestrator would read it; nothing is kept of it.
    public func validate(yaml: String, file: String? = nil) async throws(ClientError) -> DefinitionReply {
        let request = Request.Kind.validate(try definition(yaml, file))
        guard case .checked(let reply) = try await self.request(request) else { throw unexpected }
        return reply
    }

    /// Makes a workflow known to the orchestrator, in place of what was defined under its id before.
    ///
    /// - Throws: ``ClientError`` `refused(.invalidWorkflow)` when there is an error in it, `refused(.invalidRequest)`
    ///   when the orchestrator's library has a workflow of the same id.
    public func define(
        yaml: String, file: String? = nil, id: String? = nil
    ) async throws(ClientError) -> DefinitionReply {
        let request = Request.Kind.define(try definition(yaml, file))
        guard case .checked(let reply) = try await self.request(request, id: id) else { throw unexpected }
        return reply
    }

    private func definition(_ yaml: String, _ file: String?) throws(ClientError) -> DefinitionRequest {
        let request = DefinitionRequest(yaml: yaml, file: file)
        let size = Request(id: "", kind: .define(request)).encode().count
        // What else stands in the request.
        guard size <= WireLimits.requestBytes - 1024 else {
            throw ClientError(
                .invalidArgument,
                "the workflow takes \(size) bytes as JSON, more than the \(WireLimits.requestBytes) of a request; "
                    + "put it into the orchestrator's library")
        }
        return request
    }

    /// Reads an artifact's content in ranges and checks it against its hash; `take` gets the pieces in order.
    public func read(
        _ artifact: ArtifactEntry, of run: Identifier, _ take: ([UInt8]) throws(ClientError) -> Void
    ) async throws(ClientError) {
        var hasher = ContentHasher()
        var offset = 0
        while offset < artifact.size {
            let query = ArtifactQuery(
                run: run, name: ArtifactName(artifact.name), version: artifact.version, offset: offset)
            guard case .artifact(let slice) = try await request(.get(.artifact(query))) else { throw unexpected }
            guard slice.artifact.digest == artifact.digest, slice.offset == offset, !slice.content.isEmpty,
                offset + slice.content.count <= artifact.size
            else { throw damaged(artifact) }
            hasher.update(slice.content)
            offset += slice.content.count
            try take(slice.content)
        }
        guard hasher.finalize() == artifact.digest else { throw damaged(artifact) }
    }

    var unexpected: ClientError {
        ClientError(
            .unreadable, "the orchestrator answered something else than was asked; is it of another version?")
    }

    private func damaged(_ artifact: ArtifactEntry) -> ClientError {
        ClientError(
            .unsafe,
            "the content of \(TerminalText.line(artifact.name)) version \(artifact.version) does not match its hash; "
                + "try again, and look at the orchestrator's log if it stays so")
    }
}

extension [ArtifactEntry] {
    /// The last version of each artifact, in the order in which the artifacts were first made.
    public var latestVersions: [ArtifactEntry] {
        var order: [ArtifactName] = []
        var latest: [ArtifactName: ArtifactEntry] = [:]
        for entry in self {
            let name = ArtifactName(entry.name)
            if let known = latest[name] {
                if entry.version > known.version { latest[name] = entry }
            } else {
                order.append(name)
                latest[name] = entry
            }
        }
        return order.compactMap { latest[$0] }
    }
}
