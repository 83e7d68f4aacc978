import BatonClient
import Logging

/// A logger that writes to standard error: standard output is for what a command was asked for.
func makeLogger(_ label: String, level: Logger.Level) -> Logger {
    var logger = Logger(label: label, factory: { HarmlessLogHandler(behind: .standardError(label: $0)) })
    logger.logLevel = level
    return logger
}

/// Takes control characters and escape sequences out of what is logged: it comes from agents' programs, documents and
/// topics, and people read it on a terminal.
private struct HarmlessLogHandler: LogHandler {
    private var stream: StreamLogHandler

    init(behind stream: StreamLogHandler) { self.stream = stream }

    var logLevel: Logger.Level {
        get { stream.logLevel }
        set { stream.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { stream.metadata }
        set { stream.metadata = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { stream[metadataKey: key] }
        set { stream[metadataKey: key] = newValue }
    }

    func log(event: Logging.LogEvent) {
        var event = event
        event.message = "\(TerminalText.line("\(event.message)", maxLength: .max))"
        event.metadata = event.metadata?.mapValues(Self.harmless)
        stream.log(event: event)
    }

    private static func harmless(_ value: Logger.Metadata.Value) -> Logger.Metadata.Value {
        switch value {
        case .array(let values): .array(values.map(harmless))
        case .dictionary(let values): .dictionary(values.mapValues(harmless))
        case .string, .stringConvertible: .string(TerminalText.line("\(value)", maxLength: .max))
        }
    }
}
