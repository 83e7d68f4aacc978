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
            client's name. It listens on this machine only; for others it needs a token, or the authority of the \
            certificates that let a browser in, and should speak HTTPS: by itself, or behind a proxy. Ends with \
            Control-C.

            Examples:
              baton dashboard
              baton dashboard --port 8080 --read-only
              baton dashboard --host 0.0.0.0 --port 8080 --name baton.example --token-file token
              baton dashboard --host 0.0.0.0 --https-cert server.crt --https-key server.key --client-ca people.crt
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

    @Option(
        help: ArgumentHelp(
            "Speak HTTPS: the server's certificate, and those that lead to its authority, in PEM.", valueName: "file"))
    var httpsCert: String?

    @Option(help: ArgumentHelp("The key of --https-cert, in PEM, without a password.", valueName: "file"))
    var httpsKey: String?

    @Option(
        help: ArgumentHelp(
            "An authority, in PEM: browsers come in by a certificate of it; with a token, by either.",
            valueName: "file"))
    var clientCa: String?

    @Flag(help: "Only show: answer no question, steer no run.")
    var readOnly = false

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port takes 0 to 65535.") }
        guard (httpsCert == nil) == (httpsKey == nil) else {
            throw ValidationError("--https-cert and --https-key go together.")
        }
        guard clientCa == nil || httpsCert != nil else {
            throw ValidationError("--client-ca needs HTTPS: give --https-cert and --https-key too.")
        }
    }

    func run() async throws {
        do { try await serve() } catch let error as DashboardError {
            throw ClientError(.invalidArgument, error.message)
        }
    }

    private func serve() async throws {
        var encryption: Encryption?
        if let httpsCert, let httpsKey {
            encryption = try Encryption(
                certificateFile: httpsCert, keyFile: httpsKey, clientAuthorityFile: clientCa)
        }
        let settings = try DashboardConfiguration(
            host: host, port: port, token: try secret, names: name, isReadOnly: readOnly, encryption: encryption)
        let client = try await Client.connect(try connection.configuration())
        let dashboard = Dashboard(
            client: client, configuration: settings, logger: makeLogger("dashboard", level: .error)
        ) { address in
            Terminal.output("The dashboard is at \(address)")
            if let admission = settings.admission { Terminal.output(admission) }
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
                throw ClientError(
                    .invalidArgument, "the token file \(TerminalText.line(tokenFile)) can't be read; check its path")
            }
            return String(text.prefix { !$0.isNewline })
        }
    }
}
