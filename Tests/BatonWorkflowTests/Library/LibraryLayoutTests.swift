import BatonEngine
import Testing

@testable import BatonWorkflow

/// Where workflows and what they name are found.
@Suite struct LibraryLayoutTests {
    private func load(_ files: [String: String], at path: String = "") throws -> (Library, [Diagnostic]) {
        try Folders.withTemporary(files) { Library.load($0 + path, digest: fingerprint) }
    }

    private func flow(_ id: String, _ step: String = "uses: how-to") -> String {
        "workflow: {id: \(id), sequence: [{agent: a, creates: x.md, \(step)}]}"
    }

    /// Which of several files called `how-to.md` a workflow uses.
    private func used(_ library: Library, _ id: String) -> String? {
        library.workflow(id: id)?.plan.attachment("how-to.md")?.content
    }

    @Test("A project: BMAD's core and its expansion packs, and nothing else that lies there")
    func project() throws {
        let (library, diagnostics) = try load([
            "docker-compose.yaml": "services: {}", "data/large.bin": "a\u{0}", "src/workflows/x.yaml": "no: workflow",
            ".github/workflows/ci.yaml": "on: push",
            ".bmad-core/workflows/core.yaml": flow("core"), ".bmad-core/tasks/how-to.md": "core",
            ".bmad-core/core-config.yaml": "markdownExploder: true",
            ".bmad-game/workflows/game.yaml": flow("game"), ".bmad-game/tasks/how-to.md": "game",
            ".bmad-art/workflows/art.yml": flow("art"), ".bmad-art/templates/art-tmpl.yaml": "sections: []",
        ])
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        #expect(library.workflows.map(\.plan.workflow) == ["core", "art", "game"])
        #expect(library.workflows.map(\.pack) == ["bmad-core", "bmad-art", "bmad-game"])
        #expect(used(library, "core") == "core")
        #expect(used(library, "game") == "game", "its own pack goes before the core")
        #expect(used(library, "art") == "core", "what a pack does not have is the core's")
        #expect(library.files.find("how-to")?.content == "core")
    }

    @Test("Where a project keeps its documents goes into the plans of its packs, and makes other revisions of them")
    func projectSettings() throws {
        func settings(_ text: String?) throws -> (ProjectSettings, String) {
            var files = [
                ".bmad-core/workflows/core.yaml": flow("core"), ".bmad-game/workflows/game.yaml": flow("game"),
            ]
            files[".bmad-core/core-config.yaml"] = text
            let (library, diagnostics) = try load(files)
            #expect(diagnostics.filter { $0.severity == .error }.isEmpty, "\(diagnostics)")
            let plan = try #require(library.workflow(id: "game")?.plan)
            return (ProjectSettings(plan), plan.revision)
        }
        let (plain, first) = try settings(nil)
        #expect(plain.values["qa.qaLocation"] == "docs/qa")
        #expect(plain.relocated("docs/stories/1.1.x.md") == "docs/stories/1.1.x.md")
        #expect(plain.shards(of: "docs/prd.md") == "docs/prd" && plain.shards(of: "docs/spec.md") == "docs/spec")
        let own = """
            qa: {qaLocation: quality/}
            prd: {prdFile: plan/product.md, prdShardedLocation: plan/parts}
            architecture: {architectureFile: ../../etc/passwd}
            devStoryLocation: work
            """
        let (changed, second) = try settings(own)
        #expect(first != second)
        #expect(changed.values["qa.qaLocation"] == "quality")
        #expect(changed.relocated("docs/prd.md") == "plan/product.md")
        #expect(changed.relocated("docs/stories/1.1.x.md") == "work/1.1.x.md")
        #expect(changed.shards(of: "plan/product.md") == "plan/parts")
        #expect(changed.relocated("docs/architecture.md") == "docs/architecture.md", "what leads out is not taken")
    }

    @Test("A BMAD repository: the core, expansion packs, and what all share")
    func repository() throws {
        let (library, diagnostics) = try load([
            "package.json": "{}", "bmad-core/workflows/core.yaml": flow("core"),
            "bmad-core/templates/x-tmpl.yaml": "template: {id: x}",
            "common/tasks/how-to.md": "common", "common/utils/u.md": "",
            "expansion-packs/game/workflows/game.yaml": flow("game"), "expansion-packs/game/config.yaml": "name: game",
            "expansion-packs/art/workflows/art.yaml": flow("art"), "expansion-packs/art/tasks/how-to.md": "art",
            "expansion-packs/README.md": "",
        ])
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        #expect(library.workflows.map(\.plan.workflow) == ["core", "art", "game"])
        #expect(used(library, "core") == "common")
        #expect(used(library, "game") == "common")
        #expect(used(library, "art") == "art")
    }

    @Test("One pack, by its own folder: the core and the common files beside it are looked up, and not offered")
    func onePack() throws {
        let files = [
            "bmad-core/workflows/core.yaml": flow("core"), "bmad-core/tasks/how-to.md": "core",
            "common/tasks/shared.md": "common",
            "expansion-packs/game/workflows/game.yaml": flow("game", "uses: [how-to, shared]"),
        ]
        for path in ["/expansion-packs/game", "/expansion-packs/game/workflows", "/expansion-packs/game/"] {
            let (library, diagnostics) = try load(files, at: path)
            #expect(diagnostics.isEmpty, "\(diagnostics)")
            #expect(library.workflows.map(\.plan.workflow) == ["game"])
            #expect(library.workflow(id: "game")?.plan.attachments.map(\.content) == ["core", "common"])
        }
        let (library, _) = try load(files, at: "/expansion-packs/game/workflows/game.yaml")
        #expect(library.workflow(id: "game")?.plan.attachments.map(\.content) == ["core", "common"])
        #expect(try load(files, at: "/bmad-core").0.workflows.map(\.plan.workflow) == ["core"])
    }

