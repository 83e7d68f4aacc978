import BatonAgent
import BatonMessages
import OrderedCollections

/// Reads a model's answer: the parts that ``Instructions`` ask for, or plain text when one document is all that is
/// asked for.
struct AnswerReader {
    let command: TaskCommand

    init(_ command: TaskCommand) { self.command = command }

    enum Reading: Equatable {
        case outcome(TaskOutcome)
        /// What it lacks, for the model to mend; one fault a line.
        case faults([String])
    }

    /// A part between marks; `name` is the one of a document.
    private struct Part {
        let mark: String
        let name: String?
        let text: String
    }

    func read(_ answer: String) -> Reading {
        var faults: [String] = []
        let parts = parts(of: answer, &faults)
        if parts.isEmpty, faults.isEmpty { return readPlain(answer) }
        var documents: OrderedDictionary<ArtifactName, ArtifactDocument> = [:]
        var facts: JSON = [:]
        var verdict: JSON?
        var summary: String?
        for part in parts {
            switch part.mark {
            case "document":
                let name = part.name ?? ""
                if let fault = ArtifactName.fault(in: name) {
                    faults.append("the name of the document “\(name.prefix(80))” \(fault)")
                } else {
                    let artifact = ArtifactName(name)
                    documents[artifact] = ArtifactDocument(name: artifact, body: .text(Self.unfenced(part.text) + "\n"))
                }
            case "facts": facts = object(part, &faults) ?? facts
            case "verdict": verdict = object(part, &faults) ?? verdict
            default: summary = part.text
            }
        }
        faults += missing(in: Set(documents.keys), facts, verdict)
        guard faults.isEmpty else { return .faults(faults) }
        let said = summary.flatMap { $0.isEmpty ? nil : String($0.prefix(2000)) }
        let names = documents.keys.map(\.text).joined(separator: ", ")
        return .outcome(
            .completed(
                summary: said ?? (names.isEmpty ? "done" : "wrote \(names)"), artifacts: Array(documents.values),
                facts: facts, verdict: verdict))
    }

    /// An answer without marks.
    private func readPlain(_ answer: String) -> Reading {
        let products = (command.creates + command.updates).filter { !$0.isOptional }
        let text = Self.unfenced(answer.trimmed)
        let isMore = !command.reports.isEmpty || !command.validates.isEmpty
        if !isMore, products.isEmpty, !text.isEmpty { return .outcome(.completed(summary: String(text.prefix(2000)))) }
        guard !isMore, products.count == 1, !products[0].isSet, !text.isEmpty else {
            return .faults(["the answer has none of the parts that were asked for"] + missing(in: [], [:], nil))
        }
        let name = ArtifactName(products[0].name)
        return .outcome(
            .completed(
                summary: "wrote \(name)", artifacts: [ArtifactDocument(name: name, body: .text(text + "\n"))]))
    }

    // MARK: What has to be there

    private func missing(in names: Set<ArtifactName>, _ facts: JSON, _ verdict: JSON?) -> [String] {
        var faults: [String] = []
        for product in command.creates where !product.isOptional {
            let name = ArtifactName(Instructions.folder(product.name))
            if names.contains(name) || product.isSet && names.contains(where: { $0.isInside(name) }) { continue }
            faults.append("<document name=\"\(product.name)\"> is missing")
        }
        for report in command.reports where facts[report.name] == nil {
            faults.append("<facts> lacks \(report.name)")
        }
        if !command.validates.isEmpty, verdict?["passed"]?.bool == nil {
            faults.append("<verdict> with “passed” is missing")
        }
        return faults
    }

    private func object(_ part: Part, _ faults: inout [String]) -> JSON? {
        do {
            let json = try JSON.parse(Array(Self.unfenced(part.text).utf8))
            if case .object = json { return json }
            faults.append("<\(part.mark)> must be a JSON object, not \(json.kind)")
        } catch { faults.append("<\(part.mark)> is not JSON: \(error)") }
        return nil
    }

    // MARK: Marks

    /// The parts, in their order. A part ends at the last line that closes it before the next one opens, so that a
    /// document may speak of the marks.
    private func parts(of answer: String, _ faults: inout [String]) -> [Part] {
        let lines = answer.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let openings = lines.indices.compactMap { index in Self.opening(lines[index]).map { (index, $0.mark, $0.name) }
        }
        var parts: [Part] = []
        for (position, (start, mark, name)) in openings.enumerated() {
            let end = position + 1 < openings.count ? openings[position + 1].0 : lines.count
            guard let close = lines[start..<end].lastIndex(where: { $0.trimmed == "</\(mark)>" }) else {
                faults.append("<\(mark)\(name.map { " name=\"\($0)\"" } ?? "")> is not closed")
                continue
            }
            let text = lines[(start + 1)..<close].joined(separator: "\n").trimmed
            parts.append(Part(mark: mark, name: name, text: text))
        }
        return parts
    }

    private static func opening(_ line: String) -> (mark: String, name: String?)? {
        let line = line.trimmed
        for mark in ["facts", "verdict", "summary"] where line == "<\(mark)>" { return (mark, nil) }
        let start = "<document name=\""
        guard line.hasPrefix(start), line.hasSuffix("\">") else { return nil }
        return ("document", String(line.dropFirst(start.count).dropLast(2)))
    }

    /// The text without the fence that some models put around a whole document.
    static func unfenced(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 2, let first = lines.first, first.hasPrefix("```"), lines.last?.trimmed == "```",
            ["", "markdown", "md", "json", "text"].contains(first.dropFirst(3).trimmed.lowercased()),
            // A fence inside would close the one around it.
            !lines.dropFirst().dropLast().contains(where: { $0.hasPrefix("```") })
        else { return text }
        return lines.dropFirst().dropLast().joined(separator: "\n")
    }
}

extension StringProtocol {
    /// Without blanks and line ends around it.
    var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(
            start[..<(start.lastIndex { !$0.isWhitespace }.map { start.index(after: $0) } ?? start.startIndex)])
    }
}
