import ArgumentParser
import BatonClient
import Foundation

/// Which of a run's approvals is answered, and in what words.
struct ApprovalOptions: ParsableArguments {
    @OptionGroup var target: RunArgument

    @Option(
        help: ArgumentHelp("The question's name or id, when more than one is open.", valueName: "name"))
    var decision: String?

    @Option(help: ArgumentHelp("The step that waits, in place of the question's name.", valueName: "id"))
    var step: String?

    @Option(help: ArgumentHelp("The item, when several ask the same (epic-1/story-2).", valueName: "scope"))
    var item: String?

    @Option(
        help: ArgumentHelp("What you say to it, for the record; @file reads a file, @- the input.", valueName: "text"))
    var comment: String?

    @Option(help: ArgumentHelp("The same id again gets the same answer.", valueName: "id"))
    var requestID: String?

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    /// Answers the question that is meant.
    ///
    /// - Parameter document: the edited document, with the name that it has in the run; nil for the only one.
    func answer(_ value: String, artifact: String? = nil, file: [UInt8]? = nil) async throws {
        let comment = try comment.map(Self.text)
        let reply = try await connection.withClient(requestID: requestID) { client in
            let run = try await target.resolve(client)
            let question = try open(try await client.decisions(of: run))
            var request = DecideRequest(
                run: run, decision: question.id, value: .string(value), comment: comment,
                artifact: artifact.map { ArtifactName($0) })
            if let file {
                request.document = ArtifactDocument(name: try name(artifact, of: question), body: .init(file))
            }
            return try await client.decide(request, id: requestID)
        }
        if output.json { return printJSON(reply) }
        Terminal.output(reply.approvalSentence)
    }

    /// The open approval that is meant; one is enough said when there is only one.
    private func open(_ decisions: [DecisionEntry]) throws(ClientError) -> DecisionEntry {
        let open = decisions.filter { $0.kind == .approval && $0.status == .open }
        let meant = open.filter(isMeant)
        if meant.count == 1 { return meant[0] }
        let names = (meant.isEmpty ? open : meant).prefix(10).map { question in
            question.name + (question.item.map { " of \($0)" } ?? "")
        }
        guard meant.isEmpty else {
            throw ClientError(
                .ambiguous,
                "several approvals are open; say which with --decision or --item: "
                    + names.map { TerminalText.line($0) }.joined(separator: ", "))
        }
        // An answer that comes twice is told what counts.
        if decision != nil || requestID != nil,
            let answered = decisions.last(where: { $0.kind == .approval && isMeant($0) })
        {
            return answered
        }
        throw ClientError(
            .notFound,
            names.isEmpty
                ? "the run asks nobody to approve anything now; `baton decisions` lists what it asks"
                : "no such approval is open; open are: \(names.map { TerminalText.line($0) }.joined(separator: ", "))")
    }

    private func isMeant(_ question: DecisionEntry) -> Bool {
        let isNamed = decision.map { question.name == $0 || question.id.description == $0 } ?? true
        return isNamed && (step == nil || step == question.step) && (item == nil || item == question.item)
    }

    private func name(_ artifact: String?, of question: DecisionEntry) throws(ClientError) -> ArtifactName {
        if let artifact { return ArtifactName(artifact) }
        let documents = question.approval?.documents ?? []
        if documents.count == 1 { return ArtifactName(documents[0].name) }
        throw ClientError(
            .invalidArgument,
            "say with --artifact which document the file is: "
                + documents.map { TerminalText.line($0.name) }.joined(separator: ", "))
    }

    private static func text(_ comment: String) throws -> String {
        guard comment.hasPrefix("@") else { return comment }
        return String(decoding: try bytes(String(comment.dropFirst())), as: UTF8.self)
    }

    /// What is in a file; `-` is the standard input.
    static func bytes(_ path: String) throws -> [UInt8] {
        if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ClientError(.file, "the file \(TerminalText.line(path)) can't be read")
        }
        return [UInt8](data)
    }
}