    @Test("Workflows beside a project's BMAD: its own files, then the core's; its own workflow of an id is offered")
    func ownAndCore() throws {
        let (library, diagnostics) = try load([
            "workflows/core.yaml": flow("core"), "workflows/own.yaml": flow("own", "uses: [how-to, shard-doc]"),
            "tasks/how-to.md": "own", ".bmad-core/workflows/core.yaml": flow("core"),
            ".bmad-core/tasks/how-to.md": "core", ".bmad-core/tasks/shard-doc.md": "shard",
        ])
        #expect(used(library, "core") == "own")
        #expect(library.workflow(id: "own")?.plan.attachments.map(\.content) == ["own", "shard"])
        #expect(diagnostics.map(\.severity) == [.warning])
        #expect(diagnostics.first?.message.contains("in place of this one") == true)
    }

    @Test("Packs without a BMAD around them are found by what they hold")
    func plainPacks() throws {
        let (library, diagnostics) = try load([
            "first.yaml": flow("first"), "tasks/how-to.md": "own", "pack/workflows/p.yaml": flow("p"),
            "pack/checklists/c.md": "", "notes/workflows/x.yaml": "a: b",
        ])
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        #expect(library.workflows.map(\.plan.workflow) == ["first", "p"])
        #expect(used(library, "p") == "own")
    }

    @Test("Workflows of packs in one folder, called pack--name.yaml")
    func flat() throws {
        let (library, diagnostics) = try load([
            "workflows/first.yaml": flow("first"), "tasks/how-to.md": "own",
            "expansion/workflows/game--play.yaml": flow("play"), "expansion/workflows/plain.yaml": flow("plain"),
        ])
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        #expect(library.workflows.map(\.pack).dropFirst() == ["game", "expansion"])
        #expect(library.find("play.yaml")?.file == "game--play.yaml")
        #expect(library.find("game--play")?.plan.workflow == "play")
        #expect(used(library, "play") == "own")
    }

    @Test("A name is looked up as it is, with an extension, and with -tmpl; a later pack's file of the name is hidden")
    func lookup() {
        let own = LibraryFiles([
            LibraryFile(name: "a.md", kind: .task, content: "own a"),
            LibraryFile(
                name: "x-tmpl.yaml", kind: .template, content: "own x",
                structure: ["template": ["output": ["filename": "docs/other.md"]]]),
        ])
        let core = LibraryFiles([
            LibraryFile(name: "a.md", kind: .checklist, content: "core a"),
            LibraryFile(name: "b-tmpl.yaml", kind: .template, content: "core b"),
            LibraryFile(
                name: "x-tmpl.yaml", kind: .template, content: "core x",
                structure: ["template": ["output": ["filename": "docs/y.md"]]]),
        ])
        let files = LibraryFiles(packs: [own, core])
        for name in ["a", "a.md", "tasks/a.md", "checklists/a.md"] { #expect(files.find(name)?.content == "own a") }
        for name in ["b", "b-tmpl", "b-tmpl.yaml"] { #expect(files.find(name)?.content == "core b") }
        #expect(files.files.map(\.content) == ["own a", "own x", "core b"])
        #expect(files.template(forDocument: "other.md")?.content == "own x")
        #expect(files.template(forDocument: "y.md") == nil, "the file that says so is hidden")
        #expect(files.template(forDocument: "b.md") == nil, "<stem>-tmpl is of the workflow's own pack only")
    }

    @Test("Two looks at a folder are equal until a file in it is added, removed or changed")
    func equality() throws {
        try Folders.withTemporary(["a.yaml": "1", "tasks/t.md": "2"]) { folder in
            let first = LibraryLayout(folder)
            #expect(LibraryLayout(folder) == first)
            try Folders.write("12", to: folder + "/tasks/t.md")
            let second = LibraryLayout(folder)
            #expect(second != first)
            try Folders.write("new", to: folder + "/tasks/u.md")
            #expect(LibraryLayout(folder) != second)
            try Folders.remove(folder + "/tasks/u.md")
            #expect(LibraryLayout(folder) == second)
        }
    }

    @Test("The published folder is a library with its expansion packs and teams", .enabled(if: Folders.hasPublished))
    func published() throws {
        let (library, _) = Library.load(try #require(Folders.published), digest: fingerprint)
        #expect(library.find("novel-writing")?.pack == "bmad-creative-writing")
        #expect(library.find("greenfield-service")?.pack != "bmad-creative-writing")
        let fullstack = try #require(library.team("team-fullstack"))
        #expect(fullstack.title == "Team Fullstack")
        let plan = try #require(library.find("greenfield-service")?.plan)
        #expect(fullstack.missingRoles(of: plan) == ["sm", "dev", "qa"])
        #expect(library.team("Team All")?.missingRoles(of: plan) == [])
    }
}
