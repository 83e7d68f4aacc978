import BatonMessages

/// How a model is to answer: the documents with their outlines, the facts, the verdict.
struct Instructions {
    let command: TaskCommand

    init(_ command: TaskCommand) { self.command = command }

    var lines: [String] {
        var lines = ["", "# Your answer", ""]
        for product in command.creates { lines += describe(product, "Write") }
        for product in command.updates { lines += describe(product, "Bring a new version, complete, of") }
        for contribution in command.contributes { lines += describe(contribution) }
        if !command.validates.isEmpty {
            lines.append("Review \(command.validates.joined(separator: ", ")), and give a verdict.")
        }
        for report in command.reports {
            let kind =
                switch report.kind {
                case .boolean: "true or false"
                case .enum: "one of " + report.options.map { "\"\($0)\"" }.joined(separator: ", ")
                case .list: "a list"
                case .number: "a number"
                }
            lines.append("Find out \(report.name) (\(kind)): \(report.question)")
        }
        return lines + ["", "Answer with these parts and nothing else, each mark on a line of its own:", ""] + form
    }

    /// The parts of an answer, as ``AnswerReader`` reads them.
    private var form: [String] {
        var lines: [String] = []
        for product in command.creates + command.updates {
            let name = product.isSet ? "\(ArtifactName(product.name).folder)/<a name for each>.md" : product.name
            lines += ["<document name=\"\(name)\">", "the whole document", "</document>"]
        }
        for contribution in command.contributes {
            for section in contribution.fillable {
                lines += [
                    "<section document=\"\(contribution.name)\" id=\"\(section.id)\">", "what stands below its heading",
                    "</section>",
                ]
            }
        }
        if !command.reports.isEmpty {
            let members = command.reports.map { "\"\($0.name)\": …" }.joined(separator: ", ")
            lines += ["<facts>", "{\(members)}", "</facts>"]
        }
        if !command.validates.isEmpty {
            lines += [
                "<verdict>", #"{"passed": true or false, "flagged": [{"artifact": "its name", "reason": "why"}]}"#,
                "</verdict>",
            ]
        }
        return lines + ["<summary>", "one or two sentences for those who come after you", "</summary>"]
    }

    private func describe(_ product: CommandProduct, _ verb: String) -> [String] {
        var line = "\(verb) \(product.name)"
        if product.isSet { line += " (any number of documents below \(ArtifactName(product.name).folder)/)" }
        if product.isOptional { line += ", if it is of use" }
        guard let outline = product.template?.outline.array, !outline.isEmpty else { return [line + ", in Markdown."] }
        return [line + ", in Markdown, with these headings:", ""] + outline.flatMap { section($0, level: 2) } + [""]
    }

    /// What of a document of others the role may fill.
    private func describe(_ contribution: CommandContribution) -> [String] {
        let sections = contribution.fillable.map { section in
            let notes = notes(on: section.outline)
            return "- \(section.id)" + (section.outline["title"]?.string.map { ": \($0)" } ?? "")
                + (notes.isEmpty ? "" : " (" + notes.joined(separator: "; ") + ")")
        }
        return [
            "Fill your own sections of \(contribution.name), which others write and which is given above, as far as "
                + "you have something for them. What you give takes the place of what stands below the section's "
                + "heading; a section that you leave out stays as it is, and so does the rest of the document:", "",
        ] + sections + [""]
    }

    private func notes(on section: JSON) -> [String] {
        var notes: [String] = []
        if let text = section["instruction"]?.string, !text.isEmpty { notes.append(text) }
        if let type = section["type"]?.string { notes.append("form: \(type)") }
        let columns = (section["columns"]?.array ?? []).compactMap(\.string)
        if !columns.isEmpty { notes.append("columns: \(columns.joined(separator: ", "))") }
        if let prefix = section["prefix"]?.string { notes.append("numbered \(prefix)1, \(prefix)2, …") }
        let choices = (section["choices"]?.array ?? []).compactMap(\.string)
        if !choices.isEmpty { notes.append("one of \(choices.joined(separator: ", "))") }
        if section["repeatable"]?.bool == true { notes.append("as often as needed") }
        if let condition = section["condition"]?.string { notes.append("only if: \(condition)") }
        return notes
    }

    private func section(_ section: JSON, level: Int) -> [String] {
        let title = section["title"]?.string ?? section["id"]?.string ?? ""
        var line = String(repeating: "#", count: min(level, 6)) + " " + title
        var notes = notes(on: section)
        if section["readonly"]?.bool == true || section["required"]?.bool == false && isForOthers(section) {
            notes.append("belongs to \(owners(section)): leave it as it is, empty in the first version")
        }
        if !notes.isEmpty { line += "\n(" + notes.joined(separator: "; ") + ")" }
        return [line] + (section["sections"]?.array ?? []).flatMap { self.section($0, level: level + 1) }
    }

    private func owners(_ section: JSON) -> String {
        let roles =
            [section["owner"]?.string].compactMap { $0 } + (section["editors"]?.array ?? []).compactMap(\.string)
        return roles.isEmpty ? "others" : roles.joined(separator: ", ")
    }

    /// Whether the section is given to roles of which the one that is asked is none.
    private func isForOthers(_ section: JSON) -> Bool {
        let roles =
            [section["owner"]?.string].compactMap { $0 } + (section["editors"]?.array ?? []).compactMap(\.string)
        return !roles.isEmpty && !roles.contains(command.role)
    }
}
