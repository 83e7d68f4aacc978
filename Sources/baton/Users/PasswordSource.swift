import ArgumentParser
import BatonClient
import Foundation

/// Where a new login's password comes from. Never an argument: whoever is on the machine can read those.
struct PasswordSource: ParsableArguments {
    @Flag(name: .customLong("stdin"), help: "Read the password from the first line of standard input.")
    var isRead = false

    @Flag(name: .customLong("prompt"), help: "Ask for the password at the terminal.")
    var isAsked = false

    func validate() throws {
        if isRead && isAsked { throw ValidationError("give --stdin or --prompt, not both") }
    }

    static let minLength = 12

    /// The password, and whether it was made here, so that somebody has to be told.
    func read() throws -> (password: String, isMade: Bool) {
        guard isRead || isAsked else { return (Self.random(), true) }
        let password = isAsked ? try Self.ask() : readLine(strippingNewline: true) ?? ""
        guard password.count >= Self.minLength else {
            throw ClientError(.invalidArgument, "a password has at least \(Self.minLength) characters")
        }
        guard !password.utf8.contains(where: { $0 < 0x20 }) else {
            throw ClientError(.invalidArgument, "a password has no control characters")
        }
        return (password, false)
    }

    /// 192 random bits in 32 characters.
    static func random() -> String {
        let bytes = (0..<24).map { _ in UInt8.random(in: .min ... .max) }
        return Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }

    private static func ask() throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            throw ClientError(.invalidArgument, "there is no terminal to ask at: give --stdin, or neither")
        }
        let first = hidden("Password: ")
        guard first == hidden("Again: ") else { throw ClientError(.invalidArgument, "the two are not the same") }
        return first
    }

    /// A line that is typed without being shown.
    private static func hidden(_ prompt: String) -> String {
        var before = termios()
        tcgetattr(STDIN_FILENO, &before)
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            Terminal.write("\n", STDERR_FILENO)
        }
        Terminal.write(prompt, STDERR_FILENO)
        return readLine(strippingNewline: true) ?? ""
    }
}
