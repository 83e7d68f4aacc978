/// The rules of docs/architecture.md about how the code reads, each a function from a file to what is wrong in it.
enum Style {
    static let maxLineLength = 120
    static let maxFileLength = 400
    /// Files longer than this are listed by the test, as candidates for a split.
    static let longFileLength = 320

    /// Every rule for Swift files.
    static func check(_ file: Repository.File) -> [Finding] {
        layout(file) + unfinished(file) + uncheckedSendable(file) + printing(file)
    }

    static func layout(_ file: Repository.File) -> [Finding] {
        var findings: [Finding] = []
        let lines = file.lines
        if lines.count > maxFileLength {
            findings.append(
                Finding(path: file.path, line: 0, message: "\(lines.count) lines; more than \(maxFileLength)"))
        }
        for (index, line) in lines.enumerated() {
            if line.count > maxLineLength {
                findings.append(Finding(path: file.path, line: index + 1, message: "\(line.count) columns"))
            }
            if line.contains("\t") {
                findings.append(Finding(path: file.path, line: index + 1, message: "a tab"))
            }
        }
        if !file.text.isEmpty, !file.text.hasSuffix("\n") {
            findings.append(Finding(path: file.path, line: lines.count, message: "no newline at the end"))
        }
        return findings
    }

    /// What is not done is an issue, not a comment.
    static func unfinished(_ file: Repository.File) -> [Finding] {
        // Written so that this file does not contain the words.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
        return find(in: file) { line in words.first { line.contains($0) }.map { "\($0): say it in an issue" } }
    }

    /// A promise that the compiler can't check says on the line above why it holds.
    static func uncheckedSendable(_ file: Repository.File) -> [Finding] {
        let lines = file.lines
        return lines.indices.compactMap { index in
            guard code(of: lines[index]).contains("@unchecked " + "Sendable") else { return nil }
            // Attributes and the head of a declaration may stand between the comment and the promise.
            var above = index - 1
            while above >= 0, lines[above].drop(while: { $0 == " " }).hasPrefix("@") { above -= 1 }
            if above >= 0, lines[above].drop(while: { $0 == " " }).hasPrefix("//") { return nil }
            return Finding(path: file.path, line: index + 1, message: "no comment above says why this is Sendable")
        }
    }

    /// Libraries log or return; only the command line prints.
    static func printing(_ file: Repository.File) -> [Finding] {
        guard let module = file.module, module != "baton" else { return [] }
        return find(in: file) { line in
            // The search for a pattern is slow; most lines are none of it.
            guard line.contains("rint(") || line.contains("dump(") else { return nil }
            return code(of: line).contains(/(?:^|[^.\w`])(?:debugPrint|print|dump)\(/)
                ? "a library does not print" : nil
        }
    }

    /// Paths of one machine have no place in a repository.
    static func machinePaths(_ file: Repository.File) -> [Finding] {
        let paths = ["/wo" + "rk/", "/ro" + "ot/", "/opt/" + "swift", "/ho" + "me/"]
        return find(in: file) { line in paths.first { line.contains($0) }.map { "the path \($0) of one machine" } }
    }

    /// The part of a line before a comment; good enough for the rules here.
    private static func code(of line: Substring) -> Substring {
        let trimmed = line.drop { $0 == " " }
        return trimmed.hasPrefix("//") ? "" : trimmed
    }

    private static func find(in file: Repository.File, _ rule: (Substring) -> String?) -> [Finding] {
        file.lines.enumerated().compactMap { index, line in
            rule(line).map { Finding(path: file.path, line: index + 1, message: $0) }
        }
    }
}
