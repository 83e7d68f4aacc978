import BatonClient
import Foundation

/// Findings as lines for people, or as JSON for programs.
struct AgentCheckReport {
    var asJSON = false

    func say(_ finding: AgentFinding) {
        Terminal.output(asJSON ? json(finding) : line(finding))
    }

    func line(_ finding: AgentFinding) -> String {
        let promise = finding.promise
        let (word, detail): (String, String) =
            switch finding.outcome {
            case .kept(let what): ("pass", what.map { ": \($0)" } ?? "")
            case .broken(let why): ("FAIL", "\n      \(why)\n      docs/protocol.md#\(promise.section)")
            case .notOffered: ("  – ", ": no, so \(promise.price)")
            case .notTried(let why): ("  ? ", ": not tried: \(why)")
            }
        let name = promise.rawValue.padding(toLength: 11, withPad: " ", startingAt: 0)
        return "\(word)  \(name) \(promise.title)\(detail)"
    }

    func json(_ finding: AgentFinding) -> String {
        var members: [(String, JSON)] = [("promise", .string(finding.promise.rawValue))]
        switch finding.outcome {
        case .kept: members.append(("outcome", "kept"))
        case .broken(let why): members += [("outcome", "broken"), ("reason", .string(why))]
        case .notOffered: members += [("outcome", "not_offered"), ("reason", .string(finding.promise.price))]
        case .notTried(let why): members += [("outcome", "not_tried"), ("reason", .string(why))]
        }
        members += [
            ("optional", .bool(finding.promise.isOptional)),
            ("section", .string("docs/protocol.md#\(finding.promise.section)")),
        ]
        return String(decoding: JSON.object(.init(uniqueKeysWithValues: members)).bytes, as: UTF8.self)
    }
}
