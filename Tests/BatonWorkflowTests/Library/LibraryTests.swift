import BatonEngine
import Foundation
import Testing

@testable import BatonWorkflow

@Suite struct LibraryTests {
    private static let flow = "workflow: {id: flow, triggers: [/go], sequence: [{agent: a, creates: prd.md}]}"
    private static let template = "template: {id: prd, output: {filename: docs/prd.md}}\nsections: []\n"

    private func load(_ files: [String: String], at path: String = "") throws -> (Library, [Diagnostic]) {
        try Folders.withTemporary(files) { Library.load($0 + path, digest: fingerprint) }
    }

    @Test("A folder with workflows among its templates")
    func flat() throws {
        let (library, diagnostics) = try load([
            "first.yaml": Self.flow, "second.yml": "workflow: {id: other, sequence: [{agent: b}]}",
            "readme.md": "not a workflow", ".hidden.yaml": "no: [", "templates/prd-tmpl.yaml": Self.template,
        ])
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        #expect(library.workflows.map(\.file) == ["first.yaml", "second.yml"])
        #expect(library.find("flow")?.plan.attachments.map(\.name) == ["prd-tmpl.yaml"])
        #expect(library.find("flow")?.source == Self.flow)
    }

    @Test(
        "A folder as BMAD lays it out, from the top, from its workflows, and from one file",
        arguments: [
            "", "/workflows", "/workflows/first.yaml", "/",
        ])
    func nested(path: String) throws {
        let (library, diagnostics) = try load(
            [
                "core-config.yaml": "not: a workflow", "workflows/first.yaml": Self.flow,
                "templates/prd-tmpl.yaml": Self.template,
            ], at: path)
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        #expect(library.workflows.map(\.plan.workflow) == ["flow"])
        #expect(library.files.files.map(\.name) == ["prd-tmpl.yaml"])
    }

    @Test("A start names a workflow by id, file name or trigger", arguments: ["flow", "first", "first.yaml", "/go"])
    func find(name: String) throws {
        let (library, _) = try load(["first.yaml": Self.flow])
        #expect(library.find(name)?.plan.workflow == "flow")
        #expect(library.find("none") == nil)
    }

    @Test("An id goes before a file name")
    func precedence() throws {
        let (library, _) = try load([
            "b.yaml": "workflow: {id: a, sequence: [{agent: x}]}",
            "a.yaml": "workflow: {id: b, sequence: [{agent: x}]}",
        ])
        #expect(library.find("a")?.file == "b.yaml")
    }

    @Test("Broken files are reported and not offered; the others are")
    func broken() throws {
        let (library, diagnostics) = try load([
            "bad.yaml": "workflow: [", "good.yaml": Self.flow, "other.yaml": "workflow: {id: o}",
            "templates/bad-tmpl.yaml": "a: 1\na: 2", "tasks/binary.md": "a\u{0}b",
            "large.yaml": String(repeating: "#", count: 2 << 20),
        ])
        #expect(library.workflows.map(\.file) == ["good.yaml"])
        #expect(library.files.files.isEmpty)
        let found = diagnostics.map { "\($0.file.split(separator: "/").last!): \($0.severity)" }
        #expect(
            Set(found) == [
                "bad.yaml: error", "other.yaml: error", "bad-tmpl.yaml: error", "binary.md: warning",
                "large.yaml: error",
            ], "\(diagnostics)")
    }

    @Test("Of two workflows of one id the second is not offered")
    func duplicates() throws {
        let (library, diagnostics) = try load(["a.yaml": Self.flow, "b.yaml": Self.flow])
        #expect(library.workflows.map(\.file) == ["a.yaml"])
        #expect(diagnostics.map(\.severity) == [.error])
    }

    @Test("What is no folder, and what is no regular file, is said, and nothing waits")
    func notFiles() throws {
        let (library, diagnostics) = Library.load("/nowhere/at/all", digest: fingerprint)
        #expect(library.workflows.isEmpty)
        #expect(diagnostics.map(\.description) == ["/nowhere/at/all: error: there is no such file or folder"])
        try Folders.withTemporary([:]) { folder in
            #expect(mkfifo(folder + "/pipe.yaml", 0o600) == 0)
            let (_, diagnostics) = Library.load(folder, digest: fingerprint)
            #expect(diagnostics.map(\.message) == ["is not a regular file"])
        }
    }

    @Test("A template nested deeper than a command may be is not offered")
    func deepTemplate() throws {
        let deep = "a: " + String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        let (library, diagnostics) = try load(["first.yaml": Self.flow, "templates/deep-tmpl.yaml": deep])
        #expect(library.files.files.isEmpty)
        #expect(diagnostics.hasErrors)
    }
}
