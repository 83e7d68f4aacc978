import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Approvals where who somebody is comes from a login.
    @Suite(.enabled(if: BrokerProcess.executable != nil, "mosquitto is not installed")) struct SecureApprovalTests {
        @Test("By their roles, with four eyes: the broker's logins say who approves, whatever a message says")
        func roles() async throws {
            let workspace = try Workspace()
            let broker = try await SecureBroker(in: workspace)
            let library = try workspace.library(
                id: "papers",
                sequence: """
                    - {agent: pm, id: prd, creates: prd.md, approve: {by: lead, four_eyes: true}}
                    """)
            let admin = try await broker.add("root", "admin")
            let writer = try await broker.add("writer", "agent", ["--role", "pm"])
            let may = ["--request", "get,list,decide"]
            let lea = try await broker.add("lea", "trigger", may + ["--role", "lead"])
            let olga = try await broker.add("olga", "trigger", may + ["--role", "lead,po"])
            let paul = try await broker.add("paul", "trigger", may)
            let orchestrator = try await broker.serve(workspace, library: library)
            let agent = try workspace.start(
                ["agent", "--role", "pm", "--id", "writer", "--exec", "'\(Workspace.baton.path)' stand-in"],
                name: "writer", environment: writer)
            let started = try await workspace.run(["start", "papers"], environment: admin)
            try #require(started.code == 0, "\(started)")
            func decisions() throws -> [String] {
                try workspace.query("SELECT name || ' ' || status FROM decisions ORDER BY ordinal")
            }
            try await workspace.wait(for: "the question") { try decisions() == ["approve_prd open"] }

            // Without the role.
            let stranger = try await workspace.run(["approve", "last"], environment: paul)
            #expect(stranger.code == 1 && stranger.error.contains("lead may"), "\(stranger)")
            // With it, but having written on the document.
            let file = workspace.directory.appending(path: "edited.md")
            try Data("# As lea wants it\n".utf8).write(to: file)
            let edited = try await workspace.run(["amend", "last", "--file", file.path], environment: lea)
            #expect(edited.code == 0, "\(edited)")
            try await workspace.wait(for: "the author's version") {
                try workspace.query("SELECT max(version) FROM artifacts") == ["3"]
                    && decisions().last?.hasSuffix("open") == true
            }
            let own = try await workspace.run(["approve", "last"], environment: lea)
            #expect(own.code == 1 && own.error.contains("somebody else has to approve it"), "\(own)")
            // As somebody else: the client's name is the login's, or the broker takes nothing from it.
            let posed = try await workspace.run(
                ["approve", "last", "--client", "olga", "--timeout", "5"], environment: lea)
            #expect(posed.code != 0, "\(posed)")
            // The author's login may ask for nothing at all.
            let author = try await workspace.run(
                ["approve", "last", "--timeout", "5"],
                environment: writer.merging(["BATON_BROKER": "mqtts://localhost:\(broker.clients)"]) { $1 })
            #expect(author.code != 0, "\(author)")
            #expect(try decisions().last?.hasSuffix("open") == true)
            #expect(try workspace.query("SELECT status FROM runs") == ["running"])

            let good = try await workspace.run(["approve", "last", "--comment", "Good"], environment: olga)
            #expect(good.output == "approve_prd: approved; the run goes on\n", "\(good)")
            try await workspace.wait(for: "the end") { try workspace.query("SELECT status FROM runs") == ["completed"] }
            let lineage = try await workspace.run(["lineage", "last", "prd.md"], environment: admin)
            #expect(lineage.output.contains("approved by olga at "), "\(lineage)")
            _ = (orchestrator, agent)
        }
    }
}
