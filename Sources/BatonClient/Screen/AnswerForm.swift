/// Where a person answers one question: by choosing, by typing, or by choosing and saying why.
package struct AnswerForm: Sendable, Equatable {
    enum Stage: Sendable, Equatable {
        case choosing(Choice)
        /// What is typed is the answer, or the comment that goes with the option.
        case typing(TextField, option: String?)
    }

    /// What follows from a key.
    enum Effect: Sendable, Equatable {
        case nothing
        case close
        case send(DecideRequest)
        /// The person wants to see what it is about.
        case look
        /// The person wants to edit what it is about.
        case edit
    }

    private(set) var question: DecisionEntry
    private(set) var stage: Stage
    /// The answer is on its way.
    private(set) var isSending = false
    /// What was wrong with it.
    private(set) var note: String?

    package init(_ question: DecisionEntry) {
        self.question = question
        stage = Self.start(question)
    }

    /// The possible answers; empty where anything may be typed.
    var options: [String] { Self.options(question) }

    private static func options(_ question: DecisionEntry) -> [String] {
        switch question.answers {
        case .boolean: ["true", "false"]
        case .oneOf(let options): options
        case .anything: []
        }
    }

    private static func start(_ question: DecisionEntry) -> Stage {
        let count = options(question).count
        return count > 0 ? .choosing(Choice(of: count)) : .typing(TextField(), option: nil)
    }

    /// The question as the run asks it now. What it is about may have changed under the reader's eyes.
    mutating func update(_ question: DecisionEntry) {
        guard question != self.question else { return }
        let isOther = question.approval?.documents != self.question.approval?.documents
        self.question = question
        if case .choosing(var choice) = stage {
            choice.resize(to: options.count)
            stage = .choosing(choice)
        }
        if isOther { note = "what it is about has changed: look at it again" }
    }

    /// Whether there is a document that can be sent back as the person wants it.
    var canEdit: Bool {
        question.kind == .approval && options.contains(Decision.amend) && question.approval?.documents.isEmpty == false
    }

    /// What the person has typed so far.
    var typed: String {
        guard case .typing(let field, _) = stage else { return "" }
        return field.text
    }

    /// Its answer comes from elsewhere.
    mutating func send() { isSending = true }

    /// It was not taken: it can be tried again.
    mutating func refuse(_ reason: String) {
        isSending = false
        note = reason
    }

    mutating func press(_ key: Key) -> Effect {
        if isSending { return key == .escape ? .close : .nothing }
        note = nil
        switch stage {
        case .choosing(let choice): return choose(choice, key)
        case .typing(let field, let option): return type(field, option, key)
        }
    }

    private mutating func choose(_ choice: Choice, _ key: Key) -> Effect {
        var choice = choice
        switch key {
        case .escape, .character("q"): return .close
        case .character("d"): return .look
        case .character("e") where canEdit: return .edit
        case .character("c"):
            stage = .typing(TextField(), option: options[choice.selected])
            return .nothing
        case .enter:
            let option = options[choice.selected]
            if asksWhy(option) {
                stage = .typing(TextField(), option: option)
                return .nothing
            }
            return send(option, comment: nil)
        default:
            if choice.press(key) { stage = .choosing(choice) }
            return .nothing
        }
    }

    private mutating func type(_ field: TextField, _ option: String?, _ key: Key) -> Effect {
        var field = field
        switch key {
        case .escape:
            guard option != nil else { return .close }
            stage = Self.start(question)
        case .enter:
            let text = field.text.trimmingBlanks
            guard !text.isEmpty || !needsText(option) else {
                note = option == nil ? "type an answer first" : "say what is to be changed first"
                return .nothing
            }
            return send(option ?? text, comment: option == nil || text.isEmpty ? nil : text)
        default:
            if field.press(key) { stage = .typing(field, option: option) }
        }
        return .nothing
    }

    private mutating func send(_ answer: String, comment: String?) -> Effect {
        guard let value = question.answers.value(of: answer) else { return .nothing }
        isSending = true
        return .send(DecideRequest(run: question.run, decision: question.id, value: value, comment: comment))
    }

    /// Whether the person is asked for words with this answer.
    private func asksWhy(_ option: String) -> Bool {
        switch question.kind {
        case .approval: option == Decision.amend || option == Decision.reject
        case .elicitation: option == Decision.feedback
        case .fact, .bound, .owner, .completion, .handoff: false
        }
    }

    /// Whether it is nothing without words.
    private func needsText(_ option: String?) -> Bool {
        guard let option else { return true }
        return asksWhy(option) && option != Decision.reject
    }
}

extension Decision.Answers {
    /// The answer that a typed text, or the name of an option, means.
    ///
    /// - Returns: nil when the question takes no such answer. What is JSON is taken as such where any value may be
    ///   given.
    package func value(of text: String) -> JSON? {
        switch self {
        case .boolean: return ["true": .bool(true), "false": .bool(false)][text]
        case .oneOf(let options): return options.contains(text) ? .string(text) : nil
        case .anything:
            if text.isEmpty { return nil }
            guard let value = try? JSON.parse(text), !value.isNull else { return .string(text) }
            return value
        }
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return String(text)
    }
}
