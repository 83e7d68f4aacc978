import BatonEngine
import Configuration
import Foundation

/// A setting that can't be used.
public struct SettingsError: Error, Sendable, CustomStringConvertible {
    /// One sentence that names the setting, says what is wrong with it and what would be right.
    public let message: String

    public init(message: String) { self.message = message }

    public var description: String { message }
}

/// Settings as they were given: flags over the environment (`BATON_…`) over a JSON file.
public struct SettingValues: Sendable {
    private let reader: ConfigReader

    /// - Parameters:
    ///   - flags: texts by a setting's name, as `["broker": "mqtt://127.0.0.1:1883"]`; what is absent was not given.
    ///   - environment: the process's variables, of which `BATON_<NAME>` count; an empty one is as good as none.
    ///   - file: the path of a JSON object of the same names; nil: the one that `BATON_CONFIG` names, or none.
    public init(
        flags: [String: String], environment: [String: String] = ProcessInfo.processInfo.environment, file: String?
    ) throws(SettingsError) {
        let environment = environment.filter { !$0.value.isEmpty }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(
                name: "flags",
                values: Dictionary(
                    uniqueKeysWithValues: flags.map { (Self.key(["baton"], $0.key), .init(stringLiteral: $0.value)) })),
            EnvironmentVariablesProvider(environmentVariables: environment),
        ]
        if let file = file ?? environment["BATON_CONFIG"] {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw SettingsError(message: "the configuration file \(file) can't be read: check its name and rights")
            }
            do { providers.append(try Self.provider(text)) } catch {
                throw SettingsError(message: "\(file): \(error.message)")
            }
        }
        reader = ConfigReader(providers: providers).scoped(to: "baton")
    }

    /// What was given for a setting.
    public subscript(key: SettingKey) -> String? { self[key.rawValue] }

    /// The same, by the setting's name.
    public subscript(name: String) -> String? {
        reader.string(forKey: ConfigKey(name.split(separator: "_").map(String.init)))
    }

    /// A number within the setting's bounds.
    func number(_ key: SettingKey) throws(SettingsError) -> Int? {
        guard let text = self[key] else { return nil }
        let range = key.range
        guard let value = Int(text), range.contains(value) else {
            let number =
                if case .milliseconds = key.entry.kind { "a number of milliseconds" } else { "a number" }
            throw SettingsError(
                message: "\(key.rawValue) must be \(number) from \(range.lowerBound) to \(range.upperBound), "
                    + "not \"\(text)\"")
        }
        return value
    }

    /// A number and its unit, as `12h` and `30d`, in milliseconds.
    func duration(_ key: SettingKey) throws(SettingsError) -> Int64? {
        guard let text = self[key] else { return nil }
        let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (1...100_000).contains(count)
        else {
            throw SettingsError(
                message: "\(key.rawValue) must be a duration as 90m, 12h, 30d or 8w, not \"\(text)\"")
        }
        return count * unit
    }

    /// A port, or `HOST:PORT`.
    func listener(_ key: SettingKey) throws(SettingsError) -> Listener? {
        guard let text = self[key] else { return nil }
        guard let listener = Listener(text) else {
            throw SettingsError(
                message: "\(key.rawValue) must be a port as 9100, or an address and a port as 0.0.0.0:9100 and "
                    + "[::1]:9100, not \"\(text)\"")
        }
        return listener
    }

    private static func key(_ prefix: [String], _ name: String) -> AbsoluteConfigKey {
        AbsoluteConfigKey(prefix + name.split(separator: "_").map(String.init))
    }

    /// The file's members as configuration values: `lease_ms` stands for the same as `BATON_LEASE_MS`.
    private static func provider(_ text: String) throws(SettingsError) -> InMemoryProvider {
        let json: JSON
        do { json = try JSON.parse(text) } catch { throw SettingsError(message: "not JSON: \(error)") }
        guard case .object(let members) = json else { throw SettingsError(message: "must be a JSON object") }
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (name, value) in members {
            guard SettingKey(rawValue: name) != nil else {
                throw SettingsError(message: "there is no setting \(name.prefix(64)); docs/configuration.md lists them")
            }
            let text: String
            switch value {
            case .string(let string): text = string
            case .int(let number): text = String(number)
            default: throw SettingsError(message: "\(name) must be a string or an integer, not \(value.kind)")
            }
            values[key(["baton"], name)] = .init(stringLiteral: text)
        }
        return InMemoryProvider(name: "file", values: values)
    }
}
