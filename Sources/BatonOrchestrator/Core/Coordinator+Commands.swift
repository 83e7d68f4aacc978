import BatonEngine
import BatonMessages
import BatonStore
import BatonWorkflow
import OrderedCollections

/// Making task commands: always anew from the run, so that the outbox need not keep them.
extension Coordinator {
    /// How many bytes of artifacts one command carries; what is beyond comes on request.
    private static let inlineBudget = 512 << 10

    /// The command under this lease; nil if the attempt is over.
    func command(for key: TaskKey, lease: Identifier) throws(StoreError) -> [UInt8]? {
        guard let run = runs[key.run]?.state, run.isOut(key.task, lease: lease) else { return nil }
        return try command(for: key, lease: lease, of: run)
    }

    private func command(for key: TaskKey, lease: Identifier, of run: RunState) throws(StoreError) -> [UInt8]? {
        guard let task = run.task(key.task), let out = task.dispatch, let handoff = run.handoffs[key.task],
            let work = run.work(of: task)
        else { return nil }
        let step = run.plan.steps[task.step]
        var inlined = 0
        var artifacts: [CommandArtifact] = []
        for id in handoff.contextIDs {
            guard let version = run.artifactVersion(id.ordinal) else { continue }
            let mayInline =
                version.size <= WireLimits.inlineArtifactBytes
                && inlined + version.size <= Self.inlineBudget
            let content = mayInline ? try text(of: version.digest) : nil
            if content != nil { inlined += version.size }
            artifacts.append(
                CommandArtifact(
                    id: id, name: version.name.text, version: version.version, digest: version.digest,
                    size: version.size, mediaType: version.mediaType, content: content))
        }
        var command = TaskCommand(
            by: by, task: key.id, run: run.id, project: run.project, workflow: run.plan.workflow, step: step.id,
            title: step.title, phase: step.phase, role: out.role, action: work.action, attempt: task.attempt,
            lease: lease, leaseMilliseconds: work.heartbeatMilliseconds ?? settings.dispatch.leaseMilliseconds,
            timeoutMilliseconds: run.timeoutMilliseconds(of: task), handoff: handoff, requires: artifacts,
            creates: work.creates.map { expected($0, of: out.role, in: run.plan) },
            updates: work.updates.map { expected($0, of: out.role, in: run.plan) },
            validates: work.validates, reports: work.reports, inputs: run.inputs,
            facts: facts(of: run, for: task),
            uses: work.uses.compactMap(run.plan.attachment),
            optionalSteps: work.optionalSteps.filter(run.options.optionalSteps.contains), notes: work.notes,
            item: item(of: task.scope, in: run), idempotencyKey: run.id.child(task.idempotencyKey))
        command.contributes = contributions(of: task, work, in: run)
        command.persona = run.plan.persona(forRole: out.role)
        command.previous = previous(key, task)
        command.traceparent = traceparent(of: run.id, lease)
        command.amendment = task.amendment.map { amendment in
            TaskCommand.Amendment(
                decision: run.id.child(amendment.decision), by: amendment.by, feedback: amendment.feedback,
                documents: amendment.documents, section: amendment.section?.section)
        }
        return command.encode()
    }

    /// Where an attempt is in the run's trace; nil when nobody traces it.
    func traceparent(of run: Identifier, _ lease: Identifier) -> TraceParent? {
        guard let run = runs[run], traces != nil || run.state.options.traceparent != nil else { return nil }
        return run.state.trace.at(lease)
    }

    /// What an agent can learn from: why the last attempt failed, or its result was rejected.
    private func previous(_ key: TaskKey, _ task: TaskState) -> TaskCommand.Previous? {
        guard task.attempt > 1, let last = attempts(at: key, limit: 1).last else { return nil }
        switch last.outcome {
        case .failed, .rejected, .timedOut:
            return TaskCommand.Previous(
                attempt: last.attempt, outcome: last.outcome,
                message: String(decoding: last.message.utf8.prefix(WireLimits.reasonBytes - 4), as: UTF8.self))
        case .lost, .declined, .refused, .withdrawn, .cancelled: return nil
        }
    }

    /// A run was paused: what has not left for its agents stays here, and no attempt is counted.
    func takeBackUnsent(of id: Identifier, now: Timestamp) {
        let leases = runs[id]?.state.tasks.compactMap { $0.status == .running ? $0.dispatch?.lease : nil } ?? []
        for lease in leases where outbox.isUnsent(lease: lease) {
            perform(dispatch.unsent(lease, message: "the run was paused"), now: now)
        }
    }

    private func expected(_ product: Product, of role: String, in plan: Plan) -> CommandProduct {
        CommandProduct(
            name: product.name.text, isOptional: product.isOptional, isSet: product.isSet,
            template: plan.template(of: product).flatMap { name in
                outlines.json(of: name, for: role, in: plan).map { .init(name: name, outline: $0) }
            })
    }

    private func facts(of run: RunState, for task: TaskState) -> JSON {
        .object(
            .init(
                run.facts(toldTo: task).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }))
    }

    /// The innermost item of a scope, with those around it.
    private func item(of scope: String, in run: RunState) -> JSON? {
        let items = run.items(from: scope)
        guard let (innermost, own) = items.first else { return nil }
        var members: OrderedDictionary<String, JSON> = [
            "scope": .string(innermost), "name": .string(own.name), "index": .int(Int64(own.index)),
            "value": own.value,
        ]
        if items.count > 1 {
            members["in"] = .array(
                items.dropFirst().map { scope, item in
                    [
                        "scope": .string(scope), "name": .string(item.name), "index": .int(Int64(item.index)),
                        "value": item.value,
                    ]
                })
        }
        return .object(members)
    }

    /// The content of that hash as text; nil if it is not UTF-8.
    func text(of digest: Digest) throws(StoreError) -> String? {
        try content(of: digest).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// A range of that content, shorter where it ends, without reading the rest of a large one.
    func range(of digest: Digest, offset: Int, length: Int) throws(StoreError) -> [UInt8]? {
        if let content = batch.blobs[digest] ?? blobs[digest] {
            let start = min(offset, content.count)
            return Array(content[start..<start + min(length, content.count - start)])
        }
        if let content = try store.content(digest, offset: offset, length: length) { return content }
        // What was completed in this batch.
        return try store.files?.read(digest, offset: offset, length: length)
    }

    func content(of digest: Digest) throws(StoreError) -> [UInt8]? {
        if let content = batch.blobs[digest] ?? blobs[digest] { return content }
        guard let content = try store.blob(digest) else { return nil }
        blobs.insert(content, for: digest)
        return content
    }
}
