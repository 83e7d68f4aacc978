import ArgumentParser

@main struct Baton: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baton",
        abstract: "Durable workflow orchestration for agents, over MQTT.",
        subcommands: [Serve.self, AgentCommand.self, StandIn.self])
}
