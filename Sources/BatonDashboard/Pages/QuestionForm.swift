import BatonClient

/// A question with what answers it: a button for each possible answer, else a field.
struct QuestionForm {
    let frame: Frame
    let question: DecisionEntry
    let now: Timestamp
    /// What stands above it.
    var from: HTML = ""

    /// More options than this are a list to choose from.
    private static let maxButtons = 6

    var html: HTML {
        let item: HTML = question.item.map { "<span class=\"item\">\($0)</span>" } ?? ""
        let step: HTML = question.step.map { "at \($0), " } ?? ""
        return """
            <article class="question" aria-labelledby="q-\(question.id)">\(from)
            <p class="ask" id="q-\(question.id)">\(question.question)</p>
            <p class="meta"><code>\(question.name)</code>\(item) \(step)asked \
            \(frame.elapsed(since: question.askedAt, now: now)) ago</p>
            \(standing)\(looked)\(frame.hasForms ? form : "")
            </article>
            """
    }

    /// Who may answer an approval, how many are missing, and until when.
    private var standing: HTML {
        guard let approval = question.approval else { return "" }
        let standing = QuestionStanding(question)
        let then = standing.onTimeout.map { "; then \($0)" } ?? ""
        let deadline: HTML = approval.dueAt.map { "<br>due \(Frame.moment($0))\(then)" } ?? ""
        return "<p class=\"meta\">\(standing.mayAnswer)\(deadline)</p>"
    }

    /// The versions that an approval is about, each to be read with a click.
    private var looked: HTML {
        guard let documents = question.approval?.documents, !documents.isEmpty else { return "" }
        let links = documents.map { document in
            let address = Address.document(question.run.description, document.name, version: document.version)
            return "<li><a href=\"\(address)\">\(document.name)</a>, version \(document.version)</li>" as HTML
        }
        let draft: HTML =
            question.approval?.section.map { "<pre class=\"draft\" tabindex=\"0\">\($0.draft)</pre>" } ?? ""
        return "<ul class=\"looked\">\(links)</ul>\(draft)"
    }

    private var form: HTML {
        """
        <form method="post" action="\(Address.run(question.run.description))/answers" class="answer">\(frame.proof)\
        <input type="hidden" name="decision" value="\(question.id)">\(comment)\(controls)</form>
        """
    }

    /// What goes with the answer to an approval; who wants something amended must say what.
    private var comment: HTML {
        if question.approval == nil { return "" }
        return """
            <label>Comment, for the author <textarea name="comment" rows="2" \
            maxlength="\(WireLimits.commentBytes / 4)"></textarea></label>
            """
    }

    private var controls: HTML {
        switch question.answers {
        case .boolean: "\(button("true", "Yes"))\(button("false", "No"))"
        case .oneOf(let options) where options.count <= Self.maxButtons:
            options.map { button($0, $0.replacing("_", with: " ")) }.joined()
        case .oneOf(let options):
            """
            <label>Answer <select name="value">\(options.map { HTML("<option value=\"\($0)\">\($0)</option>") })\
            </select></label><button type="submit">Answer</button>
            """
        case .anything:
            """
            <label>Answer <textarea name="value" rows="2" required maxlength="20000"></textarea></label>\
            <button type="submit">Answer</button>
            """
        }
    }

    private func button(_ value: String, _ name: String) -> HTML {
        "<button type=\"submit\" name=\"value\" value=\"\(value)\">\(name)</button>"
    }
}
