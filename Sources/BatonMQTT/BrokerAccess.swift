import Foundation

/// Where a broker is, what protects the way to it, and as whom to log in: the settings that orchestrators, agents and
/// clients share.
public struct BrokerAccess: Sendable, Equatable {
    public var address = BrokerAddress()
    /// The certificates; nil for a connection without TLS.
    public var tls: Session.TLS?
    public var version = Session.Version.v5

    public init() {}

    /// Reads the settings `broker`, `user`, `password_file`, `tls_ca`, `cert`, `key` and `mqtt_version`.
    ///
    /// - Parameter setting: a setting's text by its name; nil when it was not given.
    /// - Throws: ``MQTTError/Code/invalidArgument`` with the setting's name, what is wrong and what would be right.
    public init(_ setting: (String) -> String?) throws(MQTTError) {
        if let broker = setting("broker") {
            do { address = try BrokerAddress(parsing: broker) } catch {
                throw Self.wrong("broker: \(error.cause); write it like mqtt://127.0.0.1:1883")
            }
        }
        address.username = setting("user") ?? address.username
        if let file = setting("password_file") {
            address.password = try Self.password(in: file)
            guard address.username != nil else { throw Self.wrong("password_file: a password needs a user") }
        }
        let files = try ["tls_ca", "cert", "key"].map { name throws(MQTTError) -> String? in
            guard let file = setting(name) else { return nil }
            // libmosquitto says no more than “TLS error” about a file that it can't open.
            guard FileManager.default.isReadableFile(atPath: file) else {
                throw Self.wrong("\(name): \(file) can't be read: check its path and rights")
            }
            return file
        }
        guard (files[1] == nil) == (files[2] == nil) else {
            throw Self.wrong("cert and key belong together: give both, or none")
        }
        if address.usesTLS {
            tls = Session.TLS(authorityFile: files[0], certificateFile: files[1], keyFile: files[2])
        } else if files.contains(where: { $0 != nil }) {
            // Whoever gives certificates means to be protected.
            throw Self.wrong("certificates are given, and \(address) is without TLS: write mqtts://")
        }
        switch setting("mqtt_version") {
        case nil, "5": version = .v5
        case "3.1.1": version = .v311
        case let other?: throw Self.wrong("mqtt_version must be 5 or 3.1.1, not “\(other.prefix(20))”")
        }
    }

    /// The first line of a file.
    private static func password(in file: String) throws(MQTTError) -> String {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw wrong("password_file: \(file) can't be read: check its path and rights")
        }
        let line = text.prefix { !$0.isNewline }
        guard !line.isEmpty else { throw wrong("password_file: the first line of \(file) is empty") }
        return String(line)
    }

    private static func wrong(_ cause: String) -> MQTTError { MQTTError(.invalidArgument, cause) }

    /// A connection with this access.
    public func session(clientID: String, cleanStart: Bool) -> Session.Configuration {
        var session = Session.Configuration(address, clientID: clientID, tls: tls, cleanStart: cleanStart)
        session.version = version
        return session
    }
}
