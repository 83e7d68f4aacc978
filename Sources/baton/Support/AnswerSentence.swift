import BatonClient

extension DecideReply {
    /// What has become of an answer, for who gave it.
    var sentence: String {
        let name = TerminalText.line(self.name)
        let answer = TerminalText.line(value.plainText)
        if let missing {
            return "\(name): \(hasChanged ? "approved" : "you have approved it already"); \(missing) more must approve"
        }
        guard hasChanged else {
            return value.isNull
                ? "\(name) is not asked any more; nothing has changed"
                : "\(name) was answered already: \(answer); nothing has changed"
        }
        return "\(name) = \(answer)"
    }

    /// The same of an approval, with what follows from it.
    var approvalSentence: String {
        let name = TerminalText.line(self.name)
        guard hasChanged, missing == nil else { return sentence }
        switch value.string {
        case Decision.approve: return "\(name): approved; the run goes on"
        case Decision.reject: return "\(name): rejected; the run has ended"
        default: return "\(name): sent back to its author; you will be asked again"
        }
    }
}
