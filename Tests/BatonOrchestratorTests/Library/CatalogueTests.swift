import BatonEngine
import BatonMessages
import BatonWorkflow
import Foundation
import Testing

@testable import BatonOrchestrator
@testable import BatonStore

@Suite struct CatalogueTests {
    private func library(_ files: [String: String]) throws -> Library {
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-library-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return Library.load(folder.path, digest: LibraryFolder.digest).library
    }

    private func defined(_ id: String, role: String = "pm", triggers: [String] = []) -> LoadedWorkflow {
        let plan = Plan(
            workflow: id, title: id, summary: "", revision: "r-\(id)",
            steps: [Step(id: "s", phase: .plan, kind: .agent(AgentWork(roles: [role])))])
        return LoadedWorkflow(plan: plan, source: "", file: "\(id).yaml", triggers: triggers, diagnostics: [])
    }

    private static let files = [
        "one.yaml": "workflow: {id: first, triggers: [/go], sequence: [{agent: pm}]}", "bad.yaml": "workflow: [",
        "agent-teams/small.yaml": "agents: [pm]",
    ]

    @Test("Ids go before file names and triggers, and the library before what was defined")
    func find() throws {
        var catalogue = Catalogue(library: try library(Self.files))
        catalogue.define(defined("one", triggers: ["/one", "/go"]))
        #expect(catalogue.find("first")?.file == "one.yaml")
        #expect(catalogue.find("one")?.plan.revision == "r-one")
        #expect(catalogue.find("one.yaml")?.plan.workflow == "first")
        #expect(catalogue.find("/go")?.plan.workflow == "first")
        #expect(catalogue.find("/one")?.plan.workflow == "one")
        #expect(catalogue.find("two") == nil)
        #expect(catalogue.ids == ["first", "one"])
    }

    @Test("Clients are told what a start may bring: inputs with their types and defaults, and paths")
    func inputs() throws {
        let files = [
            "tea.yaml": """
            workflow:
              id: tea
              description: From a plant to a pot.
              inputs:
                idea: {type: string, required: true, description: What is wanted.}
                cups: {type: integer, default: 2}
              sequence: [{agent: pm}]
            """
        ]
        let entry = try #require(Catalogue(library: try library(files)).entries.first)
        #expect(entry.summary == "From a plant to a pot.")
        #expect(
            entry.inputs == [
                WorkflowInput(name: "idea", type: "string", isRequired: true, summary: "What is wanted."),
                WorkflowInput(name: "cups", type: "integer", defaultValue: 2),
            ])
        #expect(entry.paths.isEmpty)
    }

    @Test("Clients are told what can be started, what is broken, and what a file hides")
    func entries() throws {
        var catalogue = Catalogue(library: try library(Self.files))
        catalogue.define(defined("made"))
        catalogue.define(defined("first"))
        let entries = catalogue.entries
        #expect(entries.map(\.id) == ["first", "bad", "made"])
        #expect(entries.map(\.state) == [.ready, .broken, .ready])
        #expect(entries.map(\.origin) == [.library, .library, .defined])
        #expect(entries[1].problems.count == 1)
        #expect(entries[1].problems[0].contains("bad.yaml:"))
    }

    @Test("A team that has nobody for a role refuses, and says for which")
    func team() throws {
        let library = try library(Self.files)
        var catalogue = Catalogue(library: library, team: try library.requireTeam("small"))
        #expect(catalogue.refusal(of: defined("a").plan) == nil)
        let refusal = try #require(catalogue.refusal(of: defined("a", role: "qa").plan))
        #expect(refusal == "the team small has nobody for qa, which the workflow a needs")
        catalogue.define(defined("a", role: "qa"))
        #expect(catalogue.entries.last?.problems == [refusal])
        #expect(throws: SettingsError.self) { _ = try library.requireTeam("large") }
        // What it is meant for is started with whom there is.
        catalogue.replaceLibrary(try self.library(["agent-teams/small.yaml": "agents: [pm]\nworkflows: [a.yaml]"]))
        #expect(catalogue.refusal(of: defined("a", role: "qa").plan) == nil)
        #expect(catalogue.refusal(of: defined("b", role: "qa").plan) != nil)
        catalogue.replaceLibrary(library)

        // A library without it changes nothing; one in which it grew does.
        catalogue.replaceLibrary(try self.library([:]))
        #expect(catalogue.refusal(of: defined("a", role: "qa").plan) != nil)
        catalogue.replaceLibrary(try self.library(["agent-teams/small.yaml": "agents: [pm, qa]"]))
        #expect(catalogue.refusal(of: defined("a", role: "qa").plan) == nil)
    }

    @Test("Definitions come back from the database; one whose plan is not readable is compiled again")
    func restore() throws {
        var catalogue = Catalogue(library: try library([:]))
        catalogue.define(defined("lost"))
        catalogue.restore([]) { _ in nil }
        #expect(catalogue.find("lost") == nil, "it did not get to the database")
        let stored = [
            StoredDefinition(id: "a", source: "A", file: "a.yaml", triggers: ["/a"], plan: defined("a").plan),
            StoredDefinition(id: "b", source: "B", file: "b.yaml", triggers: [], plan: nil),
            StoredDefinition(id: "c", source: "C", file: "c.yaml", triggers: [], plan: nil),
        ]
        catalogue.restore(stored) { $0.id == "b" ? defined("b") : nil }
        #expect(catalogue.definitions.keys == ["a", "b"])
        #expect(catalogue.find("/a")?.source == "A")
    }
}
