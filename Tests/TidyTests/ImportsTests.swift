import Foundation
import Testing

@Suite struct ImportsTests {
    @Test("Every import in Sources is an arrow of the architecture's table")
    func table() {
        let findings = Repository.swift.flatMap(Imports.check)
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test("Every module of the table has files, so that the table is held to something")
    func modulesExist() {
        let modules = Set(Repository.swift.compactMap(\.module))
        #expect(modules == Set(Imports.allowed.keys))
    }

    @Test(
        "An import that the table does not have is found",
        arguments: [
            ("Sources/BatonEngine/A.swift", "import Foundation", "BatonEngine may not import Foundation"),
            ("Sources/BatonMQTT/A.swift", "import BatonEngine", "BatonMQTT may not import BatonEngine"),
            ("Sources/BatonOrchestrator/A.swift", "import CMosquitto", "BatonOrchestrator may not import CMosquitto"),
            ("Sources/BatonAgent/A.swift", "import GRDB", "BatonAgent may not import GRDB"),
            (
                "Sources/BatonDocuments/A.swift", "@preconcurrency internal import struct CYAML.Parser",
                "BatonDocuments may not import CYAML"
            ),
            ("Sources/Attic/A.swift", "", "the module Attic is not in the table"),
        ])
    func forbidden(path: String, text: String, message: String) {
        let findings = Imports.check(Repository.File(path: path, text: text + "\n"))
        #expect(findings.map(\.message) == [message])
    }

    @Test(
        "What looks like an import but is none is left alone",
        arguments: [
            "// import Foundation", "let line = \"import Foundation\"", "    important()", "",
        ])
    func noImport(line: String) {
        #expect(Imports.module(importedBy: line[...]) == nil)
    }

    @Test("Only one module each imports a C library or the database")
    func confined() {
        let importers = { (library: String) in
            Set(
                Repository.swift.filter { $0.lines.contains { Imports.module(importedBy: $0) == library } }
                    .compactMap(\.module))
        }
        #expect(importers("CMosquitto") == ["BatonMQTT"])
        #expect(importers("CYAML") == ["BatonWorkflow"])
        #expect(importers("GRDB") == ["BatonStore"])
        #expect(importers("ArgumentParser") == ["baton"])
        #expect(importers("Hummingbird") == ["BatonDashboard"])
    }
}
