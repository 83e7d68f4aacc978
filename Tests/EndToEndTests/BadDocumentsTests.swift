import BatonEngine
import BatonMessages
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Documents that can't be: each is refused by name, and nothing of it stays.
    @Suite struct BadDocumentsTests {
        private static let workflow = """
            workflow:
              id: papers
              sequence:
                - agent: analyst
                  creates: brief.md
                  retry: {max_attempts: 50, backoff: {initial: PT0.01S, factor: 1, max: PT0.01S}}

            """

        private static let template = """
            template: {id: brief, name: Brief, output: {filename: docs/brief.md}}
            sections:
              - {id: goals, title: Goals, type: bullet-list}
              - {id: dev-notes, title: Dev Notes, owner: dev-agent}

            """

        private let workspace: Workspace
        private let orchestrator: GuardedProcess

        init() throws {
            workspace = try Workspace()
            let library = workspace.directory.appending(path: "library")
            let templates = library.appending(path: "templates")
            try FileManager.default.createDirectory(at: templates, withIntermediateDirectories: true)
            try Self.workflow.write(to: library.appending(path: "papers.yaml"), atomically: true, encoding: .utf8)
            try Self.template.write(to: templates.appending(path: "brief-tmpl.yaml"), atomically: true, encoding: .utf8)
            orchestrator = try workspace.serve(library: library)
        }

        private func isNothingStored() throws -> Bool {
            try workspace.query("SELECT (SELECT count(*) FROM artifacts), (SELECT count(*) FROM blobs)") == ["0|0"]
                && files().isEmpty
        }

        private func files() -> [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: workspace.database + "-artifacts")) ?? []
        }

        private func end() throws {
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            try RunChecks(workspace: workspace).hold()
        }

        /// As many sections as fit into a result, none of which the template has.
        private static let manySections: JSON = {
            let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz").map(String.init)
            let ids = (0..<100_000).map { number -> String in
                let places = [number / 46_656, number / 1296, number / 36, number]
                return places.map { digits[$0 % 36] }.joined()
            }
            return .object(.init(uniqueKeysWithValues: ids.map { ($0, JSON.string("")) }))
        }()

        @Test("Wrong, foreign and 100,000 sections, names that escape, bytes that are no UTF-8, hashes of nothing")
        func results() async throws {
            let agent = try BareAgent(workspace, id: "ann", roles: ["analyst"], answers: false)
            #expect(try await workspace.run(["start", "papers", "--timeout", "30"]).code == 0)
            let nothing = ContentHash.of("nothing").description
            let bad: [(artifact: JSON, reason: String)] = [
                (
                    ["name": "brief.md", "sections": ["golas": "x", "goals": ["x"]]],
                    "brief.md: golas: the template has no section with this id"
                ),
                (["name": "brief.md", "sections": [:]], "brief.md: goals: "),
                (
                    ["name": "brief.md", "sections": ["goals": ["x"], "dev-notes": "mine"]],
                    "the section “Dev Notes” belongs to dev; analyst may not"
                ),
                (
                    ["name": "brief.md", "content": "# Brief\n\n## Goals\n\n- x\n\n## Dev Notes\n\nmine\n"],
                    "the section “Dev Notes” belongs to dev; analyst may not write it"
                ),
                (
                    ["name": "brief.md", "content": "I cannot help with that."],
                    "brief.md: goals: the required section “Goals” is missing; write it under a heading with this title"
                ),
                (
                    ["name": "brief.md", "content": "# Brief\n\n## Goals\n\nTo sell tea.\n"],
                    "brief.md: goals: the section “Goals” must hold a list"
                ),
                (["name": "aux.md", "content": "x"], "\"aux.md\" has the part “aux.md”, which is a device's name"),
                (["name": "BRIEF.md", "content": "x"], "\"BRIEF.md\" differs from \"brief.md\" in its case alone"),
                (["name": "brief.md", "sections": Self.manySections], "sections: more than 50000 contents"),
                (["name": "../brief.md", "content": "x"], "artifacts[0].name "),
                (["name": "/etc/brief.md", "content": "x"], "artifacts[0].name is an absolute path"),
                (["name": "a\\..\\brief.md", "content": "x"], "artifacts[0].name contains a backslash"),
                (["name": "brief.md", "content_base64": "IyDDKA=="], "must be UTF-8 text"),
                (
                    ["name": "brief.md", "sha256": .string(nothing)],
                    "the run has no content with the sha256 \(nothing)"
                ),
                (["name": "brief.md", "sha256": "beef"], "artifacts[0].sha256 must be a SHA-256"),
            ]
            for (number, (artifact, reason)) in bad.enumerated() {
                try await workspace.wait(for: "command \(number + 1)") { agent.received.count == number + 1 }
                let began = ContinuousClock.now
                agent.answer(agent.received[number], artifacts: [artifact])
                try await workspace.wait(for: "answer \(number + 1)") { agent.answersToUs.count == number + 1 }
                let answer = agent.answersToUs[number]
                let reasons = (answer["reasons"]?.array ?? []).compactMap(\.string)
                #expect(answer["outcome"] == "rejected" && reasons.contains { $0.contains(reason) }, "\(answer.text)")
                #expect(reasons.count <= 101 && ContinuousClock.now - began < .seconds(20), "\(reasons.count)")
                #expect(try isNothingStored(), "\(artifact.text.prefix(200))")
                // Three failures in a row bench an agent, until it reports in again.
                guard number % 3 == 2 else { continue }
                try workspace.publish(
                    #"{"state":"online","roles":["analyst"],"slots":1,"epoch":\#(number),"beats":false,"schema":1}"#,
                    to: "agent/ann/state", ["-r"])
            }
            try await workspace.wait(for: "the last command") { agent.received.count == bad.count + 1 }
            agent.answer(
                agent.received[bad.count], artifacts: [["name": "brief.md", "sections": ["goals": ["Sell tea"]]]])
            try await workspace.wait(for: "the end") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            try end()
        }

        @Test("200 MB are refused before a byte of them is sent, and a content that is not its hash is dropped")
        func puts() async throws {
            let agent = try BareAgent(workspace, id: "ann", roles: ["analyst"], answers: false)
            #expect(try await workspace.run(["start", "papers", "--timeout", "30"]).code == 0)
            try await workspace.wait(for: "the command") { agent.received.count == 1 }
            let command = agent.received[0].json
            let content = [UInt8](repeating: 7, count: 1000)
            func put(_ digest: Digest, size: Int, _ bytes: [UInt8]) throws -> [UInt8] {
                let (task, lease) = (command["task"]?.string ?? "", command["lease"]?.string ?? "")
                return ArtifactPut(
                    task: try #require(Identifier(task)), lease: try #require(Identifier(lease)), digest: digest,
                    offset: 0, size: size, bytes: bytes
                ).encode()
            }
            let bad: [(message: [UInt8], answer: String)] = [
                (
                    try put(ContentHash.of(content), size: 200 << 20, []),
                    "the artifact has 209715200 bytes; at most 134217728 are taken"
                ),
                (
                    try put(ContentHash.of(content), size: 200 << 20, content),
                    "the artifact has 209715200 bytes; at most 134217728 are taken"
                ),
                (
                    try put(ContentHash.of("other"), size: content.count, content),
                    "the content is not what its sha256 says: it was dropped"
                ),
                (
                    try put(ContentHash.of(content), size: 999, content),
                    "the range ends behind the artifact's 999 bytes"
                ),
            ]
            for (number, (message, answer)) in bad.enumerated() {
                agent.send(message, to: "put")
                try await workspace.wait(for: "answer \(number + 1)") { agent.ranges.count == number + 1 }
                #expect(agent.ranges[number]["error"]?.string == answer)
                #expect(try isNothingStored())
            }
            try end()
        }

        @Test("A document of 200 MB that a program leaves is refused by its name, and nothing of it is sent")
        func leftByProgram() async throws {
            let agent = try workspace.start(
                [
                    "agent", "--role", "analyst", "--id", "ann", "--workdir", "work", "--exec",
                    "truncate -s 200M brief.md",
                ], name: "ann")
            #expect(try await workspace.run(["start", "papers", "--timeout", "30"]).code == 0)
            let reason = "the document “brief.md” has 209715200 bytes; at most 134217728 are taken"
            try await workspace.wait(for: "the refusal") {
                try workspace.query("SELECT message FROM attempts").first?.contains(reason) == true
            }
            #expect(try isNothingStored())
            withExtendedLifetime(agent) {}
            try end()
        }
    }
}
