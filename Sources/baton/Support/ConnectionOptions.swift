import ArgumentParser
import BatonClient

/// The options of every command that talks to an orchestrator.
struct ConnectionOptions: ParsableArguments {
    @OptionGroup var access: BrokerOptions

    @Option(
        help: ArgumentHelp(
            "The name under which the orchestrator knows who asks (BATON_CLIENT_ID).", valueName: "name"))
    var client: String?

    @Option(help: ArgumentHelp("How long an answer may take.", valueName: "seconds"))
    var timeout: Double = 10

    func validate() throws {
        guard (0.1...86_400).contains(timeout) else {
            throw ValidationError("--timeout takes 0.1 to 86400 seconds.")
        }
    }

    /// - Parameter requestID: given by hand, it is meant to be given again: then the client keeps its name, too.
    func configuration(requestID: String? = nil) throws -> ClientConfiguration {
        let values = try access.values([("client_id", client)])
        var configuration = try ClientConfiguration(
            access: try access.read(values), namespace: values[.namespace] ?? "default", name: values[.clientID])
        configuration.timeout = .milliseconds(Int64(timeout * 1000))
        if requestID != nil, configuration.name == nil, configuration.broker.username == nil {
            configuration.name = "cli"
        }
        return configuration
    }

    /// What another command has to be given, beside the environment, to talk to the same orchestrator.
    var words: [String] { access.words }

    /// Connects, runs `body`, and says goodbye.
    func withClient<Value>(
        requestID: String? = nil, _ body: (Client) async throws -> Value
    ) async throws -> Value {
        let client = try await Client.connect(try configuration(requestID: requestID))
        do {
            let value = try await body(client)
            await client.stop()
            return value
        } catch {
            await client.stop()
            throw error
        }
    }
}

/// The argument of commands about one run.
struct RunArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The run: its id, the beginning of it, or `last`.", valueName: "run"))
    var text: String

    func validate() throws {
        do { _ = try RunReference(text) } catch { throw ValidationError(error.message) }
    }

    func resolve(_ client: Client) async throws -> Identifier { try await client.resolve(try RunReference(text)) }
}

/// Writes a message of the protocol as one line of JSON.
func printJSON(_ message: some WireMessage) { Terminal.write(message.encode() + [0x0A], 1) }
