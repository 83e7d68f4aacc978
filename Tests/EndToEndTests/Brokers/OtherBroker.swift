import BatonTestKit
import Foundation
import Testing

/// A broker that is not Mosquitto, on free loopback ports, with the settings of docs/brokers.md.
final class OtherBroker: Sendable {
    enum Product: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case nats, rabbitmq, ejabberd

        var testDescription: String { rawValue }

        /// What Debian's package brings.
        private var program: String {
            switch self {
            case .nats: "/usr/sbin/nats-server"
            case .rabbitmq: "/usr/lib/rabbitmq/bin/rabbitmq-server"
            case .ejabberd: "/usr/sbin/ejabberdctl"
            }
        }

        /// The versions of MQTT that it speaks.
        var versions: [String] { self == .ejabberd ? ["5", "3.1.1"] : ["3.1.1"] }

        /// They are heavy, and slow to start: only `make brokers` asks for them.
        static let isAsked = !(ProcessInfo.processInfo.environment["BATON_BROKERS"] ?? "").isEmpty

        /// Those that are asked for and installed, in each version that they speak; the others are said.
        static let installed: [(product: Product, version: String)] = {
            guard isAsked else {
                print("Brokers other than Mosquitto are not tried: make brokers does.")
                return []
            }
            return allCases.flatMap { product -> [(Product, String)] in
                let path = product == .nats && !isThere(product.program) ? "/usr/bin/nats-server" : product.program
                guard isThere(path) else {
                    print("The broker \(product) is not tried: apt-get install \(product.package)")
                    return []
                }
                return product.versions.map { (product, $0) }
            }
        }()

        private var package: String { self == .ejabberd ? rawValue : "\(rawValue)-server" }

        private static func isThere(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }
    }

    let product: Product
    let port: Int
    private let directory: URL
    private let variables: [String: String]
    private let process: Held
    /// Erlang's daemon for names: nodes would start one that outlives them, so there is one already.
    private let names: Held

    /// Starts it; returns once it takes connections.
    init(_ product: Product, in workspace: Workspace) async throws {
        self.product = product
        directory = workspace.directory.appending(path: product.rawValue)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        port = try freePort()
        var variables = ProcessInfo.processInfo.environment
        variables["HOME"] = directory.path
        variables["ERL_EPMD_PORT"] = "\(try freePort())"
        variables["ERL_EPMD_ADDRESS"] = "127.0.0.1"
        self.variables = variables.merging(try Self.settings(product, port, directory)) { $1 }
        process = Held(log: workspace.log(product.rawValue))
        names = Held(log: workspace.log("epmd"))
        if product != .nats { try names.start("exec epmd", self.variables, directory) }
        try await start(workspace)
    }

    /// Also after a ``kill()``.
    func start(_ workspace: Workspace) async throws {
        try process.start(Self.script(product), variables, directory)
        let (port, process) = (port, process)
        try await workspace.wait(.seconds(90), for: "\(product)") { process.isRunning && accepts(port: port) }
        // RabbitMQ takes connections before it takes logins.
        if product == .rabbitmq { try await Task.sleep(for: .seconds(1)) }
    }

    func kill() { process.stop(SIGKILL) }

    /// What programs need in their environment.
    func environment(version: String) throws -> [String: String] {
        var variables = ["BATON_BROKER": "mqtt://127.0.0.1:\(port)", "BATON_MQTT_VERSION": version]
        guard product == .ejabberd else { return variables }
        let file = directory.appending(path: "password")
        try "none\n".write(to: file, atomically: true, encoding: .utf8)
        variables["BATON_USER"] = "baton@localhost"
        variables["BATON_PASSWORD_FILE"] = file.path
        return variables
    }

    deinit {
        process.stop(SIGTERM)
        names.stop(SIGTERM)
    }

    private static func script(_ product: Product) -> String {
        switch product {
        case .nats: "PATH=$PATH:/usr/sbin exec nats-server -c nats.conf"
        case .rabbitmq: "exec /usr/lib/rabbitmq/bin/rabbitmq-server"
        case .ejabberd:
            """
            mkdir -p mnesia; exec erl -noinput -sname ejabberd@localhost -s ejabberd \
            -kernel inet_dist_use_interface '{127,0,0,1}' -mnesia dir "\\"$PWD/mnesia\\""
            """
        }
    }

    /// Writes its configuration; gives the variables by which it finds it.
    private static func settings(_ product: Product, _ port: Int, _ folder: URL) throws -> [String: String] {
        func write(_ text: String, _ name: String) throws -> String {
            let file = folder.appending(path: name)
            try text.write(to: file, atomically: true, encoding: .utf8)
            return file.path
        }
        switch product {
        case .nats:
            _ = try write(
                """
                server_name: baton
                listen: "127.0.0.1:\(try freePort())"
                jetstream { store_dir: "\(folder.path)/data" }
                mqtt { listen: "127.0.0.1:\(port)", ack_wait: "30s", max_ack_pending: 1000 }
                max_payload: 8388608
                """, "nats.conf")
            return [:]
        case .rabbitmq:
            let settings = try write(
                """
                listeners.tcp = none
                mqtt.listeners.tcp.default = 127.0.0.1:\(port)
                mqtt.prefetch = 1000
                mqtt.subscription_ttl = 604800000
                log.console = true
                log.file = false
                """, "rabbitmq.conf")
            return [
                "RABBITMQ_CONFIG_FILE": settings,
                "RABBITMQ_ENABLED_PLUGINS_FILE": try write("[rabbitmq_mqtt].\n", "plugins"),
                "RABBITMQ_MNESIA_BASE": "\(folder.path)/data", "RABBITMQ_LOG_BASE": "\(folder.path)/log",
                "RABBITMQ_NODENAME": "baton@localhost", "RABBITMQ_DIST_PORT": "\(try freePort())",
                "RABBITMQ_CONF_ENV_FILE": "/dev/null", "RABBITMQ_ALLOW_INPUT": "1",
                "RABBITMQ_SERVER_START_ARGS": "-noinput",
            ]
        case .ejabberd:
            let settings = try write(
                """
                hosts: [localhost]
                loglevel: warning
                auth_method: [anonymous]
                anonymous_protocol: login_anon
                allow_multiple_connections: true
                listen:
                  - {port: \(port), ip: "127.0.0.1", module: mod_mqtt, backlog: 1000}
                modules:
                  mod_mqtt:
                    access_publish: {"#": [{allow: all}]}
                    access_subscribe: {"#": [{allow: all}]}
                    max_queue: 100000
                    session_expiry: 7 days
                """, "ejabberd.yml")
            return [
                "ERL_LIBS": "/usr/lib/x86_64-linux-gnu:/usr/lib/aarch64-linux-gnu", "EJABBERD_CONFIG_PATH": settings,
                "EJABBERD_LOG_PATH": "\(folder.path)/ejabberd.log",
            ]
        }
    }
}
