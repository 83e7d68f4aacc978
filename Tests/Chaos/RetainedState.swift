import BatonEngine
import BatonTestKit
import Foundation

/// What a dashboard that connects now is shown.
struct RetainedState {
    let port: Int

    /// Where it is not what the database says, once everything is at rest.
    ///
    /// - Parameter forgotten: how many runs were taken out of the index, which is not filled up with older ones.
    func contradictions(to database: String, forgotten: Int) throws -> [String] {
        let listing = try runToEnd(
            URL(filePath: "/usr/bin/env"),
            [
                "mosquitto_sub", "-p", "\(port)", "-v", "-W", "3", "--retained-only", "-t",
                "baton/v1/default/run/+/state",
                "-t", "baton/v1/default/decision/+/+", "-t", "baton/v1/default/req/#",
            ], directory: FileManager.default.temporaryDirectory)
        var stored: [String: String] = [:]
        for row in try DatabaseShell(path: database).query("SELECT id, status FROM runs") {
            let columns = row.split(separator: "|").map(String.init)
            stored[columns[0]] = columns[1]
        }
        var findings: [String] = []
        var shown = 0
        for line in listing.output.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            let levels = words[0].split(separator: "/").map(String.init)
            guard levels.count > 4, levels[3] == "run" else {
                findings.append("the broker still retains \(words[0])")
                continue
            }
            shown += 1
            let snapshot = words.count > 1 ? try? JSON.parse(String(words[1])) : nil
            if snapshot?["status"]?.string != stored[levels[4]] {
                findings.append(
                    "run \(levels[4]) is shown as \(snapshot?["status"]?.string ?? "?") and is "
                        + (stored[levels[4]] ?? "not there"))
            }
        }
        if shown < min(200, stored.count) - forgotten { findings.append("\(shown) of \(stored.count) runs are shown") }
        if shown > 200 { findings.append("\(shown) runs are shown, and the index has 200") }
        return findings
    }
}
