import Foundation

/// A `mosquitto.conf`, and the copy of it that an embedded broker runs with.
package struct BrokerConfiguration: Sendable {
    /// The environment variable that names the file.
    package static let variable = "BATON_BROKER_CONFIG"
    /// Where the file lies in a checkout.
    package static let relativePath = "broker/mosquitto.conf"

    /// Where the text was read; for messages.
    package let path: String
    package let text: String

    package init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    /// Reads the file at `given`, else the one that the environment names, else the first `broker/mosquitto.conf` in
    /// the working directory, beside the program, or above it.
    package static func find(
        _ given: String?, environment: [String: String] = ProcessInfo.processInfo.environment,
        workingDirectory: String = FileManager.default.currentDirectoryPath,
        program: String? = Bundle.main.executablePath
    ) throws(BrokerError) -> BrokerConfiguration {
        if let named = given ?? environment[variable].flatMap({ $0.isEmpty ? nil : $0 }) {
            guard let text = read(named) else {
                throw BrokerError(.configuration, "the broker's configuration \(named) can't be read: check the path")
            }
            return BrokerConfiguration(path: named, text: text)
        }
        var folders = [URL(filePath: workingDirectory)]
        if let program {
            var folder = URL(filePath: program).resolvingSymlinksInPath().deletingLastPathComponent()
            folders.append(folder)
            while folder.path != "/" {
                folder.deleteLastPathComponent()
                folders.append(folder)
            }
        }
        for folder in folders {
            let path = folder.appending(path: relativePath).path
            if let text = read(path) { return BrokerConfiguration(path: path, text: text) }
        }
        throw BrokerError(
            .configuration,
            "no \(relativePath) here or above the program: name the broker's configuration with \(variable), or use a "
                + "broker that runs already with --broker")
    }

    /// The same text with the listener and the folder for what the broker keeps replaced.
    package func replacing(port: Int, directory: String) throws(BrokerError) -> String {
        var listeners = 0
        var hasLocation = false
        let folder = directory.hasSuffix("/") ? directory : directory + "/"
        var lines: [String] = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            switch line.prefix(while: { $0 != " " && $0 != "\t" }) {
            case "listener", "port":
                listeners += 1
                return "listener \(port) 127.0.0.1"
            case "persistence_location":
                hasLocation = true
                return "persistence_location \(folder)"
            default:
                return String(line)
            }
        }
        guard listeners == 1 else {
            throw BrokerError(
                .configuration,
                "\(path) has \(listeners) listeners, and an embedded broker has exactly one: start this broker "
                    + "yourself with mosquitto -c \(path), and name it with --broker")
        }
        if !hasLocation { lines.append("persistence_location \(folder)\n") }
        return "# Made from \(path) for an embedded broker; it is written anew at each start.\n"
            + lines.joined(separator: "\n")
    }

    private static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).flatMap { String(data: $0, encoding: .utf8) }
    }
}
