import BatonMQTT
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Much of everything, from somebody with a login, and from many without: a run beside it comes to its end.
    @Suite(.enabled(if: BrokerProcess.executable != nil, "mosquitto is not installed")) struct FloodTests {
        /// Starts a run that others serve, and waits for its end; gives how long it took.
        private func run(_ workspace: Workspace, _ broker: SecureBroker) async throws -> Duration {
            let began = ContinuousClock.now
            let started = try await workspace.run(
                ["start", "two", "--input", "idea=tea", "--wait"],
                environment: broker.environment(of: "root", at: broker.admins), limit: .seconds(90))
            #expect(started.code == 0, "\(started)\n\(workspace.logs)")
            return .now - began
        }

        /// A broker, an orchestrator, and agents for a small workflow.
        private func stage(_ settings: [String: String] = [:]) async throws -> (
            Workspace, SecureBroker, orchestrator: GuardedProcess, agents: [GuardedProcess]
        ) {
            let workspace = try Workspace()
            let broker = try await SecureBroker(in: workspace, settings: settings)
            let library = try workspace.library(
                id: "two",
                sequence: "- agent: analyst\n  creates: brief.md\n- agent: pm\n  requires: brief.md\n"
                    + "  creates: prd.md\n")
            _ = try await broker.add("root", "admin")
            _ = try await broker.add("eve", "agent", ["--role", "dev"])
            let orchestrator = try await broker.serve(workspace, library: library)
            var agents: [GuardedProcess] = []
            for role in ["analyst", "pm"] {
                let variables = try await broker.add(role, "agent", ["--role", role])
                agents.append(
                    try workspace.start(
                        ["agent", "--role", role, "--exec", "'\(Workspace.baton.path)' stand-in"], name: role,
                        environment: variables))
            }
            return (workspace, broker, orchestrator, agents)
        }

        private func end(_ workspace: Workspace, _ orchestrator: GuardedProcess, _ agents: [GuardedProcess]) throws {
            for agent in agents { agent.signal(SIGTERM) }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }

        @Test("Huge publishes are cut off, and endless ones slow a run beside them and do no more")
        func publishes() async throws {
            let (workspace, broker, orchestrator, agents) = try await stage()
            // In MQTT 3.1.1, where a client is not told before what is too large.
            let eve = try Intruder(try broker.session("eve", version: .v311))
            try await workspace.wait(for: "eve") { eve.isConnected }
            eve.publish([UInt8](repeating: 0x20, count: 20 << 20), to: "agent/eve/out/result")
            try await workspace.wait(.seconds(30), for: "the end of the connection") { eve.losses > 0 }
            try await workspace.wait(for: "the orchestrator to say so") {
                workspace.text(ofLog: "serve").contains("refused by the broker: eve was disconnected due to oversize")
            }
            #expect(try workspace.query("SELECT count(*) FROM dead_letters WHERE size > 16777216") == ["0"])

            let nonsense = [UInt8](repeating: 0x7B, count: 1 << 20)
            let flood = Task {
                while !Task.isCancelled {
                    if eve.isConnected { eve.publish(nonsense, to: "agent/eve/out/result") }
                    try? await Task.sleep(for: .milliseconds(5))
                }
            }
            try await workspace.wait(.seconds(30), for: "dead letters") {
                try workspace.query("SELECT count(*) >= 20 FROM dead_letters WHERE sender = 'eve'") == ["1"]
            }
            let time = try await run(workspace, broker)
            flood.cancel()
            print("A run of two steps beside an endless publisher took \(time).")
            let kept = try workspace.query("SELECT count(*), max(length(head)) FROM dead_letters WHERE sender = 'eve'")
            let numbers = kept[0].split(separator: "|").compactMap { Int($0) }
            #expect(numbers[0] <= 1000 && numbers[1] <= 4096, "\(kept)")
            let lines = workspace.text(ofLog: "serve").split(separator: "\n").filter {
                $0.contains("agent/eve/out/result") && $0.contains("was not read")
            }
            #expect((1...30).contains(lines.count), "\(lines.count) lines about it")
            await eve.stop()
            try end(workspace, orchestrator, agents)
        }

        @Test("A login that connects again and again ends its own connections, and nobody else's")
        func logins() async throws {
            let (workspace, broker, orchestrator, agents) = try await stage()
            var sessions: [Session] = []
            for number in 0..<100 {
                let session = try Session(try broker.session("eve", clientID: "eve-\(number)"))
                try session.connect()
                let deadline = ContinuousClock.now + .seconds(5)
                while let socket = session.descriptor, !session.isConnected, ContinuousClock.now < deadline {
                    if try Readiness.wait([Interest(socket)], timeoutMilliseconds: 100)[0].canRead {
                        try session.read(maxMessages: 1, maxBytes: 1000)
                    }
                    session.releaseAcknowledgements()
                    try session.write()
                }
                sessions.append(session)
            }
            // All but the last find themselves closed.
            var open = 0
            for session in sessions {
                let deadline = ContinuousClock.now + .milliseconds(session === sessions.last ? 0 : 2000)
                var isClosed = false
                while let socket = session.descriptor, !isClosed, ContinuousClock.now < deadline {
                    guard try Readiness.wait([Interest(socket)], timeoutMilliseconds: 100)[0].canRead else { continue }
                    do { try session.read(maxMessages: 1, maxBytes: 1000) } catch { isClosed = true }
                    session.releaseAcknowledgements()
                }
                if !isClosed { open += 1 }
            }
            #expect(open == 1)
            for session in sessions { session.abandon() }
            _ = try await run(workspace, broker)
            for role in ["analyst", "pm"] {
                #expect(!workspace.text(ofLog: role).contains("not connected"), "\(role)")
            }
            try end(workspace, orchestrator, agents)
        }

        @Test(
            "Ten thousand connections without a login take one listener's room, and disturb nobody who is there"
        )
        func connections() async throws {
            let (workspace, broker, orchestrator, agents) = try await stage()
            _ = try await run(workspace, broker)
            var wanted = 10_000
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let room = Int(clamping: limit.rlim_max) - 500
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            if room < wanted {
                print("Only \(room) connections are tried: this process may have no more files open.")
                wanted = room
            }
            var sockets: [Int32] = []
            defer { for socket in sockets { close(socket) } }
            func open(_ count: Int) {
                while sockets.count < count, let socket = connection(toPort: broker.agents) {
                    // The low numbers stay free: libmosquitto, in this process, can do nothing with others.
                    sockets.append(fcntl(socket, F_DUPFD_CLOEXEC, 4000))
                    close(socket)
                }
            }
            let began = ContinuousClock.now
            open(wanted)
            print("\(sockets.count) connections to the agents' listener in \(.now - began).")
            #expect(sockets.count == wanted)
            let time = try await run(workspace, broker)
            print("A run of two steps beside them took \(time).")
            for role in ["analyst", "pm"] {
                #expect(!workspace.text(ofLog: role).contains("not connected"), "\(role)")
            }
            // Mosquitto 2.0.11 forgets `max_connections` at a SIGHUP: then even a new agent gets in beside them.
            let late = try Intruder(try broker.session("eve"))
            try await workspace.wait(.seconds(30), for: "an answer") { late.isConnected || late.losses > 0 }
            print("One more agent is \(late.isConnected ? "let in" : "turned away") meanwhile.")
            for socket in sockets { close(socket) }
            sockets = []
            try await workspace.wait(.seconds(30), for: "room again") { late.isConnected }
            await late.stop()
            try end(workspace, orchestrator, agents)
        }
    }
}
