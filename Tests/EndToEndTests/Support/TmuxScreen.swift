import BatonTestKit
import Foundation

/// A terminal that people would sit at: a tmux server of its own with one pane, seen as text.
final class TmuxScreen: Sendable {
    /// Why there is none on this machine; nil when tmux can be run.
    static var missing: String? {
        let found = ["/usr/bin/tmux", "/usr/local/bin/tmux"].contains {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        return found ? nil : "tmux is not installed (make deps installs it)"
    }

    private let socket: String
    private let directory: URL

    /// `baton` is on the path of the pane's shell, and finds the workspace's broker.
    init(_ workspace: Workspace, columns: Int = 100, lines: Int = 30) throws {
        socket = workspace.directory.appending(path: "tmux").path
        directory = workspace.directory
        let program = Workspace.baton.deletingLastPathComponent().path
        let path = program + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        try tmux([
            "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(lines)",
            // Of several words tmux makes no command for a login shell, which would set the path itself.
            "/usr/bin/env", "BATON_BROKER=\(workspace.broker.url)", "PATH=\(path)", "NO_COLOR=", "PS1=$ ", "/bin/sh",
        ])
    }

    deinit { _ = try? tmux(["kill-server"]) }

    @discardableResult
    private func tmux(_ arguments: [String]) throws -> String {
        let result = try runToEnd(
            URL(filePath: "/usr/bin/env"), ["tmux", "-u", "-S", socket] + arguments, directory: directory,
            limit: .seconds(20))
        guard result.code == 0 else { throw Workspace.QueryFailure(description: "tmux \(arguments): \(result.error)") }
        return result.output
    }

    /// Types a line and presses Enter.
    func type(_ text: String) throws {
        try tmux(["send-keys", "-l", text])
        try tmux(["send-keys", "Enter"])
    }

    /// What is on the screen.
    var text: String { get throws { try tmux(["capture-pane", "-p"]) } }

    /// What programs have called the window.
    var title: String { get throws { try tmux(["display-message", "-p", "#{pane_title}"]) } }

    func resize(columns: Int, lines: Int) throws {
        try tmux(["resize-window", "-x", "\(columns)", "-y", "\(lines)"])
    }
}
