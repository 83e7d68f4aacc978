/// The nodes and arrows of a Mermaid flow chart, as `flow_diagram` has them; everything else in it is passed over.
///
/// Read leniently: a drawing is for people, and no drawing stops a workflow.
struct FlowDiagram {
    struct Node {
        /// What is written in the node; its id where nothing is.
        var label: String
        /// Where its arrows lead, in the order of the text.
        var next: [Int] = []
        /// Drawn as a diamond: a question, not work.
        var isQuestion = false
    }

    /// A drawing is not read beyond this many nodes.
    private static let maxNodes = 1000

    private(set) var nodes: [Node] = []
    private var indices: [String: Int] = [:]

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) { read(line) }
    }

    // MARK: Reading

    /// `A[label] -->|text| B{label} --> C`
    private mutating func read(_ line: Substring) {
        var rest = line.trimmed[...]
        guard !Self.isDirective(rest) else { return }
        var from: Int?
        while let (id, label, isQuestion, tail) = Self.node(rest) {
            guard let index = index(of: id, label, isQuestion) else { return }
            if let from, !nodes[from].next.contains(index) { nodes[from].next.append(index) }
            guard let behind = Self.arrow(tail) else { return }
            from = index
            rest = behind
        }
    }

    private static func isDirective(_ line: Substring) -> Bool {
        let word = line.prefix { !$0.isWhitespace }
        return word.hasPrefix("```") || word.hasPrefix("%%")
            || ["graph", "flowchart", "style", "classDef", "class", "linkStyle", "subgraph", "end", "click"]
                .contains(String(word))
    }

    private mutating func index(of id: String, _ label: String?, _ isQuestion: Bool) -> Int? {
        if let known = indices[id] {
            if let label { nodes[known].label = label }
            nodes[known].isQuestion = nodes[known].isQuestion || isQuestion
            return known
        }
        guard nodes.count < Self.maxNodes else { return nil }
        indices[id] = nodes.count
        nodes.append(Node(label: label ?? id, isQuestion: isQuestion))
        return nodes.count - 1
    }

    /// A node's id with its label, and what follows it.
    private static func node(
        _ text: Substring
    ) -> (id: String, label: String?, isQuestion: Bool, rest: Substring)? {
        let id = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard !id.isEmpty else { return nil }
        let rest = text[id.endIndex...]
        guard let open = rest.first, let close = ["[": "]", "{": "}", "(": ")"][open] else {
            return (String(id), nil, false, rest)
        }
        guard let end = rest.firstIndex(of: Character(close)) else { return nil }
        let label = rest[rest.index(after: rest.startIndex)..<end]
        // Doubled brackets draw another shape.
        let edges: Set<Character> = ["[", "{", "(", "]", "}", ")", "\"", " "]
        let bare = label.drop(while: edges.contains).reversed().drop(while: edges.contains).reversed()
        let behind = rest[end...].drop { [")", "]", "}"].contains($0) }
        return (String(id), String(bare), open == "{", behind)
    }

    /// What is behind an arrow and its text; nil if the text begins with none.
    private static func arrow(_ text: Substring) -> Substring? {
        let text = text.trimmed[...]
        let shaft = text.prefix { "-=.<>ox~".contains($0) }
        guard shaft.count >= 3 else { return nil }
        let behind = text[shaft.endIndex...].trimmed[...]
        guard behind.first == "|" else { return behind }
        guard let end = behind.dropFirst().firstIndex(of: "|") else { return nil }
        return behind[behind.index(after: end)...].trimmed[...]
    }

    // MARK: Ways back

    /// The arrows that lead back to a node on the way to their own, from the first node on.
    var backEdges: [(from: Int, to: Int)] {
        enum Mark { case new, open, done }
        var marks = [Mark](repeating: .new, count: nodes.count)
        var edges: [(Int, Int)] = []
        for start in nodes.indices where marks[start] == .new {
            var path = [(node: start, arrow: 0)]
            marks[start] = .open
            while let (node, arrow) = path.last {
                guard arrow < nodes[node].next.count else {
                    marks[node] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].arrow += 1
                let next = nodes[node].next[arrow]
                switch marks[next] {
                case .new:
                    marks[next] = .open
                    path.append((next, 0))
                case .open: edges.append((node, next))
                case .done: break
                }
            }
        }
        return edges
    }
}
