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
            \(Frame.elapsed(since: question.askedAt, now: now)) ago</p>
            \(frame.isReadOnly ? "" : form)
            </article>
            """
    }

    private var form: HTML {
        """
        <form method="post" action="\(Address.run(question.run.description))/answers" class="answer">\(frame.proof)\
        <input type="hidden" name="decision" value="\(question.id)">\(controls)</form>
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

    /// The answer that a form brought.
    ///
    /// - Returns: nil when the question takes no such answer. What is JSON is taken as such where any value may be
    ///   given, as `baton decide` does.
    static func value(_ text: String, for answers: Decision.Answers) -> JSON? {
        switch answers {
        case .boolean: ["true": .bool(true), "false": .bool(false)][text]
        case .oneOf(let options): options.contains(text) ? .string(text) : nil
        case .anything:
            if text.isEmpty {
                nil
            } else if let value = try? JSON.parse(text), !value.isNull {
                value
            } else {
                .string(text)
            }
        }
    }
}
