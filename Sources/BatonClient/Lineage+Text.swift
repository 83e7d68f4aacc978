import BatonMessages

extension Lineage {
    /// Each version on a line, with what it was made from below it.
    ///
    /// ```text
    /// prd.md 2  pm in pm-prd-2
    ///   from prd.md 1, architecture.md 1
    /// architecture.md 1  architect in architect-architecture  stale: prd.md is newer
    ///   from prd.md 1
    /// ```
    public var text: String {
        nodes.map { node in
            let sources = node.sources.map { label(nodes[$0]) }
            let votes = node.entry.approvals.map { "\n  \(Self.line($0))" }.joined()
            return line(node) + (sources.isEmpty ? "" : "\n  from \(sources.joined(separator: ", "))") + votes
        }.joined(separator: "\n")
    }

    /// What the newest version of a document came from, as a tree; what stands there twice is drawn once.
    public func tree(of place: Int) -> String {
        var lines = [line(nodes[place])] + nodes[place].entry.approvals.map { "  \(Self.line($0))" }
        var drawn: Set<Int> = [place]
        draw(nodes[place].sources, indent: "", &drawn, &lines)
        let products = nodes[place].products.map { label(nodes[$0]) }
        if !products.isEmpty { lines.append("made into " + products.joined(separator: ", ")) }
        return lines.joined(separator: "\n")
    }

    private func draw(_ places: [Int], indent: String, _ drawn: inout Set<Int>, _ lines: inout [String]) {
        for (index, place) in places.enumerated() {
            let isLast = index == places.count - 1
            let isNew = drawn.insert(place).inserted
            let rest = isNew || nodes[place].sources.isEmpty ? "" : "  (as above)"
            lines.append(indent + (isLast ? "└─ " : "├─ ") + line(nodes[place]) + rest)
            let below = indent + (isLast ? "   " : "│  ")
            if isNew { lines += nodes[place].entry.approvals.map { "\(below)  \(Self.line($0))" } }
            // A chain of thousands of versions would be wider than any terminal.
            guard isNew, indent.count < 60 else { continue }
            draw(nodes[place].sources, indent: below, &drawn, &lines)
        }
    }

    private func label(_ node: Node) -> String { "\(TerminalText.line(node.entry.name)) \(node.entry.version)" }

    private func line(_ node: Node) -> String {
        let step = node.entry.step.map { " in \(TerminalText.line($0))" } ?? ""
        var line = "\(label(node))  \(TerminalText.line(node.entry.role))\(step)"
        // A person's version is told by name; an agent's by its role.
        if node.entry.role == "user", node.entry.step != nil, let author = node.entry.author {
            line += " by \(TerminalText.line(author))"
        }
        if node.entry.isContribution { line += "  its own sections" }
        if !node.isLatest { line += "  replaced" }
        if node.isStale {
            line += "  stale: \(node.staleFrom.map { TerminalText.line($0) }.joined(separator: ", "))"
            line += node.staleFrom.count == 1 ? " is newer" : " are newer"
        }
        return line
    }

    /// What somebody answered who looked at a version.
    private static func line(_ vote: ApprovalVote) -> String {
        let words = ["approve": "approved", "reject": "rejected", "amend": "sent back"]
        let comment = vote.comment.map { ": \(TerminalText.line($0))" } ?? ""
        return "\(words[vote.answer] ?? "answered") by \(TerminalText.line(vote.by)) at \(vote.at)\(comment)"
    }

    // MARK: Other forms

    /// A Mermaid flowchart from sources to what was made of them (mermaid.js.org/syntax/flowchart).
    ///
    /// - Parameter places: which versions are drawn.
    public func mermaid(_ places: [Int]) -> String {
        var lines = ["flowchart LR"]
        let shown = Set(places)
        for place in places {
            let node = nodes[place]
            let mark = node.isStale ? ":::stale" : node.isLatest ? "" : ":::replaced"
            lines.append("    v\(place)[\"\(Self.escaped(label(node)))<br/>\(Self.escaped(node.entry.role))\"]\(mark)")
        }
        for place in places {
            for source in nodes[place].sources where shown.contains(source) {
                lines.append("    v\(source) --> v\(place)")
            }
        }
        lines.append("    classDef stale stroke-dasharray: 5 5,stroke:#b58900")
        lines.append("    classDef replaced color:#888,stroke:#bbb")
        return lines.joined(separator: "\n")
    }

    /// Quotes, angle brackets and the like mean something in a label.
    private static func escaped(_ text: String) -> String {
        TerminalText.line(text).unicodeScalars.map { scalar in
            "\"<>&#`;".unicodeScalars.contains(scalar) ? "#\(scalar.value);" : String(scalar)
        }.joined()
    }

    /// A version as JSON: what the protocol tells of it, with `latest` and `stale_from`.
    public func json(_ place: Int) -> String {
        let node = nodes[place]
        guard var members = (try? JSON.parse(node.entry.encode()))?.object else { return "{}" }
        members["latest"] = .bool(node.isLatest)
        members["stale_from"] = .array(node.staleFrom.map { .string($0) })
        return JSON.object(members).text
    }
}
