import ArgumentParser
import BatonClient

/// What `make install` puts beside the program: every command's help as one manual page.
struct Man: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the manual page.",
        discussion: """
            Examples:
              baton man > baton.1
              baton man | man -l -
            """, shouldDisplay: false)

    func run() { Terminal.output(ManualPage.text) }
}

/// The manual page of the program, in the macros of man(7).
enum ManualPage {
    static var text: String {
        var lines = [
            ".TH BATON 1 \"\" \"baton\" \"User Commands\"", ".SH NAME",
            "baton \\- " + escape(Baton.configuration.abstract), ".SH SYNOPSIS", ".B baton",
            "\\fIcommand\\fR [\\fIoptions\\fR]", ".SH DESCRIPTION",
        ]
        lines += verbatim(Baton.helpMessage(columns: width)) + [".SH COMMANDS"]
        for command in commands { lines += section(command, ["baton"]) }
        return lines.joined(separator: "\n")
    }

    /// What fits between the margins of a terminal of 80 columns.
    private static let width = 72

    private static var commands: [any ParsableCommand.Type] {
        let configuration = Baton.configuration
        return (configuration.ungroupedSubcommands + configuration.groupedSubcommands.flatMap(\.subcommands))
            .filter { $0.configuration.shouldDisplay }
    }

    private static func section(_ command: any ParsableCommand.Type, _ parents: [String]) -> [String] {
        let path = parents + [command._commandName]
        return [".SS " + escape(path.joined(separator: " "))]
            + verbatim(Baton.helpMessage(for: command, columns: width))
            + command.configuration.subcommands.flatMap { section($0, path) }
    }

    /// Lines as they are, indented.
    private static func verbatim(_ text: String) -> [String] {
        [".RS 2", ".nf"] + text.split(separator: "\n", omittingEmptySubsequences: false).map { escape(String($0)) }
            + [".fi", ".RE"]
    }

    /// Four digits at least, as roff wants them.
    private static func hex(_ number: UInt32) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// A text in which roff sees no requests of its own.
    private static func escape(_ text: String) -> String {
        let text = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").unicodeScalars.map { scalar in
            scalar.isASCII ? String(scalar) : "\\[u" + hex(scalar.value) + "]"
        }.joined()
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }
}
