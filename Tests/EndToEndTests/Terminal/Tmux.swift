import BatonTestKit
import Foundation

/// A real terminal, with a shell in it: one window of a tmux server that is this test's alone.
///
/// The server listens on a socket in the test's folder, reads no settings, and ends with the test process. No command
/// starts another (`-N`), which nobody would end. Whatever is waited for has a limit.
final class Tmux: Sendable {
    struct Failure: Error, CustomStringConvertible { let description: String }

    private static let session = "terminal"
    private static let socket = "t"

    private let workspace: Workspace
    private let environment: [String: String]
    private let server: GuardedProcess

    /// `make deps` installs it.
    static let isThere =
        ProcessInfo.processInfo.environment["BATON_TESTS_LEAVE_OUT_NOTHING"] != nil
        || (try? runToEnd(
            URL(filePath: "/usr/bin/env"), ["tmux", "-V"], environment: ProcessInfo.processInfo.environment,
            directory: Workspace.package))?.code == 0

    /// - Parameter variables: of the shell, beside those that lead it to the program and the broker.
    init(in workspace: Workspace, columns: Int = 100, lines: Int = 30, _ variables: [String: String] = [:]) throws {
        self.workspace = workspace
        var environment = ProcessInfo.processInfo.environment
        let programs = Workspace.baton.deletingLastPathComponent().path
        environment["PATH"] = "\(programs):\(environment["PATH"] ?? "/usr/bin:/bin")"
        environment["BATON_BROKER"] = workspace.broker.url
        environment["TMUX_TMPDIR"] = workspace.directory.path
        environment["TMUX"] = nil
        environment["NO_COLOR"] = nil
        environment["ENV"] = nil
        for name in ["PAGER", "VISUAL", "EDITOR"] { environment[name] = nil }
        environment.merge(variables) { $1 }
        self.environment = environment
        server = try GuardedProcess(
            URL(filePath: "/usr/bin/env"), ["tmux"] + Self.own + ["-D"], environment: environment,
            directory: workspace.directory, output: workspace.log("tmux"))
        let deadline = ContinuousClock.now + .seconds(20)
        let begin = ["new-session", "-d", "-s", Self.session, "-x", "\(columns)", "-y", "\(lines)", "exec sh -i"]
        while try run(begin).code != 0 {
            guard server.isRunning, ContinuousClock.now < deadline else {
                throw Failure(description: "no terminal: \(try run(begin))\n\(workspace.text(ofLog: "tmux"))")
            }
            usleep(20_000)
        }
    }

    /// The server, and with it whatever still runs in its window.
    deinit { _ = try? run(["kill-server"]) }

    private static let own = ["-u", "-L", socket, "-f", "/dev/null"]

    @discardableResult
    private func run(_ words: [String]) throws -> (code: Int32, output: String, error: String) {
        try runToEnd(
            URL(filePath: "/usr/bin/env"), ["tmux", "-N"] + Self.own + words, environment: environment,
            directory: workspace.directory, limit: .seconds(20))
    }

    private func command(_ words: String...) throws -> String {
        let result = try run(words)
        guard result.code == 0 else { throw Failure(description: "tmux \(words): \(result)") }
        return result.output
    }

    // MARK: Keys

    /// Presses keys, by tmux's names for those that are no letters (`Enter`, `C-c`, `Up`).
    func press(_ keys: String...) throws {
        for key in keys { _ = try command("send-keys", "-t", Self.session, key) }
    }

    func type(_ text: String) throws { _ = try command("send-keys", "-t", Self.session, "-l", text) }

    /// A line for the shell.
    func enter(_ line: String) throws {
        try type(line)
        try press("Enter")
    }

    /// Text from the clipboard, between the marks that terminals send.
    func paste(_ text: String) throws {
        _ = try command("set-buffer", text)
        _ = try command("paste-buffer", "-p", "-r", "-t", Self.session)
    }

    func resize(columns: Int, lines: Int) throws {
        _ = try command("resize-window", "-t", Self.session, "-x", "\(columns)", "-y", "\(lines)")
    }

    // MARK: What is to be seen

    /// The lines of the terminal.
    var lines: [String] {
        get throws {
            let text = try command("capture-pane", "-p", "-t", Self.session)
            return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
    }

    var text: String { get throws { try lines.joined(separator: "\n") } }

    /// The same with the control sequences that colours and styles take.
    var styledText: String { get throws { try command("capture-pane", "-p", "-e", "-t", Self.session) } }

    /// What tmux knows of the window (`alternate_on`, `cursor_flag`, `pane_title`).
    func value(_ name: String) throws -> String {
        try command("display-message", "-p", "-t", Self.session, "#{\(name)}")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What a program has put into the clipboard; nil: nothing.
    var clipboard: String? {
        let shown = try? run(["show-buffer"])
        return shown?.code == 0 ? shown?.output : nil
    }

    /// Waits until the terminal shows all of this.
    func see(_ words: String..., within limit: Duration = .seconds(60)) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            let text = try text
            let missing = words.filter { !text.contains($0) }
            if missing.isEmpty { return }
            guard ContinuousClock.now < deadline else {
                throw Failure(description: "waited in vain for \(missing) in\n\(text)\n\(workspace.logs)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Waits until it shows this no more.
    func lose(_ words: String, within limit: Duration = .seconds(60)) async throws {
        let deadline = ContinuousClock.now + limit
        while try text.contains(words) {
            guard ContinuousClock.now < deadline else {
                throw Failure(description: "“\(words)” is still to be seen in\n\(try text)\n\(workspace.logs)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
