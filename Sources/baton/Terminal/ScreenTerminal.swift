import BatonClient
import Foundation

/// The terminal while a screen is on it: raw, on its second screen, without a cursor. Whatever ends the process, the
/// terminal is as it was.
///
/// The control sequences are xterm's (`ctlseqs`), as every terminal of today has them.
final class ScreenTerminal {
    private static let enter =
        "\u{1B}[?1049h"  // the second screen
        + "\u{1B}[?25l"  // no cursor
        + "\u{1B}[?7l"  // what is too wide is cut
        + "\u{1B}[?2004h"  // text from the clipboard comes between marks
    private static let leave = "\u{1B}[?2004l\u{1B}[?7h\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"

    private let alarm: Int32
    private var settings = termios()
    private var isOn = false
    private var shown: [String] = []

    /// Whether a person can be asked for keys and be shown a screen.
    static var isThere: Bool { Terminal.canDraw && isatty(STDIN_FILENO) == 1 }

    /// - Parameter alarm: see ``TerminalRescue/arm(settings:farewell:alarm:)``.
    init(alarm: Int32) { self.alarm = alarm }

    deinit { giveBack() }

    var size: WatchScreen.Size {
        let size = Terminal.size
        return WatchScreen.Size(columns: size.columns, lines: size.lines)
    }

    /// - Throws: ``ClientError`` `file` when the terminal does not let itself be set.
    func take() throws(ClientError) {
        guard !isOn else { return }
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { throw fault }
        TerminalRescue.arm(settings: settings, farewell: Self.leave, alarm: alarm)
        var raw = settings
        cfmakeraw(&raw)
        // A line feed of somebody else still begins a line.
        raw.c_oflag |= tcflag_t(OPOST)
        guard tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0 else {
            TerminalRescue.disarm()
            throw fault
        }
        isOn = true
        shown = []
        Terminal.write(Self.enter, STDOUT_FILENO)
    }

    func giveBack() {
        guard isOn else { return }
        isOn = false
        Terminal.write(Self.leave, STDOUT_FILENO)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
        TerminalRescue.disarm()
    }

    /// Writes what has changed, in one go: nothing flickers, nothing is half old and half new.
    ///
    /// - Parameter isNew: the terminal may show something else than was drawn last.
    func draw(_ lines: [String], isNew: Bool) {
        guard isOn else { return }
        let old = isNew || lines.count != shown.count ? nil : shown
        var text = old == nil ? "\u{1B}[0m\u{1B}[2J" : ""
        for (index, line) in lines.enumerated() where old?[index] != line {
            // To the line's beginning; the older one goes (ECMA-48 CUP, EL). It goes first: behind a line that is as
            // wide as the terminal, the cursor stands on its last character.
            text += "\u{1B}[\(index + 1);1H\u{1B}[2K\(line)"
        }
        shown = lines
        if !text.isEmpty { Terminal.write(text, STDOUT_FILENO) }
    }

    private var fault: ClientError {
        ClientError(.file, "the terminal can't be set: \(String(cString: strerror(errno))); --lines needs none")
    }
}
