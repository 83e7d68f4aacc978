import BatonAgent
import BatonEngine
import BatonMessages
import BatonTestKit
import Foundation

/// What an agent of the chaos does with a command, decided by a seed and the command's lease: mostly good work, now and
/// then a failure, a wrong result, or a document too large to travel with a command.
struct Performance {
    let command: TaskCommand
    private var random: SeededRandom

    init(of command: TaskCommand, seed: UInt64) {
        self.command = command
        random = SeededRandom(seed: seed ^ command.lease.high &* 31 ^ command.lease.low)
    }

    /// How long it takes: a few at once, most around half a second, some longer than a lease.
    mutating func delay() -> Duration {
        let exponent = Double.random(in: 0...1, using: &random)
        return .milliseconds(Int(40 * pow(100, exponent)))
    }

    mutating func outcome() -> TaskOutcome {
        switch Double.random(in: 0..<1, using: &random) {
        case ..<0.02: return .failed(code: "chaos", message: "made to fail")
        case ..<0.03:
            return .completed(summary: "nothing is here", artifacts: [], facts: ["user_approved": true])
        default: break
        }
        let verdict = command.validates.isEmpty ? nil : verdict()
        return .completed(
            summary: "did \(command.step)", artifacts: documents(), facts: facts(), verdict: verdict)
    }

    private mutating func documents() -> [ArtifactDocument] {
        let names = command.creates.map { product -> String in
            let name = product.name.last == "/" ? String(product.name.dropLast()) : product.name
            return product.isSet ? "\(name)/one.md" : name
        }
        return (names + command.updates.map(\.name)).map { name in
            // Every attempt writes another text, so that the store can be compared with what each agent made.
            let head = "# \(name)\n\nof \(command.task), \(command.idempotencyKey), \(command.lease)\n"
            let isLarge = Double.random(in: 0..<1, using: &random) < 0.02
            let lines = isLarge ? Int.random(in: 1500...6000, using: &random) : Int.random(in: 1...40, using: &random)
            let line = "All work and no play makes a long document of this, line by line.\n"
            return ArtifactDocument(
                name: ArtifactName(name), body: .text(head + String(repeating: line, count: lines)))
        }
    }

    private mutating func facts() -> JSON {
        var facts: [String: JSON] = [:]
        for report in command.reports {
            switch report.kind {
            case .boolean: facts[report.name] = .bool(Bool.random(using: &random))
            case .enum: facts[report.name] = .string(report.options.randomElement(using: &random) ?? "")
            case .number: facts[report.name] = .int(Int64.random(in: 0...9, using: &random))
            case .list:
                let count = Int.random(in: 0...3, using: &random)
                facts[report.name] = .array((0..<count).map { .string("item-\($0)") })
            }
        }
        return .object(.init(uniqueKeysWithValues: facts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    }

    private mutating func verdict() -> JSON {
        let passes = Double.random(in: 0..<1, using: &random) < 0.7
        guard !passes, let document = command.requires.randomElement(using: &random) else {
            return ["passed": true, "flagged": []]
        }
        return ["passed": false, "flagged": [["artifact": .string(document.name), "reason": "it could be better"]]]
    }
}

extension AgentJournal {
    /// Notes the result before it is sent.
    func noteResult(_ outcome: TaskOutcome, of command: TaskCommand) throws {
        let digests = outcome.artifacts.compactMap { document -> String? in
            guard case .text(let text) = document.body else { return nil }
            return ContentHash.of(text).description
        }
        try note(
            .made(
                task: command.task, key: command.idempotencyKey, isFailure: outcome.error != nil,
                digests: outcome.error == nil ? digests : []))
    }
}
