import BatonMessages

/// What the model said, and what it took.
struct ChatAnswer: Sendable, Equatable {
    var text: String
    var inputTokens: Int64?
    var outputTokens: Int64?

    /// Reads the body of a `200`.
    ///
    /// - Throws: ``ModelError`` of the code `unreadable` when it is not what the API says, `cutOff` when the model
    ///   stopped at a bound.
    init(reading body: [UInt8]) throws(ModelError) {
        let json: JSON
        do { json = try JSON.parse(body) } catch {
            throw ModelError(.unreadable, "the endpoint's answer is not JSON: \(error)")
        }
        if let error = json["error"], !error.isNull {
            throw ModelError(.unavailable, "the endpoint says: \(Self.message(of: json) ?? "an error")")
        }
        guard let choice = json["choices"]?.array?.first, let message = choice["message"] else {
            throw ModelError(.unreadable, "the endpoint's answer has no choices[0].message")
        }
        if let refusal = message["refusal"]?.string, !refusal.isEmpty {
            throw ModelError(.refused, "the model refuses: \(refusal.prefix(500))")
        }
        guard let text = Self.text(of: message["content"]) else {
            throw ModelError(.unreadable, "the endpoint's answer has no text in choices[0].message.content")
        }
        self.text = Self.withoutThoughts(text)
        inputTokens = Self.count(json["usage"]?["prompt_tokens"])
        outputTokens = Self.count(json["usage"]?["completion_tokens"])
        if choice["finish_reason"]?.string == "length" {
            throw ModelError(
                .cutOff,
                "the model stopped at its bound of tokens, in the middle of the answer"
                    + (outputTokens.map { " (\($0) tokens)" } ?? "") + ": raise --answer-tokens, or split the step")
        }
    }

    /// The tokens that the endpoint counted for an answer that cannot be used: they are paid for.
    static func tokens(in body: [UInt8]) -> (input: Int64?, output: Int64?) {
        let usage = (try? JSON.parse(body))?["usage"]
        return (count(usage?["prompt_tokens"]), count(usage?["completion_tokens"]))
    }

    /// What an endpoint says about an error, in the forms that are found.
    static func message(of json: JSON) -> String? {
        let text =
            json["error"]?["message"]?.string ?? json["error"]?.string ?? json["message"]?.string
            ?? json["detail"]?.string
        return text.map { String($0.prefix(500)) }
    }

    private static func count(_ json: JSON?) -> Int64? { json?.int.flatMap { $0 >= 0 ? $0 : nil } }

    /// A text, or a list of parts with texts.
    private static func text(of content: JSON?) -> String? {
        if let text = content?.string { return text }
        guard let parts = content?.array else { return nil }
        return parts.compactMap { $0["text"]?.string }.joined()
    }

    /// Some models begin with what they thought.
    private static func withoutThoughts(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        guard start.hasPrefix("<think>"), let end = start.range(of: "</think>") else { return text }
        return String(start[end.upperBound...].drop(while: \.isWhitespace))
    }
}
