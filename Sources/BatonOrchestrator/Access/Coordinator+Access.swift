import BatonEngine
import BatonMQTT
import BatonMessages
import BatonStore
import Logging

/// What the access file allows. Without one, everybody may everything, and only what makes no sense is refused.
extension Coordinator {
    /// From now on these rules hold: agents that may no more are offline, and get nothing.
    package func adopt(_ rules: AccessRules, now: Timestamp) {
        access = rules
        for agent in dispatch.agents.values where agent.presence != .offline {
            let said = Presence(
                state: agent.presence == .draining ? .draining : .online, roles: agent.roles, slots: agent.slots,
                epoch: agent.epoch, beats: agent.beats)
            let admitted = rules.admitted(said, of: agent.id)?.presence
            guard admitted != said else { continue }
            logger.warning("an agent may do less now, by the access file", metadata: ["agent": "\(agent.id)"])
            perform(
                dispatch.presence(
                    agent.id, admitted == nil ? .offline : agent.presence, roles: admitted?.roles ?? agent.roles,
                    slots: admitted?.slots ?? agent.slots, epoch: agent.epoch, beats: agent.beats, now: now), now: now)
        }
        // What was taken from an agent before may be its right now.
        presenceReading.wantsReading()
    }

    /// What counts of an agent's presence; nil when it may not be an agent, which is reported.
    func admit(_ presence: Presence, of agent: String, _ message: MQTTMessage, now: Timestamp) -> Presence? {
        guard let access else { return presence }
        guard let (admitted, refused) = access.admitted(presence, of: agent) else {
            // Who leaves takes nothing; a will is no offence.
            guard presence.state != .offline else { return presence }
            bury(message, reason: "\(agent) may not serve \(presence.roles.joined(separator: ", "))", now: now)
            return nil
        }
        // Said once for each start of the agent: presence is read again every so often.
        if !refused.isEmpty, presence.state != .offline, dispatch.agents[agent]?.epoch != presence.epoch {
            let reason = "\(agent) may not have \(refused.joined(separator: ", ")): it goes on without"
            bury(message, reason: reason, now: now)
        }
        return admitted
    }

    /// Whether somebody who says something as an agent may be one; reported when not.
    func mayBeAgent(_ agent: String, _ message: MQTTMessage, now: Timestamp) -> Bool {
        guard let access, access.agent(agent) == nil else { return true }
        bury(message, reason: "\(agent) is no agent in the access file", now: now)
        return false
    }

    /// Why a request is not carried out, which is reported; nil when it may be.
    func refusal(of request: Request, from client: String, _ message: MQTTMessage, now: Timestamp) -> Reply? {
        guard let reason = access?.refusal(of: request, from: client) else { return nil }
        bury(message, reason: reason, now: now)
        return Reply(requestID: request.id, .failed(ReplyError(.notAllowed, reason)))
    }

    /// Refuses an answer that is somebody else's to give.
    func requireMayAnswer(_ decision: Decision, client: String) throws {
        guard let reason = access?.refusal(ofAnswerTo: decision.name, from: client) else { return }
        report(client, reason)
        throw ReplyError(.notAllowed, reason)
    }

    /// Facts in a result that nobody asked for. They never count; where rights are fixed, neither does the result.
    ///
    /// A question that was answered meanwhile was still asked.
    func factFaults(in result: TaskResult, _ key: TaskKey, from agent: String) -> [String] {
        guard let run = runs[key.run]?.state, let task = run.task(key.task),
            case .agent(let work) = run.plan.steps[task.step].kind
        else { return [] }
        let asked = Set(work.reports.map(\.name))
        let extra = (result.facts.object ?? [:]).keys.filter { !asked.contains($0) }
        guard !extra.isEmpty else { return [] }
        report(agent, "\(agent) sent facts that nobody asked for: \(extra.prefix(10).joined(separator: ", "))")
        guard access != nil else { return [] }
        return extra.prefix(WireLimits.reasonsPerFault).map { "facts.\($0) was not asked for" }
    }

    /// A log line about what somebody tried, within the bound of lines about one sender.
    func report(_ sender: String, _ reason: String) {
        let (isLogged, leftOut) = logRate.admit(sender, now: lastTick)
        guard isLogged else { return }
        var metadata: Logger.Metadata = ["sender": "\(sender)"]
        if leftOut > 0 { metadata["left_out"] = "\(leftOut)" }
        logger.warning("not allowed: \(reason)", metadata: metadata)
    }
}
