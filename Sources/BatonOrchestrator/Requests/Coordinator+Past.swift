import BatonEngine
import BatonMQTT
import BatonMessages
import BatonStore

/// Questions about how a run was at an event of its history. They are worked on between other things, a few events at a
/// time: whoever asks waits, and nobody else does.
struct PastQuestions {
    /// More questions at once are refused.
    static let maxWaiting = 16
    /// Events that are put through the engine at once, and how long until the next: 5,000 a second for all questions.
    static let slice = 200
    static let pauseMilliseconds: Int64 = 40

    struct Question {
        let request: Request
        let get: GetRequest
        let sequence: Int
        let client: String
        let message: MQTTMessage
        var past: PastRun
    }

    var waiting: [Question] = []
    var states = PastRuns()
    var nextAt = Timestamp(milliseconds: 0)

    /// When there is something to do; nil: nobody asks.
    var next: Timestamp? { waiting.isEmpty ? nil : nextAt }
}

extension Coordinator {
    /// Takes a question about a former state; the answer comes when it is worked out.
    func ask(_ request: Request, _ get: GetRequest, at sequence: Int, _ message: MQTTMessage, from client: String) {
        // Who hears nothing for a while asks again.
        if past.waiting.contains(where: { $0.client == client && $0.request.id == request.id }) { return }
        do {
            guard let id = get.run, let run = try run(id) else {
                throw get.run.map(unknownRun) ?? ReplyError(.invalidRequest, "at_seq is of a run")
            }
            guard sequence <= run.sequence else {
                throw ReplyError(.notPossible, "run \(id) has had \(run.sequence) events, and no event \(sequence)")
            }
            guard sequence <= WireLimits.replayedEvents else {
                throw ReplyError(
                    .notPossible,
                    "only the first \(WireLimits.replayedEvents) events of a run are gone through again: take the "
                        + "history, or `baton archive` and `baton replay`")
            }
            guard past.waiting.count < PastQuestions.maxWaiting else {
                throw ReplyError(.busy, "too many ask for former states at once: ask again in a moment")
            }
            past.waiting.append(
                .init(
                    request: request, get: get, sequence: sequence, client: client, message: message,
                    past: past.states.nearest(to: sequence, of: run)))
        } catch {
            answer(reply(to: request, refusedFor: error), to: message, from: client)
        }
    }

    /// Goes on with the first question, and answers it when it is worked out.
    func replayPast(now: Timestamp) {
        guard let due = past.next, due <= now else { return }
        past.nextAt = now + PastQuestions.pauseMilliseconds
        var question = past.waiting.removeFirst()
        do {
            guard try advance(&question) else {
                past.waiting.insert(question, at: 0)
                return
            }
            let reply = Reply(requestID: question.request.id, try body(of: question))
            answer(reply, to: question.message, from: question.client)
        } catch {
            answer(
                reply(to: question.request, refusedFor: error), to: question.message, from: question.client)
        }
    }

    /// - Returns: whether the event is reached.
    private func advance(_ question: inout PastQuestions.Question) throws -> Bool {
        let id = question.past.state.id
        if batch.forgotten.contains(id) { throw unknownRun(id) }
        let limit = min(PastQuestions.slice, question.sequence - question.past.sequence)
        guard limit > 0 else { return true }
        let (stored, areOfThisEngine) = try store.inputs(of: id, after: question.past.sequence, limit: limit)
        guard areOfThisEngine else {
            throw ReplyError(
                .notPossible, "run \(id) went on with another version of baton: its history is all there is of it")
        }
        // What is not on disk yet stands in the batch.
        let new = stored.isEmpty ? batch.runs[id]?.events ?? [] : []
        let rest = new.drop { $0.sequence <= question.past.sequence }.prefix(limit)
        let inputs = try stored + rest.map { try $0.restored() }
        guard !inputs.isEmpty else {
            throw ReplyError(.internal, "the history of run \(id) ends at event \(question.past.sequence)")
        }
        for input in inputs {
            guard question.past.take(input) else {
                let next = question.past.sequence + 1
                throw ReplyError(.notPossible, "event \(next) of run \(id) does not follow from those before it")
            }
            past.states.keep(question.past)
        }
        return question.past.sequence == question.sequence
    }

    private func body(of question: PastQuestions.Question) throws -> Reply.Body {
        let run = question.past.state
        switch question.get {
        case .run: return .run(RunSnapshot(run, by: by, attempts: question.past.attempts(at:)))
        case .artifacts: return .artifacts(entries(of: run), total: run.artifacts.count)
        case .handoffs: return .handoffs(try store.handoffs(of: run.id).filter { $0.id.ordinal <= run.lastOrdinal })
        case .artifact, .history, .decisions, .workflows:
            throw ReplyError(.invalidRequest, "at_seq is of a run, its artifacts and its handoffs")
        }
    }
}
