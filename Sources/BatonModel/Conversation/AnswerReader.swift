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

    /// What opens a part: its mark, with the name of the document and the id of the section.
    private struct Opening {
        let mark: String
        var name: String?
        var section: String?

        var text: String {
            let attributes = name.map { name in
                section.map { " document=\"\(name)\" id=\"\($0)\"" } ?? " name=\"\(name)\""
            }
            return "<\(mark)\(attributes ?? "")>"
        }
    }

    /// A part between marks.
    private struct Part {
        let opening: Opening
        let text: String
    }

    func read(_ answer: String) -> Reading {
        var faults: [String] = []
        let parts = parts(of: answer, &faults)
        if parts.isEmpty, faults.isEmpty { return readPlain(answer) }
        var documents: OrderedDictionary<ArtifactName, ArtifactDocument> = [:]
        var sections: OrderedDictionary<String, OrderedDictionary<String, JSON>> = [:]
        var facts: JSON = [:]
        var verdict: JSON?
        var summary: String?
        for part in parts {
            switch part.opening.mark {
            case "document":
                let name = part.opening.name ?? ""
                if let fault = ArtifactName.fault(in: name) {
                    faults.append("the name of the document “\(name.prefix(80))” \(fault)")
                } else if let contribution = contribution(to: name) {
                    faults.append(
                        "\(contribution.name) is written by others: leave the whole out, and give your sections of it "
                            + "in <section document=\"\(contribution.name)\" id=\"…\">")
                } else {
                    let artifact = ArtifactName(name)
                    documents[artifact] = ArtifactDocument(name: artifact, body: .text(Self.unfenced(part.text) + "\n"))
                }
            case "section":
                guard let (name, id) = section(part.opening, &faults), !part.text.isEmpty else { continue }
                sections[name, default: [:]][id] = .string(part.text)
            case "facts": facts = object(part, &faults) ?? facts
            case "verdict": verdict = object(part, &faults) ?? verdict
            default: summary = part.text
            }
        }
        faults += missing(in: Set(documents.keys), facts, verdict)
        guard faults.isEmpty else { return .faults(faults) }
        let said = summary.flatMap { $0.isEmpty ? nil : String($0.prefix(2000)) }
        let names = (documents.keys.map(\.text) + sections.keys.map { "sections of \($0)" }).joined(separator: ", ")
        let contributed = sections.map { name, texts in
            ArtifactDocument(name: ArtifactName(name), body: .sections(.object(texts)))
        }
        return .outcome(
            .completed(
                summary: said ?? (names.isEmpty ? "done" : "wrote \(names)"),
                artifacts: Array(documents.values) + contributed, facts: facts, verdict: verdict))
    }

    // MARK: Sections of documents of others

    private func contribution(to name: String) -> CommandContribution? {
        command.contributes.first { ArtifactName($0.name) == ArtifactName(name) }
    }

    /// The document and the section that a part is for; nil when it is none that may be filled.
    private func section(_ opening: Opening, _ faults: inout [String]) -> (document: String, id: String)? {
        guard let name = opening.name, let id = opening.section, let contribution = contribution(to: name) else {
            let names = command.contributes.map(\.name).joined(separator: ", ")
            faults.append("\(opening.text) is for none of the documents of which you may fill sections: \(names)")
            return nil
        }
        let ids = contribution.fillable.map(\.id)
        guard ids.contains(id) else {
            faults.append(
                "\(opening.text) is no section that you may fill; of \(name) these are: \(ids.joined(separator: ", "))")
            return nil
        }
        return (contribution.name, id)
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
            let name = ArtifactName(product.name)
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
            faults.append("\(part.opening.text) must be a JSON object, not \(json.kind)")
        } catch { faults.append("\(part.opening.text) is not JSON: \(error)") }
        return nil
    }

    // MARK: Marks

    /// The parts, in their order. A part ends at the last line that closes it before the next one opens, so that a
    /// document may speak of the marks.
    private func parts(of answer: String, _ faults: inout [String]) -> [Part] {
        let lines = answer.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let openings = lines.indices.compactMap { index in opening(lines[index]).map { (index, $0) } }
        var parts: [Part] = []
        for (position, (start, opening)) in openings.enumerated() {
            let end = position + 1 < openings.count ? openings[position + 1].0 : lines.count
            guard let close = lines[start..<end].lastIndex(where: { $0.trimmed == "</\(opening.mark)>" }) else {
                faults.append("\(opening.text) is not closed")
                continue
            }
            let text = lines[(start + 1)..<close].joined(separator: "\n").trimmed
            parts.append(Part(opening: opening, text: text))
        }
        return parts
    }

    private func opening(_ line: String) -> Opening? {
        let line = line.trimmed
        for mark in ["facts", "verdict", "summary"] where line == "<\(mark)>" { return Opening(mark: mark) }
        guard line.hasSuffix("\">") else { return nil }
        let start = "<document name=\""
        if line.hasPrefix(start) {
            return Opening(mark: "document", name: String(line.dropFirst(start.count).dropLast(2)))
        }
        // Where nothing is asked for, it is a line of HTML.
        guard line.hasPrefix("<section "), !command.contributes.isEmpty, let name = Self.attribute("document", in: line)
        else { return nil }
        return Opening(mark: "section", name: name, section: Self.attribute("id", in: line) ?? "")
    }

    private static func attribute(_ name: String, in line: String) -> String? {
        guard let start = line.firstRange(of: " \(name)=\"") else { return nil }
        return String(line[start.upperBound...].prefix { $0 != "\"" })
    }

    /// The text without the fence that some models put around a whole document.
    static func unfenced(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 2, let first = lines.first, first.hasPrefix("```"), lines.last?.trimmed == "```",
            ["", "markdown", "md", "json", "text"].contains(first.dropFirst(3).trimmed.lowercased())
        else { return text }
        var isOpen = false
        for line in lines.dropFirst().dropLast() where line.hasPrefix("```") {
            let isBare = line.drop { $0 == "`" }.trimmed.isEmpty
            // It closes the fence at the beginning, which is then not around all.
            if isBare && !isOpen { return text }
            isOpen = !isBare
        }
        return isOpen ? text : lines.dropFirst().dropLast().joined(separator: "\n")
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
