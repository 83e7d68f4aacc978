import BatonClient

/// Shows findings as compilers do: the place and the text, the line, a caret below it, and what may help.
struct DiagnosticReport {
    /// Columns that a line may take.
    let width: Int

    func lines(_ diagnostic: DiagnosticEntry, in source: SourceText?) -> [String] {
        let place =
            diagnostic.line > 0 ? "\(diagnostic.file):\(diagnostic.line):\(diagnostic.column)" : diagnostic.file
        var lines = [TerminalText.line("\(place): \(diagnostic.severity.rawValue): \(diagnostic.message)")]
        let margin = "    "
        if let excerpt = source?.excerpt(
            line: diagnostic.line, column: diagnostic.column, width: max(20, width - margin.count))
        {
            lines += [margin + excerpt.text, margin + excerpt.caret]
        }
        if let hint = diagnostic.hint { lines.append("\(margin)hint: \(TerminalText.line(hint))") }
        return lines
    }

    /// One array, a finding per line.
    static func json(_ diagnostics: [DiagnosticEntry]) -> String {
        if diagnostics.isEmpty { return "[]" }
        let elements = diagnostics.map { "  " + String(decoding: $0.encode(), as: UTF8.self) }
        return "[\n" + elements.joined(separator: ",\n") + "\n]"
    }
}
