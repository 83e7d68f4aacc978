import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// What the README and the guide tell people to type is typed here.
    @Suite struct GuideTests {
        private static let guide = "docs/agents/README.md"
        private static let python = "docs/agents/python/README.md"

        /// Which test runs a block, by what it begins with.
        private static let runners: [(page: String, start: String, test: String)] = [
            ("README.md", "flowchart LR", "a drawing"),
            ("README.md", "make demo", "makeGoals; DemoTests; .ci/run"), ("README.md", "make build", "makeGoals"),
            ("README.md", "mosquitto -c", "byHand"), ("README.md", "baton workflows", "byHand"),
            ("README.md", "mosquitto_pub", "byHand"), ("README.md", "#!/usr/bin/env python3", "byHand"),
            ("README.md", "chmod +x my-agent", "byHand"), ("README.md", "#!/bin/sh", "ask"),
            ("README.md", "baton agent --role analyst --timeout", "ask"),
            (guide, "export OPENAI_API_KEY", "recipes"), (guide, "baton agent --role analyst,pm --exec", "recipes"),
            (guide, "#!/bin/sh\njq -r", "recipes"), (guide, "baton agent --role analyst --exec", "recipes"),
            (guide, "#!/bin/sh\n# claude.sh", "recipes"), (guide, "baton agent --role po", "recipes"),
            (guide, "baton agent --role dev --workdir", "recipes"),
            (guide, "import json, time", "CheckAgentTests.thirtyLines"),
            (guide, "$ baton check-agent", "checkAgent; CheckAgentTests.ourAgents"),
            (guide, "import BatonAgent", "AgentFilesTests.swiftExample; CheckAgentTests.connectsByItself"),
            (python, "python3 -m venv", "pythonAgent"), (python, "def work", "pythonWork"),
        ]

        @Test("Every block of code in the README and the guide has a test that runs it")
        func coverage() throws {
            for page in Guide.pages {
                let blocks = try Guide.blocks(of: page)
                for block in blocks {
                    let isRun = Self.runners.contains { $0.page == page && block.text.hasPrefix($0.start) }
                    #expect(isRun, "\(page): no test runs the block that begins with “\(block.firstLine)”")
                }
                for runner in Self.runners where runner.page == page {
                    #expect(
                        blocks.contains { $0.text.hasPrefix(runner.start) }, "\(page) has no block “\(runner.start)”")
                }
            }
        }

        @Test("The goals that the README names are those of the Makefile")
        func makeGoals() throws {
            let makefile = try String(contentsOf: Workspace.package.appending(path: "Makefile"), encoding: .utf8)
            for block in try Guide.blocks(of: "README.md") where block.language.isEmpty {
                for line in block.lines where line.hasPrefix("make ") {
                    let goal = line.split(separator: " ")[1]
                    #expect(makefile.contains("\n\(goal):"), "\(line)")
                }
            }
        }

        // MARK: The README

        @Test("By hand, as the README says: a broker, an orchestrator, agents, and each command")
        func byHand() async throws {
            let scene = try GuideScene()
            let port = try freePort()
            let page = "README.md"
            let package = Workspace.package
            try scene.program(
                "mosquitto",
                """
                sed 's/1883/\(port)/' "$2" >"$GUIDE/broker.conf"; mkdir -p broker/data
                background env PATH="${PATH#*:}" mosquitto -c "$GUIDE/broker.conf"
                """)
            try scene.program("mosquitto_pub", "PATH=\"${PATH#*:}\" exec mosquitto_pub -p \(port) \"$@\"")
            for name in ["broker", "workflows"] {
                try FileManager.default.copyItem(
                    at: package.appending(path: name), to: scene.workspace.directory.appending(path: name))
            }
            try scene.file("my-agent", Guide.block(of: page, beginning: "#!/usr/bin/env python3").text)
            let environment = ["BATON_BROKER": "mqtt://127.0.0.1:\(port)"]
            func play(_ start: String) async throws {
                let text = try Guide.block(of: page, beginning: start).text.replacing("1883", with: "\(port)")
                let result = try await scene.run(text, environment: environment)
                #expect(result.code == 0, "\(start): \(result)\n\(scene.log.suffix(3000))")
            }
            try await play("mosquitto -c")
            try await play("chmod +x my-agent")
            // The README leaves the other roles to the reader.
            let roles = GreenfieldTests.roles.filter { $0 != "analyst" && $0 != "pm" }.joined(separator: ",")
            let others = "baton agent --role \(roles) --slots 4 --exec \"'\(Workspace.baton.path)' stand-in\""
            _ = try await scene.run(others, environment: environment)

            // What there is to answer is answered by whoever types; `pause` comes when the run has ended.
            let block = try Guide.block(of: page, beginning: "baton workflows")
            for line in block.lines where !line.isEmpty {
                var command = line
                if line.hasPrefix("baton start") { command += " --unanswered no" }
                if line.hasPrefix("baton shard") {
                    command =
                        "mkdir -p docs; baton cat last prd.md >docs/prd.md; printf '\\n## A\\n\\na\\n' >>docs/prd.md; "
                        + line
                }
                let result = try await scene.run(command, environment: environment)
                switch line.split(separator: " ")[1] {
                case "pause": #expect(result.code == 1 && result.output.contains("completed"), "\(line): \(result)")
                case "diff":
                    #expect(result.code == 0 || result.output.contains("version 2"), "\(line): \(result)")
                default: #expect(result.code == 0, "\(line): \(result)\n\(scene.log.suffix(3000))")
                }
            }
            try await play("mosquitto_pub")
            let list = try await scene.run("sleep 1; baton list", environment: environment)
            #expect(list.output.contains("sdlc"), "\(list)")
            scene.stop()
        }

        @Test("The README's prompt for any language model writes a document")
        func ask() async throws {
            let scene = try GuideScene()
            try scene.program("ollama", "test \"$*\" = 'run llama3.2' || exit 9; echo '# By a model'; grep -c .")
            try scene.file("ask", Guide.block(of: "README.md", beginning: "#!/bin/sh").text)
            let orchestrator = try scene.workspace.serve(library: try scene.library(for: ["analyst"]))
            let block = try Guide.block(of: "README.md", beginning: "baton agent --role analyst --timeout")
            let result = try await scene.run(block.text + "\nbaton start recipes --input idea=tea --wait --timeout 60")
            #expect(result.code == 0, "\(result)\n\(scene.log)")
            scene.stop()
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }

        // MARK: The guide

        /// Programs that do as the real ones do with the arguments that the guide gives them, and refuse any other.
        private func standIns(_ scene: GuideScene) throws {
            let writes = """
                for name in $(jq -r '.creates[].name' .baton/task.json); do echo "# By $0" >"$name"; done; echo done
                """
            try scene.program(
                "my-llm",
                """
                case "$*" in
                '' | '--model large') echo '# By my-llm'; cat ;;
                --auto) test "$MY_LLM_KEY" = k && jq -e .task >/dev/null && \(writes) ;;
                *) exit 9 ;;
                esac
                """)
            try scene.program("ollama", "test \"$*\" = 'run llama3.2' || exit 9; echo '# By a model'; cat")
            let keyed = "test -n \"$OPENAI_API_KEY\" || exit 8; echo '# By a model'; cat"
            try scene.program("llm", "test \"$*\" = '-m gpt-5-mini' || exit 9; \(keyed)")
            try scene.program("aichat", "test \"$*\" = '-m openai:gpt-5-mini' || exit 9; \(keyed)")
            let answer =
                ##"{"type":"result","result":"# By Claude","total_cost_usd":0.25,"duration_ms":1500,"##
                + ##""usage":{"input_tokens":40,"output_tokens":2}}"##
            try scene.program(
                "claude",
                """
                test -n "$ANTHROPIC_API_KEY" || exit 8
                case "$1 $2 $3" in
                '-p --output-format json') cat >/dev/null; echo '\(answer)' ;;
                '-p --permission-mode acceptEdits') test -n "$4" || exit 7; \(writes) ;;
                *) exit 9 ;;
                esac
                """)
            try scene.program(
                "codex",
                """
                test -n "$CODEX_API_KEY" || exit 8
                test "$*" = 'exec --sandbox workspace-write --skip-git-repo-check -' || exit 9
                grep -q task.json && \(writes)
                """)
            try scene.file("prompt.sh", Guide.block(of: Self.guide, beginning: "#!/bin/sh\njq -r").text)
            try scene.file("claude.sh", Guide.block(of: Self.guide, beginning: "#!/bin/sh\n# claude.sh").text)
            try scene.file("key.txt", "sk-of-the-guide\n")
        }

        private static let recipeStarts = runners.filter { $0.test == "recipes" && !$0.start.hasPrefix("#!") }.map(
            \.start)

        @Test("Each recipe of the guide serves its roles in a run", arguments: recipeStarts)
        func recipes(start: String) async throws {
            let scene = try GuideScene()
            try standIns(scene)
            let server = try ChatServer(.answer("# By a model"))
            let block = try Guide.block(of: Self.guide, beginning: start)
            let roles = Guide.roles(in: block)
            let orchestrator = try scene.workspace.serve(library: try scene.library(for: roles))
            let text = block.text.replacing("https://api.openai.com/v1", with: server.url)
                .replacing("http://127.0.0.1:11434/v1", with: server.url)
            let keys = ["MY_LLM_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "CODEX_API_KEY"]
            let result = try await scene.run(
                text + "\nbaton start recipes --input idea=tea --wait --timeout 90",
                environment: Dictionary(uniqueKeysWithValues: keys.map { ($0, "k") }))
            #expect(result.code == 0, "\(result)\n\(scene.log.suffix(3000))\n\(scene.workspace.logs)")
            let done = try scene.workspace.query("SELECT count(*) FROM artifacts")
            #expect(done == ["\(roles.count)"])
            if start == "baton agent --role po" {
                #expect(
                    try scene.workspace.query("SELECT usage FROM tasks WHERE usage IS NOT NULL").first?.contains("0.25")
                        == true)
            }
            if start.hasPrefix("export") {
                #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer sk-of-the-guide" })
                #expect(server.requests.count == roles.count)
            }
            scene.stop()
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }

        @Test("The check that the guide shows is the one that is run on the agent in Python")
        func checkAgent() async throws {
            let block = try Guide.block(of: Self.guide, beginning: "$ baton check-agent")
            let words = block.firstLine.dropFirst("$ baton check-agent -- python3 ".count).split(separator: " ").map(
                String.init)
            let tested = try #require(SampleAgent.all.first { $0.name == "Python" })
            let command = try await tested.command()
            #expect(words[0] == "docs/agents/\(tested.file ?? "")")
            #expect(Set(words.dropFirst()) == Set(command.drop { $0 != "--role" }))
        }

        // MARK: Python

        @Test("The agent in Python is set up and started as its page says")
        func pythonAgent() async throws {
            let scene = try GuideScene()
            let folder = SampleAgent.folder.appending(path: "python")
            for name in ["agent.py", "requirements.txt"] {
                try FileManager.default.copyItem(
                    at: folder.appending(path: name), to: scene.workspace.directory.appending(path: name))
            }
            let lines = try Guide.block(of: Self.python, beginning: "python3 -m venv").lines.filter { !$0.isEmpty }
            #expect(lines.count == 2)
            let orchestrator = try scene.workspace.serve(library: try scene.library(for: ["analyst"]))
            let serve = lines[1].replacing("mqtt://127.0.0.1:1883", with: scene.workspace.broker.url)
            let result = try await scene.run(
                """
                \(lines[0]) --quiet
                background \(serve)
                baton start recipes --input idea=tea --wait --timeout 60
                """)
            #expect(result.code == 0, "\(result)\n\(scene.log)")
            scene.stop()
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }

        @Test("The function of the page on Python returns what a result may hold")
        func pythonWork() async throws {
            let scene = try GuideScene()
            let work = try Guide.block(of: Self.python, beginning: "def work").text
            try scene.file(
                "try.py",
                """
                import json
                my_model = lambda instructions, documents: f"# {instructions} {len(documents)}"
                \(work)
                print(json.dumps(work({"handoff": {"instructions": "Go"}, "requires": [1, 2]})))
                """)
            let result = try await scene.run("python3 try.py")
            #expect(result.output.contains(##""name": "brief.md", "content": "# Go 2""##), "\(result)")
        }
    }
}
