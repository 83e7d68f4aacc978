import ArgumentParser
import BatonClient
import BatonStore
import Foundation

struct Archive: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a run, with all that belongs to it, into one file.",
        discussion: """
            The file is an SQLite database with the run's history, tasks, facts, decisions, handoffs, the content of \
            every version of every artifact, the workflow as it was, and the runs inside it. `baton replay` plays it; \
            the sqlite3 shell reads it.

            It reads the orchestrator's database, not the broker, also while the orchestrator works on it.

            Examples:
              baton archive last
              baton archive 0190c5e2 --database /var/lib/baton/baton.sqlite --out incident.baton
            """)

    @OptionGroup var target: RunArgument

    @Option(help: "The orchestrator's SQLite file.")
    var database = "baton.sqlite"

    @Option(help: ArgumentHelp("The file to write (default: the run's id, with .baton).", valueName: "file"))
    var out: String?

    @Flag(help: "Replace the file if it is there.")
    var force = false

    func run() throws {
        let run = try StoredRuns(path: database).resolve(target.text)
        let file = out ?? "\(run).baton"
        guard force || !FileManager.default.fileExists(atPath: file) else {
            throw ClientError(.file, "\(file) is there already: name another with --out, or replace it with --force")
        }
        guard let summary = try RunArchive.write(run, of: database, to: file) else {
            throw ClientError(.notFound, "\(database) has no run \(run)")
        }
        let inside = summary.runs > 1 ? ", \(summary.runs - 1) runs inside it" : ""
        Terminal.output(
            "\(TerminalText.line(file))  \(summary.events) events, \(summary.artifacts) artifact versions\(inside)")
    }
}

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play a run's history through the engine, and compare with what is stored.",
        discussion: """
            Reads an archive (or an orchestrator's database, with --run) and changes nothing. Each event has to lead \
            to what it led to then, the end to the same state, and each content to its hash. Ends with 0 when all is \
            the same, and with 1 when something is not; then it says what is the first. In JSON it is an object: \
            {runs: [{run, status, events, artifacts, same, differences}], same}.

            Examples:
              baton replay incident.baton
              baton replay /var/lib/baton/baton.sqlite --run last
            """)

    @Argument(help: "The archive, or the database.")
    var file: String

    @Option(
        name: .customLong("run"), help: "The run: its id, the beginning of it, or `last` (default: all in the file).")
    var reference: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let stored = try StoredRuns(path: file)
        let replays = try (try reference.map { [try stored.resolve($0)] } ?? stored.all).map { id in
            guard let replay = try stored.store.replay(id), let run = try stored.store.run(id) else {
                throw ClientError(.notFound, "\(file) has no run \(id)")
            }
            return (replay, run.status)
        }
        let isSame = replays.allSatisfy(\.0.isSame)
        if output.json {
            var writer = JSONWriter()
            writer.object { root in
                root.array("runs") { list in
                    for (replay, status) in replays { list.object { Self.write(replay, status, to: &$0) } }
                }
                root.field("same", isSame)
            }
            Terminal.output(writer.text)
        } else {
            for (replay, status) in replays { Self.show(replay, status) }
        }
        if !isSame { throw ExitCode(Failure.general) }
    }

    private static func write(_ replay: BatonStore.Replay, _ status: RunStatus, to object: inout JSONWriter) {
        object.field("run", "\(replay.run)")
        object.field("status", status.rawValue)
        object.field("events", replay.events)
        object.field("artifacts", replay.artifacts)
        object.field("same", replay.isSame)
        object.field("differences", replay.differences)
    }

    private static func show(_ replay: BatonStore.Replay, _ status: RunStatus) {
        let verdict = replay.isSame ? "the same" : "NOT the same"
        Terminal.output(
            "\(replay.run)  \(status.rawValue), \(replay.events) events replayed, \(replay.artifacts) artifact "
                + "versions: \(verdict)")
        for difference in replay.differences { Terminal.output("  \(TerminalText.line(difference))") }
    }
}

/// The runs of a database or an archive, read behind the orchestrator's back.
private struct StoredRuns {
    let store: Store
    let all: [Identifier]

    init(path: String) throws {
        store = try Store(reading: path)
        all = try store.allRuns()
    }

    /// The run of an id, of the beginning of one, or the `last` that was started.
    func resolve(_ text: String) throws -> Identifier {
        let last = text == "last" ? try store.lastRun() : nil
        let found = last.map { [$0] } ?? all.filter { "\($0)".hasPrefix(text.lowercased()) }
        guard let run = found.first else {
            throw ClientError(.notFound, "\(store.path) has no run \(TerminalText.line(text))")
        }
        guard found.count == 1 else {
            throw ClientError(.ambiguous, "\(found.count) runs begin with \(TerminalText.line(text)): name more of it")
        }
        return run
    }
}
