import Logging

/// A logger that writes to standard error: standard output is for what a command was asked for.
func makeLogger(_ label: String, level: Logger.Level) -> Logger {
    var logger = Logger(label: label, factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = level
    return logger
}
