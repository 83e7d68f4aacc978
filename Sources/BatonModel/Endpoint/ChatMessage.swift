/// A turn of a conversation.
struct ChatMessage: Sendable, Equatable {
    enum Role: String, Sendable { case system, user, assistant }

    var role: Role
    var text: String

    init(_ role: Role, _ text: String) {
        self.role = role
        self.text = text
    }

    /// How many tokens it may have, at least nearly so: no tokenizer is at hand, and three bytes a token is on the safe
    /// side for prose, markup and code in languages that are written in few bytes.
    var estimatedTokens: Int { (text.utf8.count + 2) / 3 + 4 }
}
