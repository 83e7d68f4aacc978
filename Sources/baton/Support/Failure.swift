import ArgumentParser
import BatonClient
import Foundation

/// How the program ends when something went wrong: one sentence on standard error, and an exit code.
enum Failure {
    static let general: Int32 = 1
    static let usage: Int32 = 2
    /// The run waits for a person.
    static let attention: Int32 = 3
    /// No broker, or no orchestrator.
    static let unreachable: Int32 = 4
    static let notFound: Int32 = 5
    /// As shells tell of a program that SIGINT has ended.
    static let interrupted: Int32 = 130

    /// Says what is to be said about an error, and gives the exit code.
    static func report(_ error: any Error) -> Int32 {
        if let error = error as? ClientError {
            say(error.message)
            return code(for: error)
        }
        if let code = error as? ExitCode { return code.rawValue }
        let status = Baton.exitCode(for: error)
        if status == .success {
            // Help and version were asked for.
            Terminal.output(Baton.fullMessage(for: error))
            return 0
        }
        if status == .validationFailure {
            var text = Baton.fullMessage(for: error)
            if text.hasPrefix("Error: ") { text.removeFirst("Error: ".count) }
            Terminal.error("baton: \(text)")
            return usage
        }
        say(sentence(for: error))
        return general
    }

    static func say(_ sentence: String) { Terminal.error("baton: \(TerminalText.line(sentence))") }

    /// The error's own words: this project's errors describe themselves, Foundation's have them elsewhere.
    private static func sentence(for error: any Error) -> String {
        switch error {
        case is CocoaError, is POSIXError, is any LocalizedError: error.localizedDescription
        default: "\(error)"
        }
    }

    static func code(for error: ClientError) -> Int32 {
        switch error.code {
        case .brokerUnreachable, .brokerRefused, .noOrchestrator, .noReply: unreachable
        case .notFound: notFound
        case .invalidArgument, .ambiguous, .refused(.invalidInputs), .refused(.invalidRequest),
            .refused(.invalidAnswer):
            usage
        case .refused, .unreadable, .unsafe, .file, .stopped: general
        }
    }

    /// What the end of a run means for the program's own.
    static func code(for status: RunStatus) -> Int32 {
        switch status {
        case .completed, .running, .paused: 0
        case .failed, .cancelled: general
        case .attention: attention
        }
    }
}
