import BatonTestKit
import Foundation

/// A block of code in a page of the documentation.
struct CodeBlock: Sendable {
    /// The page's path in the package.
    let page: String
    /// Empty for one that is indented.
    let language: String
    let text: String

    var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    var firstLine: String { lines.first ?? "" }
}

/// The pages that tell people what to type: every block of code in them is run by a test.
enum Guide {
    static let pages = ["README.md", "docs/agents/README.md", "docs/agents/python/README.md"]

    /// Blocks between fences, and those that are indented by four blanks.
    static func blocks(of page: String) throws -> [CodeBlock] {
        let text = try String(contentsOf: Workspace.package.appending(path: page), encoding: .utf8)
        var blocks: [CodeBlock] = []
        var fenced: (language: String, lines: [String])?
        var indented: [String] = []
        var previous = ""
        func endIndented() {
            if !indented.isEmpty {
                blocks.append(CodeBlock(page: page, language: "", text: indented.joined(separator: "\n")))
            }
            indented = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            defer { previous = line }
            if let open = fenced {
                if line == "```" {
                    let text = open.lines.joined(separator: "\n") + "\n"
                    blocks.append(CodeBlock(page: page, language: open.language, text: text))
                    fenced = nil
                } else {
                    fenced!.lines.append(line)
                }
            } else if line.hasPrefix("```") {
                fenced = (String(line.dropFirst(3)), [])
            } else if line.hasPrefix("    "), previous.isEmpty || !indented.isEmpty {
                indented.append(String(line.dropFirst(4)))
            } else {
                endIndented()
            }
        }
        endIndented()
        return blocks
    }

    static func block(of page: String, beginning start: String) throws -> CodeBlock {
        guard let block = try blocks(of: page).first(where: { $0.text.hasPrefix(start) }) else {
            throw Workspace.QueryFailure(description: "\(page) has no block that begins with \(start)")
        }
        return block
    }

    /// The roles that a block's agents serve.
    static func roles(in block: CodeBlock) -> [String] {
        block.text.matches(of: /--role ([a-z,]+)/).flatMap { $0.1.split(separator: ",").map(String.init) }
    }
}

/// A folder in which blocks are run as they are: programs that the machine does not have are stand-ins that check how
/// they are called, and agents, brokers and orchestrators stay in the background.
final class GuideScene: Sendable {
    let workspace: Workspace
    private let programs: URL

    init() throws {
        workspace = try Workspace()
        programs = workspace.directory.appending(path: "bin")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
        try program(
            "baton",
            """
            case "$1" in
            agent | serve) background '\(Workspace.baton.path)' "$@" ;;
            *) exec '\(Workspace.baton.path)' "$@" ;;
            esac
            """)
        // What a block leaves running ends with this process, however that ends.
        try program(
            "background",
            """
            "$@" </dev/null >>"$GUIDE/background.log" 2>&1 &
            program=$!; echo $program >>"$GUIDE/pids"
            guard() { while kill -0 $GUIDE_TEST && kill -0 $program; do sleep 1; done; kill $program; }
            guard </dev/null >/dev/null 2>&1 &
            """)
    }

    deinit { stop() }

    /// Ends what blocks left running.
    func stop() {
        let file = workspace.directory.appending(path: "pids")
        let pids = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n").compactMap {
            pid_t($0)
        }
        for pid in pids where isOurs(pid) { kill(pid, SIGTERM) }
        let deadline = ContinuousClock.now + .seconds(40)
        while ContinuousClock.now < deadline, pids.contains(where: isOurs) { usleep(20_000) }
        for pid in pids where isOurs(pid) { kill(pid, SIGKILL) }
        try? FileManager.default.removeItem(at: file)
    }

    /// Whether the process is still the one that was started here: a number may have been given to another.
    private func isOurs(_ pid: pid_t) -> Bool {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
        return link == workspace.directory.path
    }

    /// A script on the path of the blocks.
    func program(_ name: String, _ script: String) throws { try file("bin/\(name)", "#!/bin/sh\n" + script + "\n") }

    /// An executable file where the blocks run.
    func file(_ name: String, _ text: String) throws {
        let file = workspace.directory.appending(path: name)
        try text.write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    }

    /// Runs a block in `sh`, stopping at the first command that fails; gives what it said, errors included.
    func run(_ text: String, environment: [String: String] = [:]) async throws -> (code: Int32, output: String) {
        try file("block.sh", "set -e\n" + text)
        var variables = ProcessInfo.processInfo.environment
        variables["PATH"] = "\(programs.path):\(variables["PATH"] ?? "/usr/bin:/bin"):/usr/sbin"
        variables["GUIDE"] = workspace.directory.path
        variables["GUIDE_TEST"] = "\(getpid())"
        variables["BATON_BROKER"] = workspace.broker.url
        variables.merge(environment) { $1 }
        let (directory, final) = (workspace.directory, variables)
        let said = directory.appending(path: "said-\(UUID().uuidString).txt")
        // Foundation's own process would wait for what the block leaves in the background.
        return try await onThread {
            let process = try GuardedProcess(
                URL(filePath: "/bin/sh"), ["block.sh"], environment: final, directory: directory, output: said)
            let deadline = ContinuousClock.now + .seconds(120)
            while process.isRunning, ContinuousClock.now < deadline { usleep(10_000) }
            if process.isRunning { process.signal(SIGKILL) }
            let code = process.waitUntilExit()
            return (code, (try? String(contentsOf: said, encoding: .utf8)) ?? "")
        }
    }

    var log: String {
        (try? String(contentsOf: workspace.directory.appending(path: "background.log"), encoding: .utf8)) ?? ""
    }

    /// A workflow with a step for each role, which writes one document; gives its library.
    func library(for roles: [String]) throws -> URL {
        try workspace.library(
            id: "recipes",
            sequence: roles.map { "- {agent: \($0), id: \($0)-step, creates: \($0).md}" }.joined(separator: "\n"))
    }
}
