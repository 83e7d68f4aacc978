import ArgumentParser
import BatonClient
import BatonDashboard
import Foundation
import Logging
import ServiceLifecycle

struct DashboardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: "Serve a web page that shows runs, and lets people answer and steer them.",
        discussion: """
            A client of the broker like any other: runs and questions as they move, a run's plan, timeline, documents \
            with their versions, handoffs and history. Answers and buttons are ordinary requests, under this \
            client's name. It listens on this machine only; for others it needs a token, and should stand behind a \
            proxy with TLS. Ends with Control-C.

            Examples:
              baton dashboard
              baton dashboard --port 8080 --read-only
              baton dashboard --host 0.0.0.0 --port 8080 --name baton.example --token-file token
            """)

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port; 0 is a free one.")
    var port = 0

    @Option(
        help: ArgumentHelp(
            "What a browser must show, at least 16 characters (BATON_DASHBOARD_TOKEN).", valueName: "token"))
    var token: String?

    @Option(help: ArgumentHelp("A file whose first line is the token.", valueName: "file"))
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "A name under which browsers know this server, beside localhost and addresses; can be repeated.",
            valueName: "name"))
    var name: [String] = []

    @Flag(help: "Only show: answer no question, steer no run.")
    var readOnly = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let settings = try DashboardConfiguration(
            host: host, port: port, token: try secret, names: name, isReadOnly: readOnly)
        let client = try await Client.connect(try connection.configuration())
        let dashboard = Dashboard(
            client: client, configuration: settings, logger: makeLogger("dashboard", level: .error)
        ) { address in
            Terminal.output("The dashboard is at \(address)")
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(
                        service: dashboard, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: makeLogger("lifecycle", level: .error)))
        try await group.run()
    }

    private var secret: String? {
        get throws {
            if let token { return token }
            guard let tokenFile else { return ProcessInfo.processInfo.environment["BATON_DASHBOARD_TOKEN"] }
            guard let text = try? String(contentsOfFile: tokenFile, encoding: .utf8) else {
                throw ValidationError("The token file \(TerminalText.line(tokenFile)) can't be read; check its path.")
            }
            return String(text.prefix { !$0.isNewline })
        }
    }
}
