import ArgumentParser
import BatonClient
import BatonOrchestrator
import Foundation

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Logins for the broker of broker/secure, and what they may.",
        discussion: """
            A login is one client. Its name is the segment of its topics; its kind decides the listener and the rights \
            at the broker, and what is said here goes into the orchestrator's access file. A running broker and \
            orchestrator notice at once.

            Examples:
              baton user add ann --kind agent --role analyst,pm --slots 2
              baton user add ci --kind trigger --workflow sdlc
              baton user add lead --kind trigger --request get,list,decide --decision user_approved
              baton user list
              baton user remove ann
            """,
        subcommands: [UserAdd.self, UserList.self, UserRemove.self])
}

struct LoginFolderOption: ParsableArguments {
    @Option(name: .customLong("folder"), help: "The folder with the broker's logins (BATON_LOGINS).")
    var path: String?

    var folder: LoginFolder {
        let named = ProcessInfo.processInfo.environment["BATON_LOGINS"] ?? ""
        return LoginFolder(path: path ?? (named.isEmpty ? "broker/secure/data" : named))
    }

    /// Says what is still to be done when no broker could be told.
    func tellBroker() {
        guard !folder.tellBroker() else { return }
        Terminal.error("no broker runs on this folder that could be told; one that starts reads it")
    }
}

struct UserAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a login.",
        discussion: """
            Unless --stdin or --prompt is given, a password is made, and kept in the folder's logins/NAME, from where \
            it can be handed over as a --password-file.
            """)

    @Argument(help: "The login: letters, digits, hyphens and underscores.")
    var name: String

    @Option(help: "What it is for: agent, dashboard, trigger, admin or orchestrator.")
    var kind: LoginKind

    @Option(
        help: ArgumentHelp(
            "Of an agent: the roles that it may serve, separated by commas; * for any. Of a trigger or admin: those "
                + "that it approves documents for."))
    var role: String?

    @Option(help: "Of an agent: the most tasks that it may have at once (default 1).")
    var slots: Int?

    @Flag(help: "Of an agent: a second login NAME-out, to publish with, for one that reads on another connection.")
    var speaker = false

    @Option(help: "Of a trigger: the workflows that it may start (default: any).")
    var workflow: String?

    @Option(help: "Of a trigger or admin: the requests that it may make (defaults: start, get, list, validate; any).")
    var request: String?

    @Option(help: "Of a trigger or admin: the questions that it may answer (default: any).")
    var decision: String?

    @Flag(help: "Give a login that is there a new password and these rights.")
    var replace = false

    @OptionGroup var source: PasswordSource
    @OptionGroup var place: LoginFolderOption

    func validate() throws {
        guard Topics.isName(name) else {
            throw ValidationError("a login has 1–128 letters, digits, hyphens and underscores")
        }
        if kind == .agent, role == nil { throw ValidationError("an agent needs --role: what it may serve, or *") }
        if kind != .agent, slots != nil || speaker {
            throw ValidationError("--slots and --speaker are for agents")
        }
        if kind != .agent && kind != .trigger && kind != .admin, role != nil {
            throw ValidationError("--role is for agents, and for triggers and admins that approve documents")
        }
        if kind != .trigger && kind != .admin, workflow != nil || request != nil || decision != nil {
            throw ValidationError("--workflow, --request and --decision are for triggers and admins")
        }
        if (kind == .orchestrator) != (name == LoginFolder.orchestrator) {
            throw ValidationError("the orchestrator's login, and only that, is called \(LoginFolder.orchestrator)")
        }
        if let slots, !(1...WireLimits.slotsPerAgent).contains(slots) {
            throw ValidationError("--slots must be 1 to \(WireLimits.slotsPerAgent)")
        }
        if let unknown = list(request)?.first(where: { !Request.types.contains($0) }) {
            throw ValidationError("\(unknown) is no request; there are \(Request.types.joined(separator: ", "))")
        }
    }

    func run() throws {
        let folder = place.folder
        let names = [name] + (speaker ? ["\(name)-out"] : [])
        if !replace, let known = try folder.logins().first(where: { names.contains($0.name) }) {
            throw ClientError(
                .invalidArgument,
                "\(known.name) is there already, as \(known.kind.rawValue); give --replace to change it")
        }
        if replace { _ = try folder.remove(name) }
        let (password, isMade) = try source.read()
        try folder.add(name, kind, password: password, change)
        if isMade { try tell(folder.keep(password, of: name), name, kind.port) }
        if speaker {
            let other = PasswordSource.random()
            try folder.addSpeaker("\(name)-out", password: other)
            try tell(folder.keep(other, of: "\(name)-out"), "\(name)-out", LoginKind.trigger.port)
        }
        place.tellBroker()
    }

    private func tell(_ file: String, _ name: String, _ port: Int) throws {
        Terminal.output("--user \(name) --password-file \(file)   (port \(port))")
    }

    private func change(_ rules: inout AccessRules) {
        switch kind {
        case .agent:
            let roles = list(role)
            rules.agents[name] = .init(
                roles: roles?.contains("*") == true ? nil : roles, slots: slots ?? 1,
                speaker: speaker ? "\(name)-out" : nil)
        case .orchestrator: break
        case .dashboard, .trigger, .admin:
            var client = AccessRules.Client(AccessRules.Kind(rawValue: kind.rawValue)!)
            client.requests = list(request) ?? client.requests
            client.decisions = list(decision)
            client.workflows = list(workflow)
            client.roles = list(role)
            rules.clients[name] = client
        }
    }

    private func list(_ text: String?) -> Set<String>? {
        text.map {
            Set($0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty })
        }
    }
}

struct UserList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the logins.")

    @OptionGroup var place: LoginFolderOption

    func run() throws {
        let rules = try place.folder.rules()
        var table = TextTable("login", "kind", "may")
        for (name, kind) in try place.folder.logins() {
            table.add(name, kind.rawValue, rights(of: name, rules))
        }
        Terminal.print(table)
    }

    private func rights(of name: String, _ rules: AccessRules) -> String {
        func words(_ set: Set<String>?) -> String { set.map { $0.sorted().joined(separator: ", ") } ?? "any" }
        if let agent = rules.agents[name] {
            return "serve \(words(agent.roles)); \(agent.slots.map(String.init) ?? "any") at once"
        }
        if let agent = rules.agents.first(where: { $0.value.speaker == name }) { return "publish for \(agent.key)" }
        guard let client = rules.clients[name] else {
            return name == LoginFolder.orchestrator ? "everything" : "nothing"
        }
        var parts = [client.requests == Set(Request.types) ? "ask anything" : words(client.requests)]
        if client.workflows != nil { parts.append("of \(words(client.workflows))") }
        if client.decisions != nil { parts.append("answer \(words(client.decisions))") }
        return client.kind == .dashboard ? "read" : parts.joined(separator: "; ")
    }
}

struct UserRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a login; the broker ends its connection.")

    @Argument(help: "The login.")
    var name: String

    @OptionGroup var place: LoginFolderOption

    func run() throws {
        guard try place.folder.remove(name) else { throw ClientError(.notFound, "there is no login \(name)") }
        place.tellBroker()
    }
}
