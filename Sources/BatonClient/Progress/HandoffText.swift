import BatonMessages

/// A handoff in words.
///
/// ```text
/// analyst (ann) → pm (pat)  phase plan
///   after      analyst-brief
///   documents  project-brief.md 1
///   asks for   prd.md
///   Create the PRD from the brief.
/// ```
public enum HandoffText {
    /// - Parameters:
    ///   - documents: what versions are called, by their ids.
    ///   - width: in columns; no line is wider.
    public static func lines(_ handoff: Handoff, documents: [Identifier: String], width: Int) -> [String] {
        let sender = place(handoff.fromAgent, handoff.fromInstance)
        let head = "\(sender) → \(place(handoff.toAgent, handoff.toInstance))  phase \(handoff.phase.rawValue)"
        let steps = (handoff.metadata["from"]?.array ?? []).compactMap { $0["step"]?.string }
        let rows = [
            ("after", steps),
            ("documents", handoff.contextIDs.map { documents[$0] ?? $0.description }),
            ("asks for", handoff.expectedOutputs),
        ]
        var lines = TextWrap.hanging(TerminalText.line(head), width: width)
        for (title, words) in rows where !words.isEmpty {
            let text = TerminalText.line(words.joined(separator: ", "))
            lines += TextWrap.hanging("  " + TerminalText.pad(title, 11) + text, width: width, indent: 13)
        }
        var words = TextWrap.lines(handoff.instructions, width: width - 2)
        while words.last?.isEmpty == true { words.removeLast() }
        return lines + words.map { $0.isEmpty ? "" : "  \($0)" }
    }

    private static func place(_ role: String, _ agent: String?) -> String { agent.map { "\(role) (\($0))" } ?? role }
}
