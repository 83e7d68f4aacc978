import BatonEngine
import BatonStore
import Foundation
import Testing

@Suite struct DefinitionTests {
    private func definition(_ id: String, revision: String) -> DefinitionRow {
        let plan = Plan(
            workflow: id, title: "Title", summary: "", revision: revision,
            steps: [Step(id: "write", phase: .plan, kind: .agent(AgentWork(roles: ["pm"], notes: "Write.")))],
            attachments: [Attachment(name: "t.md", kind: .task, content: "as it was")])
        return DefinitionRow(
            plan: plan, source: "workflow: {id: \(id)}", file: "\(id).yaml", triggers: ["/\(id)"], client: "me",
            definedAt: Timestamp(milliseconds: 1))
    }

    @Test("The last definition of each id is there after a restart, with its plan")
    func stored() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-store-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "baton.sqlite").path
        do {
            let store = try Store(path: path)
            #expect(try store.definitions().isEmpty)
            for row in [definition("b", revision: "1"), definition("a", revision: "2"), definition("b", revision: "3")]
            {
                var batch = Batch()
                batch.definitions = [row]
                #expect(!batch.isEmpty)
                try store.commit(batch) { _ in fatalError("there is no run") }
            }
        }
        let stored = try Store(path: path).definitions()
        #expect(stored.map(\.id) == ["a", "b"])
        #expect(stored.map(\.plan?.revision) == ["2", "3"])
        #expect(stored[0].source == "workflow: {id: a}")
        #expect(stored[0].file == "a.yaml")
        #expect(stored[0].triggers == ["/a"])
        #expect(stored[0].plan?.attachment("t.md")?.content == "as it was")
    }
}
