import Foundation

/// Gives the terminal back when the process is ended from outside, or traps, while a screen is on it.
///
/// All of it lies outside of Swift's objects: a signal handler may do no more than write, set the terminal, and raise.
enum TerminalRescue {
    /// What ends a process: from outside, and by a fault of its own.
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE]

    fileprivate typealias Handler = @convention(c) (Int32) -> Void

    fileprivate struct State {
        var isArmed = false
        var settings = termios()
        var farewell: UnsafeMutablePointer<UInt8>?
        var farewellSize = 0
        /// The end of a pipe on which the keyboard's reader hears of the terminal.
        var alarm: Int32 = -1
        /// What the signals did before.
        var before: UnsafeMutablePointer<Handler?>?
    }

    /// - Parameters:
    ///   - settings: those to return to.
    ///   - farewell: the control sequences that undo the screen.
    ///   - alarm: gets `R` when the terminal's size has changed, and `C` when the process goes on after a stop.
    static func arm(settings: termios, farewell: String, alarm: Int32) {
        precondition(!state.pointee.isArmed, "one screen at a time")
        let bytes = Array(farewell.utf8)
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        state.pointee.settings = settings
        state.pointee.farewell = copy
        state.pointee.farewellSize = bytes.count
        state.pointee.alarm = alarm
        state.pointee.before = .allocate(capacity: signals.count)
        state.pointee.isArmed = true
        for (index, number) in signals.enumerated() {
            let before = signal(number, rescueTerminal)
            (state.pointee.before! + index).initialize(to: before)
            // Who started us may want a signal to be ignored, as nohup does.
            if isIgnored(before) { signal(number, before) }
        }
        signal(SIGWINCH, tellOfTerminal)
        signal(SIGCONT, tellOfTerminal)
    }

    static func disarm() {
        guard state.pointee.isArmed else { return }
        state.pointee.isArmed = false
        for (index, number) in signals.enumerated() { signal(number, state.pointee.before![index]) }
        signal(SIGWINCH, SIG_DFL)
        signal(SIGCONT, SIG_DFL)
        state.pointee.before?.deallocate()
        state.pointee.farewell?.deallocate()
        state.pointee = State()
    }

    /// Stops the process until its shell lets it go on, and returns then.
    ///
    /// The threads that tasks run on block signals: sent to the process, it would come to another one, some time.
    static func stopHere() {
        var stop = sigset_t()
        var before = sigset_t()
        sigemptyset(&stop)
        sigaddset(&stop, SIGTSTP)
        pthread_sigmask(SIG_UNBLOCK, &stop, &before)
        raise(SIGTSTP)
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    private static func isIgnored(_ handler: Handler?) -> Bool {
        unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN as Handler?, to: Int.self)
    }

    // Written by whoever shows the screen, before the handlers are there and after they are gone.
    fileprivate nonisolated(unsafe) static let state: UnsafeMutablePointer<State> = {
        let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
        state.initialize(to: State())
        return state
    }()
}

private func rescueTerminal(_ number: Int32) {
    let state = TerminalRescue.state
    if state.pointee.isArmed {
        state.pointee.isArmed = false
        // A terminal that takes nothing, at the end of a line that hangs, must not keep the process alive.
        var screen = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        if poll(&screen, 1, 500) > 0 { _ = write(STDOUT_FILENO, state.pointee.farewell, state.pointee.farewellSize) }
        tcsetattr(STDIN_FILENO, TCSANOW, &state.pointee.settings)
    }
    // The end that it would have been without us.
    signal(number, SIG_DFL)
    raise(number)
}

private func tellOfTerminal(_ number: Int32) {
    let cause = errno
    var byte = number == SIGCONT ? UInt8(ascii: "C") : UInt8(ascii: "R")
    _ = write(TerminalRescue.state.pointee.alarm, &byte, 1)
    errno = cause
}
