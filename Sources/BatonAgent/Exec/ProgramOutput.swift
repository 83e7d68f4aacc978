import BatonMessages

/// Reads what a program printed as the outcome of its task.
///
/// - A JSON object with any of `status, summary, artifacts, facts, verdict, usage, error` is a result as in
///   `docs/protocol.md`, without `task` and `lease`; `status` and `summary` may be left out.
/// - A JSON object with `accept: false` refuses the handoff, with what is `missing` and a `reason`.
/// - Anything else is the content of the one document that the step creates or updates; without one, or when the
///   program left files, it is the summary.
enum ProgramOutput {
    private static let members: Set<String> = [
        "status", "summary", "artifacts", "facts", "verdict", "usage", "error", "handoff",
        "accept",
    ]

    /// - Parameter left: the documents that it left in its folder; one that it printed under the same name counts.
    static func outcome(
        of output: CollectedOutput.Whole, _ left: WorkFolder.Left = WorkFolder.Left(), for command: TaskCommand
    ) -> TaskOutcome {
        if case .bytes(let bytes) = output, let object = try? JSON.parse(bytes), let fields = object.object,
            fields.keys.contains(where: members.contains)
        {
            if object["accept"] == false { return refusal(object) }
            var outcome = outcome(of: object, for: command)
            guard outcome.error == nil else { return outcome }
            let printed = Set(outcome.artifacts.map(\.name))
            outcome.artifacts += left.documents.filter { !printed.contains($0.name) }
            outcome.files = left.files.filter { !printed.contains($0.name) }
            if isMissing("summary", in: object), !left.names.isEmpty {
                outcome.summary = list(outcome.artifacts.map(\.name) + outcome.files.map(\.name))
            }
            return outcome
        }
        if left.names.isEmpty { return outcome(ofText: output, for: command) }
        let text = output.text ?? ""
        let isBlank = text.allSatisfy(\.isWhitespace)
        var outcome = TaskOutcome.completed(
            summary: isBlank ? list(left.names) : shortened(text), artifacts: left.documents)
        outcome.files = left.files
        return outcome
    }

    private static func list(_ names: [ArtifactName]) -> String { names.map(\.text).joined(separator: ", ") }

    // MARK: JSON

    private static func outcome(of object: JSON, for command: TaskCommand) -> TaskOutcome {
        var writer = JSONWriter()
        writer.object { writer in
            for (name, value) in object.object ?? [:] where name != "task" && name != "lease" {
                writer.field(name, value)
            }
            writer.field("task", command.task.description)
            writer.field("lease", command.lease.description)
            if isMissing("status", in: object) {
                writer.field("status", isMissing("error", in: object) ? "completed" : "failed")
            }
            if isMissing("summary", in: object) { writer.field("summary", summary(of: object)) }
        }
        let result: TaskResult
        do throws(WireFault) { result = try TaskResult.decode(writer.bytes) } catch {
            return .failed(code: "output", message: "the program's result is wrong: \(error)")
        }
        return TaskOutcome(
            summary: result.summary, artifacts: result.artifacts, facts: result.facts, verdict: result.verdict,
            usage: result.usage, error: result.status == .failed ? result.error : nil)
    }

    private static func refusal(_ object: JSON) -> TaskOutcome {
        let missing = (object["missing"]?.array ?? []).compactMap(\.string)
        let reason = object["reason"]?.string ?? object["summary"]?.string
        return .refused(reason ?? missing.first ?? "the handoff is not enough to begin with", missing: missing)
    }

    private static func isMissing(_ name: String, in object: JSON) -> Bool { object[name]?.isNull ?? true }

    private static func summary(of object: JSON) -> String {
        let names = (object["artifacts"]?.array ?? []).compactMap { $0["name"]?.string }
        return names.isEmpty ? "done" : names.joined(separator: ", ")
    }

    // MARK: Text

    private static func outcome(ofText output: CollectedOutput.Whole, for command: TaskCommand) -> TaskOutcome {
        let products = command.creates + command.updates
        let expected = products.filter { !$0.isOptional }
        let text = output.text
        let isBlank = text?.allSatisfy(\.isWhitespace) == true && output.isWhole
        guard let product = expected.count == 1 ? expected[0] : products.count == 1 ? products[0] : nil else {
            guard expected.isEmpty else {
                let names = expected.map(\.name).joined(separator: ", ")
                return .failed(
                    code: "output",
                    message: "the step brings \(expected.count) documents (\(names)) and the program "
                        + "printed text: print a JSON object with “artifacts”", isRetryable: false)
            }
            return .completed(summary: isBlank ? "done" : shortened(text ?? "done"))
        }
        if isBlank {
            guard product.isOptional else {
                return .failed(code: "output", message: "the program printed nothing, and \(product.name) is missing")
            }
            return .completed(summary: "nothing to write")
        }
        let name = ArtifactName(product.name)
        var outcome = TaskOutcome.completed(summary: "\(product.name): \(shortened(text ?? "\(output.size) bytes"))")
        switch output {
        case .bytes(let bytes): outcome.artifacts = [ArtifactDocument(name: name, body: .content(bytes))]
        case .file(let file, _): outcome.files = [DocumentFile(name: name, content: file)]
        }
        return outcome
    }

    /// The first line with letters in it, without marks of a heading.
    private static func shortened(_ text: String) -> String {
        let line = text.prefix(10_000).split(whereSeparator: \.isNewline).first { $0.contains(where: \.isLetter) } ?? ""
        let words = line.drop { !$0.isLetter && !$0.isNumber }
        return words.count > 200 ? words.prefix(199) + "…" : String(words)
    }
}

extension CollectedOutput.Whole {
    /// In bytes.
    fileprivate var size: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let file, _): file.size
        }
    }

    /// Whether ``text`` is all of it.
    fileprivate var isWhole: Bool {
        if case .bytes = self { true } else { false }
    }

    /// The text, of a large one its beginning; nil when it is not UTF-8.
    fileprivate var text: String? {
        switch self {
        case .bytes(let bytes): return String(validating: bytes, as: UTF8.self)
        case .file(_, let head):
            // The last character may be cut.
            for cut in 0..<4 where head.count > cut {
                if let text = String(validating: head.dropLast(cut), as: UTF8.self) { return text }
            }
            return nil
        }
    }
}
