import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// `baton validate`, which needs no broker.
    @Suite struct ValidateTests {
        private static let good = "workflow:\n  id: good\n  sequence:\n    - agent: pm\n      creates: prd.md\n"
        private static let bad = """
            workflow:
              id: bad
              sequence:
                - agent: pm
                  creates: prd.md
                  priority: urgent
                  timout: PT5M
                  timeout: soon
            """

        private func workspace() throws -> Workspace {
            let workspace = try Workspace()
            try Self.good.write(
                to: workspace.directory.appending(path: "good.yaml"), atomically: true, encoding: .utf8)
            try Self.bad.write(to: workspace.directory.appending(path: "bad.yaml"), atomically: true, encoding: .utf8)
            return workspace
        }

        @Test("All findings in one go, each with its line, a caret below it, and a hint where there is one")
        func findings() async throws {
            let workspace = try workspace()
            let result = try await workspace.run(["validate", "good.yaml", "bad.yaml"])
            #expect(result.code == 1)
            #expect(
                result.output == """
                    bad.yaml:6:17: error: priority must be one of low, medium, high, critical, not "urgent"
                              priority: urgent
                                        ^
                    bad.yaml:7:7: note: the key "timout" means nothing here
                              timout: PT5M
                              ^
                        hint: did you mean timeout?
                    bad.yaml:8:16: error: timeout must be an ISO-8601 duration of at most a year
                              timeout: soon
                                       ^
                        hint: write PT30S for thirty seconds, PT5M for five minutes, PT2H for two hours

                    """)
            #expect(result.error == "1 workflow can run, 2 errors, 0 warnings\n")
        }

        @Test("The same as JSON, an array whatever there is to tell")
        func json() async throws {
            let workspace = try workspace()
            let result = try await workspace.run(["validate", "--format", "json", "bad.yaml"])
            #expect(result.code == 1)
            let findings = try #require(try JSON.parse(result.output).array)
            #expect(findings.map { $0["line"]?.int } == [6, 7, 8])
            #expect(
                findings.last == [
                    "file": "bad.yaml", "line": 8, "column": 16, "severity": "error",
                    "message": "timeout must be an ISO-8601 duration of at most a year",
                    "hint": "write PT30S for thirty seconds, PT5M for five minutes, PT2H for two hours",
                ])
            let nothing = try await workspace.run(["validate", "--format", "json", "good.yaml"])
            #expect(nothing.code == 0)
            #expect(try JSON.parse(nothing.output) == [])
        }

        @Test("0 without an error, 1 with one, 2 for wrong usage")
        func exitCodes() async throws {
            let workspace = try workspace()
            #expect(try await workspace.run(["validate", "good.yaml"]).code == 0)
            #expect(try await workspace.run(["validate", "missing.yaml"]).code == 1)
            #expect(try await workspace.run(["validate"]).code == 2)
            #expect(try await workspace.run(["validate", "--format", "xml", "good.yaml"]).code == 2)
        }

        @Test("A folder is a library: its workflows, and what lies beside them")
        func folder() async throws {
            let workspace = try workspace()
            try FileManager.default.createDirectory(
                at: workspace.directory.appending(path: "agents"), withIntermediateDirectories: true)
            try "no agent".write(
                to: workspace.directory.appending(path: "agents/pm.md"), atomically: true, encoding: .utf8)
            let result = try await workspace.run(["validate", workspace.directory.path])
            #expect(result.code == 1)
            #expect(result.output.contains("/agents/pm.md: warning: holds no agent"))
            #expect(result.error == "1 workflow can run, 2 errors, 1 warning\n")
            let own = Workspace.package.appending(path: "workflows").path
            let clean = try await workspace.run(["validate", own])
            #expect(clean.code == 0)
            #expect(clean.output == "")
        }

        private static let template = """
            template: {id: plan, name: Plan}
            sections:
              - id: goals
                title: Goals
                sectons:
                  - {id: inner, title: Inner}
              - {id: rest, title: Rest, condtion: seldom, example_data: x}

            """

        @Test("A file that is a template, and a folder with nothing else, are checked as templates")
        func templates() async throws {
            let workspace = try Workspace()
            let file = workspace.directory.appending(path: "plan-tmpl.yaml")
            try Self.template.write(to: file, atomically: true, encoding: .utf8)
            let result = try await workspace.run(["validate", "plan-tmpl.yaml"])
            #expect(result.code == 0, "\(result)")
            #expect(
                result.output == """
                    plan-tmpl.yaml:5:5: warning: sections.goals: the key "sectons" means nothing here
                            sectons:
                            ^
                        hint: did you mean sections?
                    plan-tmpl.yaml:7:29: warning: sections.rest: the key "condtion" means nothing here
                          - {id: rest, title: Rest, condtion: seldom, example_data: x}
                                                    ^
                        hint: did you mean condition?

                    """)
            #expect(result.error == "1 template, 0 errors, 2 warnings\n")
            for folder in [".", workspace.directory.path] {
                let all = try await workspace.run(["validate", folder])
                #expect(all.code == 0 && all.output.contains(#"the key "sectons" means nothing here"#), "\(all)")
                #expect(all.error == "1 template, 0 errors, 2 warnings\n")
            }
            let piped = try await onThread {
                try runToEnd(
                    Workspace.baton, ["validate", "-"], environment: ProcessInfo.processInfo.environment,
                    directory: workspace.directory, input: Data(Self.template.utf8))
            }
            #expect(piped.code == 0 && piped.output.hasPrefix("<stdin>:5:5: warning: sections.goals"), "\(piped)")
            try "template: {id: x\n".write(to: file, atomically: true, encoding: .utf8)
            #expect(try await workspace.run(["validate", "plan-tmpl.yaml"]).code == 1)
        }

        @Test("A template beside workflows is one, and counts beside them")
        func templatesAmongWorkflows() async throws {
            let workspace = try workspace()
            try Self.template.write(
                to: workspace.directory.appending(path: "plan-tmpl.yaml"), atomically: true, encoding: .utf8)
            let result = try await workspace.run(["validate", "good.yaml", "plan-tmpl.yaml"])
            #expect(result.code == 0)
            #expect(result.error == "1 workflow can run, 1 template, 0 errors, 2 warnings\n")
        }

        @Test("Every published template is one, and has no error")
        func publishedTemplates() async throws {
            guard let folder = PublishedRun.folder() else { return }
            let workspace = try Workspace()
            let templates = folder.appending(path: "templates")
            let names = try FileManager.default.contentsOfDirectory(atPath: templates.path).filter {
                $0.hasSuffix(".yaml")
            }
            let paths = names.map { templates.appending(path: $0).path }
            let each = try await workspace.run(["validate"] + paths)
            #expect(each.code == 0, "\(each)")
            #expect(!each.output.contains("no steps"), "\(each)")
            let all = try await workspace.run(["validate", templates.path])
            #expect(all.code == 0, "\(all)")
            #expect(all.error.hasPrefix("\(names.count) templates, 0 errors"), "\(all)")
            #expect(!each.output.contains("means nothing here"), "\(each)")
        }

        @Test("Standard input is read for -, and what a terminal would obey is not written")
        func standardInput() async throws {
            let workspace = try workspace()
            let text = "workflow:\n\t\u{1B}]0;title\u{07}id: x\n"
            let result = try await onThread {
                try runToEnd(
                    Workspace.baton, ["validate", "-"], environment: ProcessInfo.processInfo.environment,
                    directory: workspace.directory, input: Data(text.utf8))
            }
            #expect(result.code == 1)
            #expect(result.output.hasPrefix("<stdin>:2:"), "\(result.output)")
            #expect(!result.output.contains("\u{1B}"))
            #expect(result.output.contains(#"\u{1B}"#), "\(result.output)")
        }
    }
}
