import BatonClient
import BatonOrchestrator
import BatonStore
import Foundation

/// Looks an orchestrator's database over, and says what is wrong and what to do. Nothing is changed.
struct DatabaseCheck {
    let path: String
    /// How many runs of each state are looked at.
    let runs: Int
    let json: Bool

    /// Less free space than this is a finding, in bytes.
    private static let littleSpace = 1 << 30
    /// A write-ahead log that is longer than this does not shrink, in bytes.
    private static let longLog = 256 << 20
    /// A command that waits longer is not being taken, in milliseconds.
    private static let longWait: Int64 = 60_000
    /// Dead letters that are older have been there at the last look, in milliseconds.
    private static let recently: Int64 = 86_400_000

    /// - Throws: ``StoreError`` when the file is no database of this version.
    func run() throws -> Findings {
        var findings = Findings(json: json)
        let store = try Store(reading: path)
        findings.say("read, not changed: \(path)")
        let found = try store.examine()
        guard found.damage.isEmpty else {
            findings.warn(
                "damaged: \(found.damage.count) complaints of SQLite's integrity_check, the first: \(found.damage[0])",
                "stop the orchestrator, and restore a backup; `sqlite3 FILE .recover` may save what is newer")
            return findings
        }
        findings.say("whole: SQLite's integrity_check has no complaint")
        findings.say("store \(found.id), epoch \(found.epoch), schema \(found.schema)")
        references(found, &findings)
        holder(found, &findings)
        space(found, &findings)
        files(found, &findings)
        messages(found, &findings)
        let states = RunStatus.allCases.compactMap { state in found.runs[state].map { "\($0) \(state.rawValue)" } }
        findings.say("runs: \(states.isEmpty ? "none" : states.joined(separator: ", ")); \(found.events) events")
        for progress in try StoredProgress.newest(runs, in: store, epoch: found.epoch) {
            let verdicts = Standstill.lastVerdicts(in: progress.events)
            findings.tell(Standstill(progress.snapshot, verdicts: verdicts), of: progress.snapshot.workflow)
        }
        return findings
    }

    private func references(_ found: StoreExamination, _ findings: inout Findings) {
        guard !found.dangling.isEmpty else { return findings.say("references: every row has what it refers to") }
        let tables = found.dangling.sorted { $0.key < $1.key }.map { "\($0.value) in \($0.key)" }
        findings.warn(
            "references: rows refer to what is not there: \(tables.joined(separator: ", "))",
            "something else than Baton has written to it: restore a backup")
    }

    private func holder(_ found: StoreExamination, _ findings: inout Findings) {
        findings.say(found.holder.map { "in use by \($0)" } ?? "in use by nobody: no orchestrator works on it")
    }

    private func space(_ found: StoreExamination, _ findings: inout Findings) {
        findings.say(
            "size: \(Self.size(found.databaseBytes)), and \(Self.size(found.logBytes)) of write-ahead log")
        if found.logBytes > Self.longLog {
            findings.warn(
                "the write-ahead log has \(Self.size(found.logBytes)) and does not shrink",
                "a program that reads the database keeps a transaction open: close it")
        }
        guard let free = found.freeBytes else { return }
        if free < Self.littleSpace {
            findings.warn(
                "disk: \(Self.size(free)) are free", "make room: without any, nothing more is taken until there is")
        } else {
            findings.say("disk: \(Self.size(free)) are free")
        }
    }

    private func files(_ found: StoreExamination, _ findings: inout Findings) {
        findings.say("artifacts in files: \(found.files), \(Self.size(found.fileBytes))")
        for file in found.missingFiles {
            let whose = file.artifact.map { name in
                " (\(name)" + (file.run.map { " of run \($0)" } ?? "") + ")"
            }
            let state = file.found.map { "has \($0) of \(file.size) bytes" } ?? "is not there"
            findings.warn(
                "the file \(path)-artifacts/\(file.digest)\(whose ?? "") \(state)",
                "copy it from a backup of that folder, under the same name")
        }
        guard found.unowned.files > 0 else { return }
        let count = "\(found.unowned.files) file\(found.unowned.files == 1 ? "" : "s")"
        findings.say(
            "\(count) there, \(Self.size(found.unowned.bytes)), belong to nothing; the orchestrator removes its own of "
                + "them when it starts")
    }

    private func messages(_ found: StoreExamination, _ findings: inout Findings) {
        let waited = found.oldestCommandAt.map { Timestamp.now.milliseconds - $0.milliseconds }
        let time = waited.map { ", the oldest command for \(ElapsedTime.text(milliseconds: $0))" } ?? ""
        let outbox = "outbox: \(found.outbox) message\(found.outbox == 1 ? "" : "s") for the broker\(time)"
        switch (found.holder, waited) {
        case (nil, _) where found.outbox > 0:
            findings.warn(outbox, "they are sent when an orchestrator works on it: `baton serve --database \(path)`")
        case (.some, .some(let waited)) where waited > Self.longWait:
            findings.warn(outbox, "the broker does not take them: look at the orchestrator's log, and at the broker")
        default: findings.say(outbox)
        }
        guard let newest = found.newestDeadLetter else { return findings.say("dead letters: none") }
        let age = Timestamp.now.milliseconds - newest.at.milliseconds
        let letters = "dead letters: \(found.deadLetters), the newest at \(newest.at): \(newest.reason)"
        if age < Self.recently {
            findings.warn(letters, "`baton dead-letters` lists them, and who sent them")
        } else {
            findings.say(letters)
        }
        if found.guiltyMessages > 0 {
            findings.warn(
                "\(found.guiltyMessages) messages ended the orchestrator, and are not decided again",
                "`baton dead-letters` has them; report them")
        }
    }

    /// In bytes, KiB, MiB or GiB.
    private static func size(_ bytes: Int) -> String {
        switch bytes {
        case ..<10_000: "\(bytes) bytes"
        case ..<10_000_000: "\(bytes >> 10) KiB"
        case ..<10_000_000_000: "\(bytes >> 20) MiB"
        default: "\(bytes >> 30) GiB"
        }
    }
}
