import BatonClient
import Foundation
import Synchronization

/// What standard output and standard error are connected to.
enum Terminal {
    /// Whether a drawing can be made and made again on standard output.
    static var canDraw: Bool { isatty(STDOUT_FILENO) == 1 && !isDumb }

    /// Colours only for people who see them and did not object (https://no-color.org).
    static var style: TerminalStyle {
        TerminalStyle(usesColor: canDraw && (environment["NO_COLOR"] ?? "").isEmpty)
    }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

    private static var isDumb: Bool {
        let terminal = environment["TERM"] ?? ""
        return terminal.isEmpty || terminal == "dumb"
    }

    /// Columns and lines; 80 × 24 where nobody knows.
    static var size: (columns: Int, lines: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Columns for text that is not drawn again: wide when it goes into a file.
    static var width: Int { isTerminal ? size.columns : 120 }

    /// Writes a line to standard output.
    static func output(_ line: String) { write(line + "\n", STDOUT_FILENO) }

    /// Writes a table to standard output: as wide as the terminal, whole into a file.
    static func print(_ table: TextTable) {
        for line in table.lines(width: isTerminal ? size.columns : .max) { output(line) }
    }

    /// Writes a line to standard error.
    static func error(_ line: String) { write(line + "\n", STDERR_FILENO) }

    static func write(_ text: String, _ descriptor: Int32) { write(Array(text.utf8), descriptor) }

    /// The error number of what could not be written to standard output; nil while all of it was. A reader that has
    /// gone away has had what it wanted.
    static var lostOutput: Int32? { lost.withLock { $0 } }

    private static let lost = Mutex<Int32?>(nil)

    /// What can't be written to standard output is noted in ``lostOutput``, and the program goes on to its end.
    static func write(_ bytes: [UInt8], _ descriptor: Int32) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress! + offset, $0.count - offset)
            }
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            guard count > 0 else {
                let number = errno
                if descriptor == STDOUT_FILENO, number != EPIPE { lost.withLock { $0 = $0 ?? number } }
                return
            }
            offset += count
        }
    }
}
