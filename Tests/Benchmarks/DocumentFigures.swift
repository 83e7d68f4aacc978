import BatonClient
import BatonDocuments
import BatonEngine
import BatonTestKit
import Foundation

/// What documents cost: to make a long one of its sections, and to look through very many versions.
enum DocumentFigures {
    static func measure(agents: [String], scale: Int) async throws -> [Figure] {
        try rendering() + (try await versions(10_000 / scale, agents))
    }

    // MARK: Rendering

    private static func rendering() throws -> [Figure] {
        let outline = Outline(id: "bench", name: "Bench", sections: kinds.map { section($0.id, $0.type) })
        var sections: [String: JSON] = [:]
        for (id, _, content) in kinds { sections[id] = content }
        let (content, reasons) = outline.content(
            sections: .object(.init(uniqueKeysWithValues: sections.sorted { $0.key < $1.key })))
        guard reasons.isEmpty else { throw BenchFailure("the content is not read: \(reasons)") }
        var size = 0
        let times = try (0..<50).map { _ in
            let began = ContinuousClock.now
            let composition = outline.compose(content)
            let time = (ContinuousClock.now - began) / .milliseconds(1)
            guard composition.reasons.isEmpty else { throw BenchFailure("not composed: \(composition.reasons)") }
            size = composition.text.utf8.count
            return time
        }
        guard size >= 100_000 else { throw BenchFailure("the document has \(size) bytes, and should have 100,000") }
        return [Figure("rendering a document of \(size / 1000) kB", times.median, "ms", atMost: 10)]
    }

    /// Twenty kilobytes of each.
    private static let kinds: [(id: String, type: String, content: JSON)] = {
        let line = "A sentence with *marks*, a | bar, `code` and {{no variable}} that is a hundred bytes long, or so."
        let lines: [JSON] = (1...200).map { .string("\($0). \(line)") }
        let table: [JSON] = (1...200).map { [.string("Row \($0)"), .string(line)] }
        return [
            ("prose", "paragraphs", .string((1...200).map { "\($0) \(line)" }.joined(separator: "\n\n"))),
            ("bullets", "bullet-list", .array(lines)), ("numbers", "numbered-list", .array(lines)),
            ("table", "table", .array(table)),
            ("code", "code", .string((1...200).map { "\($0) \(line)" }.joined(separator: "\n"))),
            ("checks", "checklist", .array(lines)),
        ]
    }()

    private static func section(_ id: String, _ type: String) -> OutlineSection {
        var section = OutlineSection(id: id, title: id.capitalized)
        section.type = type
        if type == "table" { section.columns = ["name", "text"] }
        return section
    }

    // MARK: Versions

    /// All versions of a run's documents, asked of an orchestrator over the broker.
    private static func versions(_ count: Int, _ agents: [String]) async throws -> [Figure] {
        let broker = try BrokerProcess(isQuiet: true)
        let workers = try agents.map { try BenchAgent(id: $0, port: broker.port) }
        defer { for worker in workers { worker.finish() } }
        let load = Load.items(count, runs: 1)
        let stage = try Stage(broker: broker, load: load)
        defer { stage.clear() }
        try stage.start()
        let watcher = try Watcher(port: broker.port, facts: load.facts)
        defer { watcher.finish() }
        _ = try watcher.runAll(load)

        let client = try await Client.connect(ClientConfiguration(broker: BrokerAddress(port: broker.port)))
        guard let run = try await client.runs().first?.run else { throw BenchFailure("there is no run") }
        var listing: [Double] = []
        var lineage: [Double] = []
        for _ in 0..<20 {
            let began = ContinuousClock.now
            let entries = try await client.artifacts(of: run)
            let listed = ContinuousClock.now
            guard entries.count >= count, Lineage(entries).nodes.count == entries.count else {
                throw BenchFailure("there are \(entries.count) versions, and should be \(count)")
            }
            listing.append((listed - began) / .milliseconds(1))
            lineage.append((ContinuousClock.now - listed) / .milliseconds(1))
        }
        await client.stop()
        return [
            Figure("listing \(count) versions, asked over the broker", listing.median, "ms", atMost: 50),
            Figure("lineage of \(count) versions", lineage.median, "ms", atMost: 50),
        ]
    }
}
