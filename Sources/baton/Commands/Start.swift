import ArgumentParser
import BatonClient
import Foundation

struct Start: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start a run of a workflow.",
        discussion: """
            Values are given as name=text, name=@file (the file's text) or name:=JSON. A workflow that declares inputs \
            takes these, and others whose names stand in its text; one that declares none takes any. `baton show` \
            tells what it declares.

            Examples:
              baton start greenfield-fullstack --input idea="A reading list that several people share" --follow
              echo "A shop for tea" | baton start sdlc --input idea=@-
              baton start sdlc --input idea=@idea.txt --fact user_approved=true --wait
              baton start novel --path short --optional ask --unanswered no --follow
              baton start sdlc --input idea=@idea.txt --budget tokens=500000,wall_time=8h
              baton start sdlc --input idea=@idea.txt --checkpoints documents --follow
            """)

    @Argument(help: "The workflow's id, file name or trigger; `baton workflows` lists them.")
    var workflow: String

    @Option(name: .long, help: ArgumentHelp("An input of the workflow; may be repeated.", valueName: "name=value"))
    var input: [String] = []

    @Option(name: .long, help: ArgumentHelp("A fact that is known already; may be repeated.", valueName: "name=value"))
    var fact: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("A document that exists already; may be repeated.", valueName: "name=file"))
    var artifact: [String] = []

    @Option(
        help: ArgumentHelp(
            "The trace that the run is part of, as W3C Trace Context has it (default: the variable TRACEPARENT).",
            valueName: "context"))
    var traceparent: String?

    @OptionGroup var choices: RunChoices
    @OptionGroup var limits: BudgetOption

    @Option(
        name: .long,
        help: ArgumentHelp(
            "An option by its name in the protocol: \(RunChoices.names); with shard=engine the orchestrator itself "
                + "splits documents. May be repeated.",
            valueName: "name=value"))
    var option: [String] = []

    @Option(help: "The path to take, of a workflow that has several.")
    var path: String?

    @Option(help: "The project that the run belongs to (default: the run's id).")
    var project: String?

    @Option(help: ArgumentHelp("The run's id (default: a new one).", valueName: "uuid"))
    var runID: String?

    @Option(
        help: ArgumentHelp("The same id again gets the same answer and starts no second run.", valueName: "id"))
    var requestID: String?

    @Flag(
        help: ArgumentHelp(
            "Wait until the run has ended, or a step needs a person (exit code 3). What the run asks goes to standard "
                + "error and is waited for: anybody may answer it, here or elsewhere."))
    var wait = false

    @Flag(help: "Wait, and show what happens.")
    var follow = false

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        guard !workflow.isEmpty else { throw ValidationError("The workflow is empty.") }
        _ = try request()
    }

    func run() async throws {
        let request = try request()
        let status = try await connection.withClient(requestID: requestID) { client in
            let started = try await client.start(request, id: requestID)
            if output.json {
                printJSON(started)
            } else {
                Terminal.output(started.run.description)
            }
            guard wait || follow else { return RunStatus.running }
            let display: RunFollower.Display = follow && !output.json ? .best : .silent
            var follower = RunFollower(client: client, run: started.run, display: display)
            follower.questions = QuestionText(connection: connection.words)
            let end = try await follower.follow(after: 0)
            if output.json { printJSON(end) }
            if end.status != .completed, display == .silent { Failure.say(Self.sentence(end)) }
            return end.status
        }
        let code = Failure.code(for: status)
        if code != 0 { throw ExitCode(code) }
    }

    private static func sentence(_ end: RunSnapshot) -> String {
        let reason = end.reason.map { ": \($0)" } ?? ""
        return end.status == .attention
            ? "the run needs a person\(reason)" : "the run is \(end.status.rawValue)\(reason)"
    }

    private func request() throws -> StartRequest {
        do {
            var run: Identifier?
            if let runID {
                guard let id = Identifier(runID) else { throw ValidationError("--run-id must be a UUID.") }
                run = id
            }
            var options = try choices.options(option)
            options.budget = try limits.limits() ?? options.budget
            options.traceparent = try trace()
            return StartRequest(
                workflow: workflow, path: path, project: project, inputs: try Assignment.object(input),
                facts: try Assignment.object(fact, readsWords: true), artifacts: try artifact.map(Self.document),
                options: options, run: run)
        } catch let error as ClientError {
            throw ValidationError(error.message)
        }
    }

    private func trace() throws -> TraceParent? {
        guard let traceparent else {
            // A broken one of the surroundings is none, as the standard wants.
            return ProcessInfo.processInfo.environment["TRACEPARENT"].flatMap(TraceParent.init)
        }
        guard let trace = TraceParent(traceparent) else {
            throw ValidationError("--traceparent must be \(TraceParent.form).")
        }
        return trace
    }

    private static func document(_ text: String) throws -> ArtifactDocument {
        let assignment = try Assignment(text)
        if let fault = ArtifactName.fault(in: assignment.name) {
            throw ValidationError("The name of a document \(fault).")
        }
        let path = assignment.value.string ?? ""
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("The file \(TerminalText.line(path)) can't be read.")
        }
        return ArtifactDocument(name: ArtifactName(assignment.name), body: .init([UInt8](data)))
    }
}
