import BatonEngine
import BatonMQTT
import BatonMessages
import Configuration
import Foundation

/// A setting that can't be used.
public struct SettingsError: Error, Sendable, CustomStringConvertible {
    /// One sentence that names the setting, says what is wrong with it and what would be right.
    public let message: String

    public var description: String { message }
}

extension OrchestratorSettings {
    /// Reads the settings: flags over the environment (`BATON_…`) over a JSON file over the defaults.
    ///
    /// - Parameters:
    ///   - flags: values by key, as `["broker": "mqtt://127.0.0.1:1883"]`; what is absent was not given.
    ///   - environment: the process's variables, of which `BATON_<KEY>` count.
    ///   - file: a JSON object of the same keys, in snake case; nil: none.
    public static func read(
        flags: [String: String], environment: [String: String] = ProcessInfo.processInfo.environment, file: String?
    ) async throws -> OrchestratorSettings {
        var providers: [any ConfigProvider] = [
            InMemoryProvider(
                name: "flags",
                values: Dictionary(
                    uniqueKeysWithValues: flags.map {
                        (
                            AbsoluteConfigKey(["baton"] + $0.key.split(separator: "_").map(String.init)),
                            .init(stringLiteral: $0.value)
                        )
                    })),
            EnvironmentVariablesProvider(environmentVariables: environment),
        ]
        if let file {
            do {
                let text = try String(contentsOfFile: file, encoding: .utf8)
                providers.append(try fileProvider(text))
            } catch let error as SettingsError {
                throw SettingsError(message: "\(file): \(error.message)")
            } catch {
                throw SettingsError(message: "the configuration file \(file) can't be read: check its name and rights")
            }
        }
        let values = Values(reader: ConfigReader(providers: providers).scoped(to: "baton"))
        var settings = OrchestratorSettings()
        if let broker = values["broker"] {
            let address: BrokerAddress
            do { address = try BrokerAddress(parsing: broker) } catch {
                throw SettingsError(message: "broker: \(error)")
            }
            settings.brokerHost = address.host
            settings.brokerPort = address.port
            settings.username = address.username
            settings.password = address.password
            settings.isBrokerGiven = true
        }
        settings.username = values["user"] ?? settings.username
        if let path = values["password_file"] {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw SettingsError(message: "password_file: \(path) can't be read: check its name and rights")
            }
            settings.password = text.split(separator: "\n").first.map(String.init) ?? ""
        }
        settings.namespace = values["namespace"] ?? settings.namespace
        settings.databasePath = values["database"] ?? settings.databasePath
        settings.libraryPath = values["library"]
        settings.libraryPollMilliseconds = Int(try values.milliseconds("library_poll_ms", 50...3_600_000) ?? 1000)
        settings.team = values["team"]
        settings.keepMilliseconds = try values.duration("keep")
        settings.dispatch.leaseMilliseconds =
            try values.milliseconds("lease_ms", 1000...86_400_000)
            ?? settings.dispatch.leaseMilliseconds
        settings.dispatch.claimMilliseconds =
            try values.milliseconds("claim_ms", 500...3_600_000)
            ?? settings.dispatch.claimMilliseconds
        settings.dispatch.willGraceMilliseconds =
            try values.milliseconds("will_grace_ms", 0...3_600_000)
            ?? settings.dispatch.willGraceMilliseconds
        try values.read(into: &settings.limits, &settings.dispatch)
        return settings
    }

    /// The file's members as configuration values: `lease_ms` stands for the same as `BATON_LEASE_MS`.
    private static func fileProvider(_ text: String) throws -> InMemoryProvider {
        let json: JSON
        do { json = try JSON.parse(text) } catch { throw SettingsError(message: "not JSON: \(error)") }
        guard case .object(let members) = json else { throw SettingsError(message: "must be a JSON object") }
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (name, value) in members {
            let text: String
            switch value {
            case .string(let string): text = string
            case .int(let number): text = String(number)
            default: throw SettingsError(message: "\(name) must be a string or an integer, not \(value.kind)")
            }
            values[AbsoluteConfigKey(["baton"] + name.split(separator: "_").map(String.init))] = .init(
                stringLiteral: text)
        }
        return InMemoryProvider(name: "file", values: values)
    }

    private struct Values {
        let reader: ConfigReader

        func read(into limits: inout OrchestratorLimits, _ dispatch: inout DispatchSettings) throws {
            limits.openRuns = try count("max_runs", 1...10_000_000) ?? limits.openRuns
            limits.payloadBytes =
                try count("max_payload_bytes", 1024...WireLimits.requestBytes) ?? limits.payloadBytes
            limits.artifactsPerRun = try count("max_artifacts_per_run", 1...10_000_000) ?? limits.artifactsPerRun
            limits.artifactBytes = try count("max_artifact_bytes", 1...(1 << 30)) ?? limits.artifactBytes
            limits.largeBytesPerRun =
                try count("max_large_bytes_per_run", 1...(1 << 40)) ?? limits.largeBytesPerRun
            limits.agents = try count("max_agents", 1...1_000_000) ?? limits.agents
            limits.logLinesPerSender = try count("max_log_lines", 0...1_000_000) ?? limits.logLinesPerSender
            dispatch.maxOut = try count("max_tasks_out", 1...10_000_000) ?? dispatch.maxOut
            dispatch.maxOutPerRun = try count("max_tasks_out_per_run", 1...1_000_000) ?? dispatch.maxOutPerRun
        }

        subscript(name: String) -> String? {
            reader.string(forKey: ConfigKey(name.split(separator: "_").map(String.init)))
        }

        /// A number and its unit, as `12h` and `30d`, in milliseconds.
        func duration(_ name: String) throws -> Int64? {
            guard let text = self[name] else { return nil }
            let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000]
            guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
                (1...100_000).contains(count)
            else {
                throw SettingsError(message: "\(name) must be a duration as 90m, 12h, 30d or 8w, not \"\(text)\"")
            }
            return count * unit
        }

        func count(_ name: String, _ range: ClosedRange<Int>) throws -> Int? {
            guard let text = self[name] else { return nil }
            guard let value = Int(text), range.contains(value) else {
                throw SettingsError(
                    message: "\(name) must be a number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\""
                )
            }
            return value
        }

        func milliseconds(_ name: String, _ range: ClosedRange<Int64>) throws -> Int64? {
            guard let text = self[name] else { return nil }
            guard let value = Int64(text), range.contains(value) else {
                throw SettingsError(
                    message:
                        "\(name) must be a number of milliseconds from \(range.lowerBound) to \(range.upperBound), "
                        + "not \"\(text)\"")
            }
            return value
        }
    }
}
