import Foundation

/// Which model is asked, where, and within which bounds.
public struct ModelConfiguration: Sendable {
    /// What a million tokens cost, in whatever currency budgets are counted in.
    public struct Prices: Sendable, Equatable {
        public var perMillionInput: Double
        public var perMillionOutput: Double

        public init(perMillionInput: Double, perMillionOutput: Double) {
            self.perMillionInput = perMillionInput
            self.perMillionOutput = perMillionOutput
        }
    }

    /// Where `/chat/completions` is: `https://api.openai.com/v1`, `http://127.0.0.1:11434/v1`.
    public let url: URL
    public var model: String
    public var key: APIKey?
    /// How many tokens the model can take in all, the answer included; nil: it is not known, and nothing is refused.
    public var contextTokens: Int?
    /// How many tokens an answer may have; nil: the endpoint's own bound.
    public var answerTokens: Int?
    public var temperature: Double?
    public var prices: Prices?
    /// A file of certificates (PEM) that an endpoint's own has to lead to; nil: those that the system trusts.
    public var certificateAuthorities: String?
    /// Through whom the endpoint is asked; nil: nobody.
    public var proxy: Proxy?
    /// The longest that a task may take, if its command does not say less.
    public var timeout: Duration = .seconds(3600)
    /// How often a request is made that finds the endpoint busy, away or unreadable.
    public var tries = 5
    /// How often an answer that lacks something goes back to the model within an attempt.
    public var corrections = 2

    /// The most bytes that an answer may have on the wire.
    public static let maxAnswerBytes = 16 << 20

    /// - Throws: ``ModelError`` of the code `configuration` when the URL is no place to send prompts to.
    public init(url text: String, model: String) throws(ModelError) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty, let base = parts.url
        else {
            throw ModelError(.configuration, "an endpoint's URL is http://host/v1 or https://host/v1")
        }
        guard parts.user == nil, parts.password == nil else {
            throw ModelError(
                .configuration, "the endpoint's URL holds a password: give a key by a file or the environment")
        }
        guard !model.isEmpty else { throw ModelError(.configuration, "the model needs a name") }
        url = base.path.hasSuffix("/chat/completions") ? base : base.appending(path: "chat/completions")
        self.model = model
    }
}

/// The key of an endpoint. It is written into one header, and nowhere else.
public struct APIKey: Sendable, CustomStringConvertible, CustomReflectable {
    let value: String

    /// - Throws: ``ModelError`` when it is empty, or cannot stand in a header.
    public init(_ text: String) throws(ModelError) {
        let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !value.isEmpty else { throw ModelError(.configuration, "the endpoint's key is empty") }
        guard value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ModelError(.configuration, "the endpoint's key has characters that cannot stand in a header")
        }
        self.value = value
    }

    public var description: String { "…" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// The text without the key: some endpoints say it again when they refuse it.
    func redacted(_ text: String) -> String { text.replacing(value, with: "…") }
}
