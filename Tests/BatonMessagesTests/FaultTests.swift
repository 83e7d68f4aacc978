import BatonMessages
import Testing

/// A message, and which of its places may be absent or hold anything.
struct Breakable: Sendable, CustomTestStringConvertible {
    let name: String
    let json: JSON
    /// Members that may be left out.
    let optional: Set<String>
    /// Objects and arrays that are taken whatever is in them.
    let free: Set<String>
    /// Members that may be of several kinds.
    let any: Set<String>
    let decode: @Sendable ([UInt8]) -> WireFault?

    var testDescription: String { name }

    init<Message: WireMessage>(
        _ message: Message, optional: Set<String> = [], free: Set<String> = [], any: Set<String> = []
    ) {
        name = "\(Message.self)"
        json = (try? JSON.parse(message.encode())) ?? .null
        self.optional = optional
        self.free = free
        self.any = any
        decode = { bytes in
            do throws(WireFault) {
                _ = try Message.decode(bytes)
                return nil
            } catch {
                return error
            }
        }
    }
}

@Suite struct FaultTests {
    static let handoffOptional: Set = [
        "from_instance", "to_instance", "acceptance_criteria", "dependencies", "priority", "metadata",
    ]

    static let usage = ["input_tokens", "output_tokens", "tokens", "cost", "seconds"]
    static let budget = [
        "budget", "budget.tokens", "budget.cost", "budget.wall_time", "budget.steps", "budget.steps.pm-prd",
        "budget.steps.pm-prd.tokens",
    ]

    static let messages: [Breakable] = [
        Breakable(Samples.handoff, optional: handoffOptional, free: ["metadata"]),
        Breakable(
            Samples.command,
            optional: Set(
                [
                    "title", "action", "timeout_ms", "updates", "validates", "reports", "reports[0].options", "inputs",
                    "facts", "uses", "optional_steps", "item", "item.value", "amendment", "amendment.documents",
                    "persona", "previous",
                    "requires[0].content",
                    "creates[0].optional",
                    "creates[0].many", "creates[0].template", "creates[0].template.outline", "updates[0].optional",
                    "updates[0].many", "updates[0].template", "updates[0].template.outline", "contributes",
                    "contributes[0].template.outline",
                ] + handoffOptional.map { "handoff.\($0)" }),
            free: [
                "inputs", "facts", "persona", "creates[0].template.outline", "updates[0].template.outline",
                "contributes[0].template.outline", "handoff.metadata",
            ], any: ["item.value"]),
        Breakable(
            Samples.result,
            optional: Set(
                [
                    "artifacts", "artifacts[0].media_type", "artifacts[2].values", "facts", "verdict", "usage",
                    "usage.tokens", "usage.model",
                    "summary", "error.retryable", "handoff",
                ] + handoffOptional.map { "handoff.\($0)" }),
            free: [
                "facts", "verdict", "artifacts[2].sections", "artifacts[2].values", "handoff.metadata",
            ], any: ["usage.model"]),
        Breakable(Samples.beat, optional: ["held[0].progress", "held[0].message"]),
        Breakable(Samples.decline, optional: ["missing"]),
        Breakable(Samples.presence, optional: ["beats", "schema"]),
        Breakable(Samples.ack, optional: ["task", "lease", "reasons"]),
        Breakable(Samples.cancel),
        Breakable(Samples.get),
        Breakable(Samples.range),
        Breakable(Samples.mark),
        Breakable(Samples.orchestrator, optional: ["left", "agents[0].benched"]),
        Breakable(Samples.row, optional: ["phase", "ended_at", "reason", "questions"]),
        Breakable(
            Samples.snapshot,
            optional: Set([
                "reason", "phase", "milestones[0].reached_at", "steps[0].title", "steps[0].attempt", "steps[0].agent",
                "steps[0].since", "steps[0].reason", "steps[0].attempts", "steps[0].artifacts", "counts.running",
                "counts.completed",
                "waiting_for", "decisions", "ended_at", "wall_time", "usage", "steps[0].usage",
            ]).union(budget).union(["usage", "steps[0].usage"].flatMap { place in usage.map { "\(place).\($0)" } }),
            free: ["decisions"]),
        Breakable(Samples.event, optional: ["step", "task", "agent", "attempt"], free: ["input", "then"]),
        Breakable(
            Samples.start,
            optional: Set([
                "path", "project", "inputs", "facts", "artifacts", "artifacts[0].media_type", "options",
                "options.optional", "options.optional_steps", "options.unanswered", "run_id",
            ]).union(budget.map { "options.\($0)" }), free: ["inputs", "facts", "options.optional"],
            any: ["options.optional", "options.optional_steps"]),
        Breakable(Samples.list, optional: ["status", "limit"]),
        Breakable(Samples.history, optional: ["after_seq", "limit"]),
        Breakable(Samples.artifact, optional: ["version", "offset", "length"]),
        Breakable(Samples.cancelRequest, optional: ["reason"]),
        Breakable(Samples.resumeRequest, optional: Set(budget)),
        Breakable(Samples.entry, optional: ["step", "task", "path", "author", "contribution"]),
        Breakable(
            Samples.workflow,
            optional: [
                "state", "origin", "problems", "summary", "inputs", "inputs[0].type", "inputs[0].required",
                "inputs[0].description", "inputs[1].type", "inputs[1].default", "paths",
            ], free: ["inputs[1].default"], any: ["inputs[1].default"]),
        Breakable(Samples.define, optional: ["file"]),
        Breakable(Samples.checked, optional: ["workflow", "revision", "diagnostics[0].hint"]),
        Breakable(Samples.replies.last!, optional: ["error.reasons"]),
    ]

