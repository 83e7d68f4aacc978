import ArgumentParser
import BatonModel
import Foundation

/// Which model `baton agent --openai` asks.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Ask a language model in place of running a program: an endpoint with OpenAI's chat API.", valueName: "url")
    )
    var openai: String?

    @Option(help: ArgumentHelp("The model's name, for --openai.", valueName: "name"))
    var model: String?

    @Option(
        help: ArgumentHelp("The variable of the environment that holds the endpoint's key.", valueName: "name"))
    var apiKeyEnv = "OPENAI_API_KEY"

    @Option(help: ArgumentHelp("A file whose first line is the endpoint's key.", valueName: "file"))
    var apiKeyFile: String?

    @Option(
        help: ArgumentHelp(
            "Certificates (PEM) that the endpoint's has to lead to, in place of the system's.", valueName: "file"))
    var endpointCa: String?

    @Option(
        help: ArgumentHelp(
            "How many tokens the model takes, with the answer; a task that needs more is refused.", valueName: "number")
    )
    var contextTokens: Int?

    @Option(help: ArgumentHelp("How many tokens an answer may have.", valueName: "number"))
    var answerTokens: Int?

    @Option(help: ArgumentHelp("How free the model's choice of words is.", valueName: "number"))
    var temperature: Double?

    @Option(
        help: ArgumentHelp(
            "What a million tokens cost, in and out, for budgets (2.5,10).", valueName: "in,out"))
    var price: String?

    func validate() throws {
        guard openai != nil else {
            if model != nil || contextTokens != nil || answerTokens != nil || price != nil || apiKeyFile != nil
                || endpointCa != nil
            {
                throw ValidationError("--model and what says how to ask it belong to --openai")
            }
            return
        }
        guard model != nil else { throw ValidationError("--openai needs --model") }
        if let endpointCa, !FileManager.default.isReadableFile(atPath: endpointCa) {
            throw ValidationError("--endpoint-ca: \(endpointCa) cannot be read")
        }
        if let contextTokens, contextTokens < 1 { throw ValidationError("--context-tokens must be above 0") }
        if let answerTokens, answerTokens < 1 { throw ValidationError("--answer-tokens must be above 0") }
        if let temperature, !(0...2).contains(temperature) { throw ValidationError("--temperature is from 0 to 2") }
        if price != nil, prices == nil { throw ValidationError("--price is two numbers: 2.5,10") }
        do { _ = try ModelConfiguration(url: openai!, model: model!) } catch {
            throw ValidationError("--openai: \(error)")
        }
    }

    private var prices: ModelConfiguration.Prices? {
        let numbers = (price ?? "").split(separator: ",").compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
        guard numbers.count == 2, numbers.allSatisfy({ $0 >= 0 && $0.isFinite }) else { return nil }
        return ModelConfiguration.Prices(perMillionInput: numbers[0], perMillionOutput: numbers[1])
    }

    /// - Precondition: `openai` and `model` are given.
    func handler(timeout: Duration) throws -> ModelHandler {
        var configuration = try ModelConfiguration(url: openai!, model: model!)
        configuration.key = try key()
        configuration.certificateAuthorities = endpointCa
        configuration.proxy = try Proxy.named(for: configuration.url, in: ProcessInfo.processInfo.environment)
        configuration.contextTokens = contextTokens
        configuration.answerTokens = answerTokens
        configuration.temperature = temperature
        configuration.prices = prices
        configuration.timeout = timeout
        return ModelHandler(configuration)
    }

    /// Many endpoints on one's own machine need none.
    private func key() throws -> APIKey? {
        if let apiKeyFile {
            let text = try String(contentsOfFile: apiKeyFile, encoding: .utf8)
            return try APIKey(text.split(separator: "\n").first.map(String.init) ?? "")
        }
        guard let text = ProcessInfo.processInfo.environment[apiKeyEnv], !text.isEmpty else { return nil }
        return try APIKey(text)
    }
}
