import BatonEngine
import BatonMQTT
import BatonMessages
import BatonStore

/// Requests: those that change something are remembered with their answer, the others are just answered.
extension Coordinator {
    func receiveRequest(_ message: MQTTMessage, from client: String, now: Timestamp) {
        let request: Request
        do { request = try Request.decode(message.payload) } catch {
            bury(message, reason: error.description, now: now)
            if let reply = Reply(refusing: error) { answer(reply, to: message, from: client) }
            return
        }
        if let refusal = refusal(of: request, from: client, message, now: now) {
            return answer(refusal, to: message, from: client)
        }
        switch request.kind {
        case .get(let get):
            if let sequence = get.atSequence { return ask(request, get, at: sequence, message, from: client) }
            answer(reply(to: request) { try reply(to: get) }, to: message, from: client)
        case .list(let list):
            answer(reply(to: request) { try reply(to: list) }, to: message, from: client)
        case .agents(let agents):
            answer(reply(to: request) { try reply(to: agents, now: now) }, to: message, from: client)
        case .start(let start):
            change(request, message, client, now: now) { try self.start(start, client: client, now: now) }
        case .validate(let definition):
            answer(Reply(requestID: request.id, validate(definition)), to: message, from: client)
        case .define(let definition):
            change(request, message, client, now: now) { try self.define(definition, client: client, now: now) }
        case .cancel(let cancel):
            change(request, message, client, now: now) { try self.cancel(cancel, client: client, now: now) }
        case .pause(let pause):
            change(request, message, client, now: now) { try self.pause(pause, client: client, now: now) }
        case .resume(let resume):
            change(request, message, client, now: now) { try self.resume(resume, client: client, now: now) }
        case .retry(let retry):
            change(request, message, client, now: now) { try self.retry(retry, client: client, now: now) }
        case .rework(let rework):
            change(request, message, client, now: now) { try self.rework(rework, client: client, now: now) }
        case .fork(let fork):
            change(request, message, client, now: now) { try self.fork(fork, client: client, now: now) }
        case .skip(let skip):
            change(request, message, client, now: now) { try self.skip(skip, client: client, now: now) }
        case .fail(let fail):
            change(request, message, client, now: now) { try self.fail(fail, client: client, now: now) }
        case .decide(let decide):
            change(request, message, client, now: now) { try self.decide(decide, client: client, now: now) }
        case .deadLetters(let letters):
            answer(reply(to: request) { try reply(to: letters) }, to: message, from: client)
        case .deadLetter(let letter):
            answer(reply(to: request) { try reply(to: letter) }, to: message, from: client)
        case .offer(let offer):
            change(request, message, client, now: now) { try self.offer(offer, now: now) }
        case .forget(let forget):
            change(request, message, client, now: now) { try self.forget(forget, now: now) }
        }
    }

    private func reply(to request: Request, _ body: () throws -> Reply.Body) -> Reply {
        do { return Reply(requestID: request.id, try body()) } catch { return reply(to: request, refusedFor: error) }
    }

    func reply(to request: Request, refusedFor error: any Error) -> Reply {
        do {
            throw error
        } catch let refusal as ReplyError {
            return Reply(requestID: request.id, .failed(refusal))
        } catch {
            logger.error("a request could not be answered: \(error)")
            return Reply(
                requestID: request.id, .failed(ReplyError(.internal, "the orchestrator could not read its database")))
        }
    }

    /// The reply goes where the topic says; a requester on MQTT 5 may name another place.
    func answer(_ reply: Reply, to message: MQTTMessage, from client: String) {
        direct.append(DirectMessage(topic: replyTopic(message, client), payload: reply.encode(), qos: 1))
    }

    /// Says that a request can't be carried out, without remembering it.
    func refuse(_ request: Request, _ message: MQTTMessage, from client: String, _ reason: String) {
        answer(Reply(requestID: request.id, .failed(ReplyError(.internal, reason))), to: message, from: client)
    }

    private func replyTopic(_ message: MQTTMessage, _ client: String) -> String {
        // Only below our own root: nobody makes us publish for them elsewhere.
        // And where rights are fixed, nobody has replies sent to somebody else.
        guard access == nil, let topic = message.responseTopic, case .reply = topics.parse(topic) else {
            return topics.reply(client)
        }
        return topic
    }

    /// Carries out a request once, whatever number of times it comes.
    private func change(
        _ request: Request, _ message: MQTTMessage, _ client: String, now: Timestamp, _ body: () throws -> Reply.Body
    ) {
        let digest = ContentHash.of(message.payload)
        if let (known, reply) = previousReply(to: request.id, of: client) {
            guard known == digest else {
                let refusal = ReplyError(
                    .requestIDReused,
                    "another request with the request_id \(request.id) was answered before: choose a new one")
                return answer(Reply(requestID: request.id, .failed(refusal)), to: message, from: client)
            }
            direct.append(DirectMessage(topic: replyTopic(message, client), payload: reply, qos: 1))
            return
        }
        let reply = reply(to: request, body).encode()
        batch.replies.append(
            InboxRow(client: client, requestID: request.id, digest: digest, reply: reply, at: now))
        batch.outbox.append(outbox.add(topic: replyTopic(message, client), payload: reply))
    }

    private func previousReply(to requestID: String, of client: String) -> (digest: Digest, reply: [UInt8])? {
        if let row = batch.replies.first(where: { $0.client == client && $0.requestID == requestID }) {
            return (row.digest, row.reply)
        }
        return try? store.reply(to: requestID, of: client)
    }

    func unknownRun(_ id: Identifier) -> ReplyError { ReplyError(.unknownRun, "there is no run \(id)") }
}
