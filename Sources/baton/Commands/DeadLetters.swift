import ArgumentParser
import BatonClient

struct DeadLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "Look at messages that could not be read, and offer them again.",
        discussion: """
            The orchestrator keeps the first 4 KiB of what it could not read, of what was published with the retain \
            flag, and of what made a commit fail or ended the process.

            Examples:
              baton dead-letters
              baton dead-letters --sender pm-1 --json
              baton dead-letters show 12
              baton dead-letters offer 12
            """, subcommands: [Listing.self, Showing.self, Offering.self], defaultSubcommand: Listing.self)

    struct Listing: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List them, newest first.")

        @Option(help: "Only those of this client or agent.")
        var sender: String?

        @Option(help: "At most so many (1 to 200).")
        var limit = WireLimits.defaultRunsPerList

        @OptionGroup var output: OutputOptions

        @OptionGroup(title: "Connection") var connection: ConnectionOptions

        func validate() throws {
            guard (1...WireLimits.runsPerList).contains(limit) else {
                throw ValidationError("--limit takes 1 to \(WireLimits.runsPerList).")
            }
        }

        func run() async throws {
            let request = DeadLettersRequest(sender: sender, limit: limit)
            let letters = try await connection.withClient { try await $0.deadLetters(request) }
            if output.json { return letters.forEach { printJSON($0) } }
            guard !letters.isEmpty else { return Terminal.error("no dead letters") }
            var table = TextTable("ID", "AT", "BYTES", "SENDER", "TOPIC", "REASON")
            for letter in letters {
                table.add(
                    "\(letter.id)", letter.at.description, "\(letter.size)", letter.sender ?? "", letter.topic,
                    letter.reason)
            }
            Terminal.print(table)
        }
    }

    struct Showing: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show one, with what was kept.",
            discussion: "In JSON the payload is in base64.")

        @Argument(help: "Its id.")
        var id: Int64

        @OptionGroup var output: OutputOptions

        @OptionGroup(title: "Connection") var connection: ConnectionOptions

        func run() async throws {
            let letter = try await connection.withClient { try await $0.deadLetter(id) }
            if output.json { return printJSON(letter) }
            let kept = letter.content ?? []
            Terminal.output("topic   \(TerminalText.line(letter.topic))")
            if let sender = letter.sender { Terminal.output("sender  \(TerminalText.line(sender))") }
            Terminal.output("at      \(letter.at)")
            Terminal.output("reason  \(TerminalText.line(letter.reason))")
            Terminal.output("sha256  \(letter.digest)")
            Terminal.output("bytes   \(letter.size)" + (letter.isWhole ? "" : ", of which \(kept.count) were kept"))
            Terminal.output("")
            // What strangers sent does not get to the terminal as it is.
            for line in String(decoding: kept, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
                Terminal.output(TerminalText.line(String(line), maxLength: .max))
            }
        }
    }

    struct Offering: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "offer", abstract: "Have one received again, as if its sender had just sent it.",
            discussion: "Ends with 1 when it is a dead letter again, or when not all of it was kept.")

        @Argument(help: "Its id.")
        var id: Int64

        @Option(help: ArgumentHelp("The same id again gets the same answer.", valueName: "id"))
        var requestID: String?

        @OptionGroup var output: OutputOptions

        @OptionGroup(title: "Connection") var connection: ConnectionOptions

        func run() async throws {
            let reply = try await connection.withClient(requestID: requestID) { client in
                try await client.offer(deadLetter: id, id: requestID)
            }
            if output.json { printJSON(reply) }
            guard let reason = reply.reason else {
                if !output.json { Terminal.output("\(reply.id)  received") }
                return
            }
            Failure.say("it is a dead letter again: \(reason)")
            throw ExitCode(Failure.general)
        }
    }
}
