/// How a question and its answers are shown.
///
/// ```text
/// Approve prd.md (version 1)?
/// about: prd.md (version 1)
/// asked for 0:12, since 2026-01-31T12:00:00.000Z
/// may be answered by: ann, bob; not by who wrote it
///
/// › approve   the run goes on
///   reject    the run ends; you are asked why
///   amend     back to its author, with what you say
/// ```
extension AnswerForm {
    var title: String {
        let item = question.item.map { " of \(TerminalText.line($0))" } ?? ""
        let step = question.step.map { ", at \(TerminalText.line($0))" } ?? ""
        return TerminalText.line(question.name) + item + step
    }

    /// At most `height` lines: what can be done is always among them.
    func lines(width: Int, height: Int, style: TerminalStyle, now: Timestamp) -> [String] {
        let note = self.note.map { TextWrap.lines(TerminalText.line($0), width: width).map(style.yellow) } ?? []
        let below = ([""] + answering(width, height: max(1, height / 2), style) + note).suffix(height)
        let about = self.about(width, now)
        let room = height - below.count
        guard about.count > room else { return about + below }
        let more = room > 0 ? ["… \(about.count - room + 1) more lines: d shows them"] : []
        return about.prefix(max(0, room - 1)) + more.map { TerminalText.fit($0, width) } + below
    }

    /// The keys that do something here.
    var help: String {
        if isSending { return "the answer is on its way …  Esc back" }
        return switch stage {
        case .choosing:
            "Enter answer  ↑↓ choose  c with a comment"
                + (canEdit ? "  d see it  e edit it" : canLook ? "  d what it is about" : "") + "  Esc back"
        case .typing: "Enter send  Esc back  Ctrl-U empty it"
        }
    }

    private var canLook: Bool { question.approval != nil }

    private func about(_ width: Int, _ now: Timestamp) -> [String] {
        var lines = TextWrap.lines(TerminalText.line(question.question), width: width)
        let standing = QuestionStanding(question)
        lines += TextWrap.lines("asked for \(standing.asked(now: now))", width: width)
        guard let approval = question.approval else { return lines }
        if !approval.documents.isEmpty {
            let names = approval.documents.map { "\(TerminalText.line($0.name)) (version \($0.version))" }
            lines += TextWrap.lines("about: \(names.joined(separator: ", "))", width: width)
        }
        if let who = who(approval) { lines += TextWrap.lines(who, width: width) }
        if let deadline = standing.deadline(now: now) { lines += TextWrap.lines(deadline, width: width) }
        for vote in approval.votes {
            let comment = vote.comment.map { ": \(TerminalText.line($0))" } ?? ""
            let text = "\(TerminalText.line(vote.by)) said \(TerminalText.line(vote.answer))\(comment)"
            lines += TextWrap.lines(text, width: width)
        }
        if let section = approval.section {
            lines += TextWrap.lines(section.draft, width: max(1, width - 2)).map { "│ " + $0 }
        }
        return lines
    }

    private func who(_ approval: ApprovalEntry) -> String? {
        var parts: [String] = []
        if !approval.by.isEmpty {
            parts.append("may be answered by: " + approval.by.map { TerminalText.line($0) }.joined(separator: ", "))
        }
        if approval.fourEyes { parts.append("not by who wrote it") }
        if approval.quorum > 1 { parts.append("\(approval.missing) of \(approval.quorum) have to approve yet") }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    private func answering(_ width: Int, height: Int, _ style: TerminalStyle) -> [String] {
        switch stage {
        case .choosing(let choice):
            let options = self.options.map { TerminalText.line($0) }
            let column = min(width / 2, options.map(TerminalText.width).max() ?? 0)
            return choice.window(height).map { index in
                let meaning = meaning(of: self.options[index])
                let line = choice.mark(index) + TerminalText.pad(options[index], column) + "  " + meaning
                let text = TerminalText.fit(line.trimmingTrailingBlanks, width)
                return index == choice.selected ? style.bold(text) : text
            }
        case .typing(let field, let option):
            let head = option.map { "\(TerminalText.line($0)), and say" } ?? "the answer"
            // The end is where one types.
            return [style.bold(TerminalText.fit(head + ":", width))]
                + field.lines(width: width).suffix(max(1, height - 1))
        }
    }

    private func meaning(of option: String) -> String {
        switch (question.kind, option) {
        case (.approval, Decision.approve): "the run goes on"
        case (.approval, Decision.reject): "the run ends; you are asked why"
        case (.approval, Decision.amend): "back to its author, with what you say"
        case (.elicitation, Decision.proceed): "the section stays as it is"
        case (.elicitation, Decision.feedback): "the section is written again, with what you say"
        default: ""
        }
    }
}

extension String {
    fileprivate var trimmingTrailingBlanks: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