    @Test("A member that is missing is named, unless it may be", arguments: messages)
    func missing(message: Breakable) {
        for place in message.json.places(frozen: message.free) where !place.isElement {
            for absent in [nil, JSON.null] {
                let fault = message.decode(message.json.replacing(place, with: absent).bytes)
                if message.optional.contains(place.description) {
                    #expect(fault == nil, "\(place) may be absent")
                } else {
                    expect(fault, names: place)
                }
            }
        }
    }

    @Test("A member of the wrong kind is named", arguments: messages)
    func wrongKind(message: Breakable) {
        for place in message.json.places(frozen: message.free) where !message.any.contains(place.description) {
            for value in message.json.at(place)?.ofAnotherKind ?? [] {
                expect(message.decode(message.json.replacing(place, with: value).bytes), names: place)
            }
        }
    }

    @Test("Every fault is told at once, each with its field")
    func allAtOnce() {
        let text = """
            {"task": "\(Samples.task)", "lease": 5, "status": "done", "facts": [],
             "artifacts": [{"name": "../etc/passwd", "content": "x"}, {"content": "y", "sha256": "z"}, 3]}
            """
        let fault = Self.fault { () throws(WireFault) in _ = try TaskResult.decode(json: text) }
        #expect(
            fault?.reasons == [
                "lease must be a UUID", "status must be one of completed, failed",
                "artifacts[0].name has the path component '..'", "artifacts[1].name is missing",
                "artifacts[1].content and sha256 exclude each other", "artifacts[2] must be an object, not a number",
                "facts must be an object, not an array",
            ])
        #expect(fault?.task == Samples.task, "the task can be read although other fields are wrong")
        #expect(fault?.lease == nil)
    }

    @Test("A fault tells the request's id, so that the request can be answered")
    func requestID() {
        let fault = Self.fault { () throws(WireFault) in
            _ = try Request.decode(json: #"{"request_id": "r-7", "type": "start"}"#)
        }
        #expect(fault?.requestID == "r-7")
        #expect(fault?.code == .invalidRequest)
        #expect(fault.flatMap(Reply.init(refusing:))?.requestID == "r-7")
        let nameless = Self.fault { () throws(WireFault) in
            _ = try Request.decode(json: #"{"type": "start", "workflow": "w"}"#)
        }
        #expect(nameless?.reasons == ["request_id is missing"])
        #expect(nameless.flatMap(Reply.init(refusing:)) == nil)
    }

    @Test("A type that the protocol does not have is told from a known one that lacks its members")
    func types() throws {
        let unknown = Self.fault { () throws(WireFault) in
            _ = try Request.decode(json: #"{"request_id": "r", "type": "dance"}"#)
        }
        #expect(unknown?.code == .unknownType)
        for type in Request.types where !["list", "agents", "dead_letters"].contains(type) {
            let incomplete = Self.fault { () throws(WireFault) in
                _ = try Request.decode(json: #"{"request_id": "r", "type": "\#(type)"}"#)
            }
            #expect(incomplete?.code == .invalidRequest, "\(type)")
        }
    }

    @Test("The list of reasons is bounded")
    func bounded() {
        let roles = [JSON](repeating: 7, count: 60)
        let json: JSON = ["state": "online", "roles": .array(roles), "slots": 1, "epoch": 1]
        let fault = Self.fault { () throws(WireFault) in _ = try Presence.decode(json.bytes) }
        #expect(fault?.reasons.count == WireLimits.reasonsPerFault + 1)
        #expect(fault?.reasons.last == "and more")
    }

    @Test(
        "Values out of their bounds are refused",
        arguments: [
            (#"{"request_id": "r", "type": "list", "limit": 201}"#, "limit must be an integer from 1 to 200"),
            (#"{"request_id": "r", "type": "list", "limit": 0}"#, "limit must be an integer from 1 to 200"),
            (#"{"request_id": "r", "type": "list", "limit": 1e300}"#, "limit must be an integer from 1 to 200"),
            (#"{"request_id": "", "type": "list"}"#, "request_id is empty"),
            (
                #"{"request_id": "a\u0000", "type": "list"}"#,
                "request_id must have 1 to 128 characters and no control characters"
            ),
            (
                #"{"request_id": "r", "type": "start", "workflow": "a\u001b[2J"}"#,
                "workflow contains a control character"
            ),
            (
                #"{"request_id": "r", "type": "start", "workflow": "w", "artifacts": [{"name": "a", "sha256": "0"}]}"#,
                "artifacts[0].sha256 must be a SHA-256 in 64 hexadecimal digits"
            ),
            (
                #"{"request_id": "r", "type": "start", "workflow": "w", "facts": {"": 1}}"#,
                "facts has a member whose name is empty, too long, or contains a control character"
            ),
            (
                #"{"request_id": "r", "type": "start", "workflow": "w", "options": {"unanswered": "maybe"}}"#,
                #"options.unanswered must be "ask", "no" or "yes""#
            ),
        ])
    func bounds(text: String, reason: String) {
        let fault = Self.fault { () throws(WireFault) in _ = try Request.decode(json: text) }
        #expect(fault?.reasons.first == reason)
    }

    private func expect(_ fault: WireFault?, names place: Place, location: SourceLocation = #_sourceLocation) {
        guard let fault else {
            Issue.record("taken although \(place) is broken", sourceLocation: location)
            return
        }
        #expect(
            fault.reasons.contains { Self.reason($0, names: place) }, "\(place): \(fault.reasons)",
            sourceLocation: location)
    }

    /// `error.code is missing` names `error.code`; so does `error.message is missing (or code)`.
    static func reason(_ reason: String, names place: Place) -> Bool {
        if reason.hasPrefix(place.description) {
            let next = reason.dropFirst(place.description.count).first
            return next == " " || next == "[" || next == "."
        }
        guard case .member(let name) = place.parts.last else { return false }
        let parent = Place(parts: Array(place.parts.dropLast())).description
        return reason.hasPrefix(parent)
            && reason.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains { $0 == name }
    }

    static func fault(_ body: () throws(WireFault) -> Void) -> WireFault? {
        do throws(WireFault) {
            try body()
            return nil
        } catch {
            return error
        }
    }
}
