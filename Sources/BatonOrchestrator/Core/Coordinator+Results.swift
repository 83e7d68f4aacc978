import BatonEngine
import BatonMQTT
import BatonMessages
import BatonStore

/// Results: counted once, answered each time.
extension Coordinator {
    func receiveResult(_ message: MQTTMessage, from agent: String, now: Timestamp) {
        let result: TaskResult
        do { result = try TaskResult.decode(message.payload) } catch {
            return rejectUnreadable(message, error, from: agent, now: now)
        }
        guard let out = dispatch.outstanding[result.lease] else {
            return answerLate(result, from: agent)
        }
        guard out.agent == agent, out.task.key.id == result.task else {
            let reason = out.agent == agent ? "lease is not one of this task" : "lease was given to another agent"
            report(agent, "\(agent) sent a result whose \(reason)")
            return acknowledge(agent, task: result.task, lease: result.lease, .rejected, [reason])
        }
        switch result.status {
        case .failed: fail(result, out, now: now)
        case .completed: complete(result, out, now: now)
        }
    }

    private func fail(_ result: TaskResult, _ out: Outstanding, now: Timestamp) {
        dispatch.finished(result.lease, isFailure: true, now: now)
        let message = result.error.map { "\($0.code): \($0.message)" } ?? result.summary
        drop(result.lease)
        endAttempt(
            out.task.key, result.lease, agent: out.agent, .failed, String(message.prefix(2000)),
            mayRetry: result.error?.isRetryable ?? true, usage: result.usage, now: now)
        acknowledge(out.agent, task: result.task, lease: result.lease, .accepted, [])
    }

    private func complete(_ result: TaskResult, _ out: Outstanding, now: Timestamp) {
        let key = out.task.key
        let documents = documents(of: result, for: key, now: now)
        let report = TaskReport(
            task: key.task, lease: result.lease, artifacts: documents.contents, facts: result.facts,
            verdict: result.verdict, summary: result.summary, usage: result.usage, choices: documents.choices,
            elicited: documents.elicited)
        let faults =
            documents.faults + contractFaults(in: result, report, key) + factFaults(in: result, key, from: out.agent)
        drop(result.lease)
        guard faults.isEmpty else {
            dispatch.finished(result.lease, isFailure: true, now: now)
            endAttempt(
                key, result.lease, agent: out.agent, .rejected, faults.joined(separator: "\n"), mayRetry: true,
                usage: result.usage, now: now)
            return acknowledge(out.agent, task: result.task, lease: result.lease, .rejected, faults)
        }
        dispatch.finished(result.lease, isFailure: false, now: now)
        metrics?.completed(out, now: now)
        if let traces, let span = runs[key.run]?.state.span(completing: key.task, at: now) {
            traces.pending.append(span)
        }
        for (digest, bytes) in documents.blobs { batch.blobs[digest] = bytes }
        apply(.completed(report), to: key.run, now: now)
        acknowledge(out.agent, task: result.task, lease: result.lease, .accepted, [])
    }

    /// What breaks the task's contract. Not part of the caller, so that nothing shares the run's storage when it is
    /// changed.
    private func contractFaults(in result: TaskResult, _ report: TaskReport, _ key: TaskKey) -> [String] {
        guard let run = runs[key.run]?.state else { preconditionFailure("a dispatch of a run that is not open") }
        return run.faults(in: report) + handoffFaults(in: result, of: run, key)
            + roomFaults(report.artifacts.count, in: run)
    }

    /// A handoff that an agent sends: what identifies it must be what the run says.
    private func handoffFaults(in result: TaskResult, of run: RunState, _ key: TaskKey) -> [String] {
        guard let handoff = result.handoff else { return [] }
        var faults = handoff.validate().map { "handoff.\($0)" }
        if handoff.run != run.id { faults.append("handoff.run_id is not the run of this task") }
        if let role = run.task(key.task)?.dispatch?.role, handoff.fromAgent != role {
            faults.append("handoff.from_agent must be \(role), the role under which the task was given")
        }
        for (index, id) in handoff.contextIDs.enumerated()
        where !run.artifacts.contains(where: { run.id.child($0.ordinal) == id }) {
            faults.append("handoff.context_ids[\(index)] is no artifact version of this run")
        }
        return faults
    }

    func roomFaults(_ count: Int, in run: RunState) -> [String] {
        let limit = settings.limits.artifactsPerRun
        guard run.artifacts.count + count > limit else { return [] }
        return ["the run has \(run.artifacts.count) artifact versions, and may have \(limit)"]
    }

    func tooLarge(_ document: ArtifactDocument, _ size: Int) -> String {
        "the artifact \(document.name) has \(size) bytes; at most \(settings.limits.artifactBytes) are taken"
    }

    // MARK: Answers

    private func answerLate(_ result: TaskResult, from agent: String) {
        let standing = (try? store.standing(of: result.task, lease: result.lease)) ?? .unknown
        switch standing {
        case .unknown:
            acknowledge(agent, task: result.task, lease: result.lease, .unknown, ["no run here has this task"])
        case .known(let isOwnLease):
            let reason =
                isOwnLease
                ? "this lease is over: its result was counted, or the task went on without it"
                : "this lease was never given for the task"
            acknowledge(
                agent, task: result.task, lease: result.lease, isOwnLease ? .superseded : .rejected, [reason])
        }
    }

    /// What can't be read is kept for people; where it tells which attempt it is about, that attempt has failed.
    private func rejectUnreadable(_ message: MQTTMessage, _ fault: WireFault, from agent: String, now: Timestamp) {
        bury(message, reason: fault.reasons.joined(separator: "; "), now: now)
        reject(fault.reasons, task: fault.task, lease: fault.lease, agent, now: now)
    }

    /// A message that can't be stored is kept for people, and whoever sent it is told, so that it does not come again.
    func putAside(_ message: MQTTMessage, reason: String, now: Timestamp) {
        bury(message, reason: reason, now: now)
        switch topics.parse(message.topic) {
        case .result(let agent):
            guard let result = try? TaskResult.decode(message.payload) else { return }
            reject([reason], task: result.task, lease: result.lease, agent, now: now)
        case .request(let client):
            guard let request = try? Request.decode(message.payload) else { return }
            refuse(request, message, from: client, reason)
        default: break
        }
    }

    /// Answers a result that does not count, and ends the attempt that it is of.
    private func reject(_ reasons: [String], task: Identifier?, lease: Identifier?, _ agent: String, now: Timestamp) {
        acknowledge(agent, task: task, lease: lease, .rejected, reasons)
        guard let lease, let out = dispatch.outstanding[lease], out.agent == agent, out.task.key.id == task else {
            return
        }
        dispatch.finished(lease, isFailure: true, now: now)
        drop(lease)
        endAttempt(
            out.task.key, lease, agent: agent, .rejected, reasons.joined(separator: "\n"), mayRetry: true, now: now)
    }

    func acknowledge(
        _ agent: String, task: Identifier?, lease: Identifier?, _ outcome: AckNotice.Outcome, _ reasons: [String]
    ) {
        metrics?.answered(outcome)
        let message = Control.ack(AckNotice(task: task, lease: lease, outcome: outcome, reasons: reasons, by: by))
        direct.append(DirectMessage(topic: topics.control(agent), payload: message.encode(), qos: 1))
    }
}
