import ArgumentParser
import BatonClient

struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Approve what a run waits for: it goes on.",
        discussion: """
            A run waits where a step of its workflow says `approve`, or where its start said --checkpoints. When \
            several people have to approve, it goes on with the last of them. Who answered, when and with what \
            comment is in the run's history and in the lineage of the document.

            Examples:
              baton approve last
              baton approve last --decision approve_pm-prd --comment "Well done"
              baton approve last --step pm-prd --item epic-1/story-2
            """)

    @OptionGroup var approval: ApprovalOptions

    func run() async throws { try await approval.answer("approve") }
}

struct Reject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reject what a run waits for: it ends, and has failed.",
        discussion: """
            The comment is the run's reason. `baton retry` opens the run again, and it is asked again.

            Examples:
              baton reject last --comment "There is no market for it"
            """)

    @OptionGroup var approval: ApprovalOptions

    func run() async throws { try await approval.answer("reject") }
}

struct Amend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send what a run waits for back to its author, with feedback or an edited document.",
        discussion: """
            The author gets a new task, with the comment and the newest version in hand; then the run asks again. An \
            edited document becomes a version of its own, by you, and the author goes on from it.

            Examples:
              baton amend last --comment "Shorter, and say who it is for"
              baton amend last --file docs/prd.md --comment "See my remarks"
              baton amend last --decision phase_discovery --artifact brief.md --comment @idea.txt
            """)

    @OptionGroup var approval: ApprovalOptions

    @Option(
        help: ArgumentHelp("The document that it is about, when several are looked at.", valueName: "name"))
    var artifact: String?

    @Option(help: ArgumentHelp("The edited document; - is the standard input.", valueName: "path"))
    var file: String?

    func validate() throws {
        if approval.comment == nil, file == nil { throw ValidationError("Say what to amend: --comment or --file.") }
    }

    func run() async throws {
        try await approval.answer("amend", artifact: artifact, file: try file.map(ApprovalOptions.bytes))
    }
}
