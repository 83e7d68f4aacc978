import ArgumentParser
import BatonClient
import Foundation

/// The command line.
struct Baton: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baton",
        abstract: "Durable workflow orchestration for agents, over MQTT.",
        discussion: """
            Exit codes: 0 done; 1 it failed, or the run failed or was cancelled; 2 wrong usage; 3 the run needs \
            a person; 4 no broker or no orchestrator; 5 no such run, workflow, question \
            or document.
            """,
        subcommands: [Man.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Services",
                subcommands: [
                    Serve.self, DashboardCommand.self, AgentCommand.self, CheckAgent.self, StandIn.self, Demo.self,
                    UserCommand.self,
                ]),
            CommandGroup(
                name: "Runs",
                subcommands: [
                    Start.self, Watch.self, Status.self, List.self, Decisions.self, Decide.self, Approve.self,
                    Reject.self, Amend.self, History.self, Logs.self, Agents.self, Doctor.self, Handoffs.self,
                    Pause.self, Resume.self, Retry.self,
                    ReworkCommand.self, Fork.self, Skip.self, Fail.self, Cancel.self, Forget.self,
                ]),
            CommandGroup(name: "Records", subcommands: [Archive.self, Replay.self, DeadLetters.self]),
            CommandGroup(
                name: "Documents",
                subcommands: [
                    Export.self, Verify.self, Artifacts.self, Cat.self, Diff.self, LineageCommand.self, Shard.self,
                ]),
            CommandGroup(name: "Workflows", subcommands: [Workflows.self, Validate.self, Show.self, Define.self]),
        ])
}

@main
enum Main {
    static func main() async {
        do {
            var command = try Baton.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            end(0)
        } catch {
            end(Failure.report(error))
        }
    }

    /// Whoever asked for output and did not get it must not believe that it is there.
    private static func end(_ code: Int32) -> Never {
        guard let number = Terminal.lostOutput else { exit(code) }
        Failure.say("the output could not be written, and is not complete: \(String(cString: strerror(number)))")
        exit(code == 0 ? Failure.general : code)
    }
}
