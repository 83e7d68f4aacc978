import BatonClient

/// What somebody filled in to start a run: the texts as they were typed, and the request that they make.
struct StartForm {
    /// Before the name of an input, in the name of its field.
    static let inputPrefix = "input."
    /// More declared inputs have no field of their own, and can be given among the others.
    static let maxInputs = 200
    /// Of the field that names the request: the same form sent twice starts one run.
    static let requestField = "request"

    let workflow: WorkflowEntry
    /// By the names of the fields.
    var texts: [String: String] = [:]

    /// Why no request can be made: a sentence for each field, and what concerns none.
    struct Faults: Error, Equatable {
        var fields: [String: String] = [:]
        var others: [String] = []

        var isEmpty: Bool { fields.isEmpty && others.isEmpty }
    }

    var inputs: ArraySlice<WorkflowInput> { workflow.inputs.prefix(Self.maxInputs) }

    /// The name of the request; nil: the form has none that this server could have written.
    var requestID: String? {
        texts[Self.requestField].flatMap { id in
            let isName = id.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") }
            return isName && (8...64).contains(id.utf8.count) ? id : nil
        }
    }

    /// What the orchestrator is asked for. Whether it fits the workflow is the orchestrator's to say.
    func request() throws(Faults) -> StartRequest {
        var faults = Faults()
        var inputs = assigned("others", readsWords: false, &faults)
        for input in self.inputs {
            let name = Self.inputPrefix + input.name
            guard let text = texts[name], !text.isEmpty else { continue }
            switch Self.value(text, type: input.type) {
            case .some(let value): inputs[input.name] = value
            case .none: faults.fields[name] = "must be \(Self.phrase(input.type))"
            }
        }
        let facts = assigned("facts", readsWords: true, &faults)
        let options = options(&faults)
        guard faults.isEmpty else { throw faults }
        return StartRequest(
            workflow: workflow.id, path: line("path"), project: line("project"), inputs: Self.object(inputs),
            facts: Self.object(facts), options: options)
    }

    // MARK: Values

    /// A field of one line; nil when nothing was filled in.
    private func line(_ name: String) -> String? {
        let text = texts[name] ?? ""
        return text.allSatisfy(\.isWhitespace) ? nil : String(text[...].trimmed)
    }

    /// A field of `name=value` lines, as `baton start` takes them, but for files: those are this machine's.
    private func assigned(_ name: String, readsWords: Bool, _ faults: inout Faults) -> [String: JSON] {
        let lines = (texts[name] ?? "").split(whereSeparator: \.isNewline).map(String.init)
            .filter { !$0.allSatisfy(\.isWhitespace) }
        do throws(ClientError) {
            let value = try Assignment.object(lines, readsWords: readsWords, readsFiles: false)
            return Dictionary((value.object ?? [:]).map { ($0.key, $0.value) }) { $1 }
        } catch {
            faults.fields[name] = error.message
            return [:]
        }
    }

    private func options(_ faults: inout Faults) -> RunOptions {
        var members: [String: JSON] = [:]
        for name in ["checkpoints", "optional", "optional_steps", "unanswered"] {
            if let value = line(name) { members[name] = .string(value) }
        }
        if texts["interactive"] != nil { members["elicitation"] = "interactive" }
        var budget: [String: JSON] = [:]
        for (field, type, factor) in [("tokens", "integer", 1.0), ("cost", "number", 1), ("hours", "number", 3600)] {
            guard let text = line(field) else { continue }
            switch Self.value(text, type: type) {
            case .int(let number) where factor == 1: budget[field] = .int(number)
            case .some(let value):
                budget[field == "hours" ? "wall_time" : field] = .double((value.double ?? 0) * factor)
            case .none: faults.fields[field] = "must be \(Self.phrase(type))"
            }
        }
        if !budget.isEmpty { members["budget"] = Self.object(budget) }
        let (options, wrong) = RunOptions.read(Self.object(members))
        faults.others += wrong
        return options
    }

    private static func object(_ members: [String: JSON]) -> JSON { .object(.init(members, uniquingKeysWith: { $1 })) }

    /// What a text means where a value of the type is wanted; nil: nothing.
    static func value(_ text: String, type: String?) -> JSON? {
        switch type {
        case "boolean": return ["true": .bool(true), "false": .bool(false)][text]
        case "integer": return Int64(text[...].trimmed).map { .int($0) }
        case "number":
            if let whole = Int64(text[...].trimmed) { return .int(whole) }
            guard let number = Double(text[...].trimmed), number.isFinite else { return .none }
            return .double(number)
        case "list":
            if let value = try? JSON.parse(text), value.array != nil { return value }
            let lines = text.split(whereSeparator: \.isNewline).map { String($0.trimmed) }.filter { !$0.isEmpty }
            return .array(lines.map { .string($0) })
        case "object":
            // `nil` would be JSON's null here.
            guard let value = try? JSON.parse(text), value.object != nil else { return .none }
            return value
        // Browsers end the lines of a field as the network does.
        default: return .string(text.replacing("\r\n", with: "\n"))
        }
    }

    /// What a value of the type looks like.
    static func phrase(_ type: String?) -> String {
        switch type {
        case "boolean": "yes or no"
        case "integer": "a whole number"
        case "number": "a number"
        case "list": "a list: an item in each line, or JSON"
        case "object": "an object, as JSON"
        default: "a text"
        }
    }
}

extension UInt8 {
    fileprivate var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
