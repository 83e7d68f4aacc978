import BatonEngine

/// The plan as a graph for Graphviz (graphviz.org/doc/info/lang.html).
extension PlanDrawing {
    public var dot: String {
        let graph = PlanGraph(plan)
        var lines = [
            "digraph plan {", "    label=\(Self.quoted([PlanWords.line(plan.title)]))", "    labelloc=t",
            "    node [fontname=\"sans-serif\", fontsize=11, shape=box, style=\"rounded,filled\", fillcolor=white]",
            "    edge [fontname=\"sans-serif\", fontsize=9]",
        ]
        add(graph.root, to: &lines, depth: 1)
        for edge in graph.edges {
            var attributes: [String] = []
            if let label = edge.label { attributes.append("label=\(Self.quoted([label]))") }
            // A back edge must not pull the head of its loop below the loop.
            if edge.kind == .back { attributes += ["style=dashed", "constraint=false"] }
            let tail = attributes.isEmpty ? "" : " [\(attributes.joined(separator: ", "))]"
            lines.append("    \(edge.from) -> \(edge.to)\(tail)")
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    private func add(_ frame: PlanGraph.Frame, to lines: inout [String], depth: Int) {
        let indent = String(repeating: "    ", count: depth)
        for member in frame.members {
            switch member {
            case .node(let node): lines.append("\(indent)\(node.name) [\(attributes(of: node))]")
            case .frame(let inner):
                lines.append("\(indent)subgraph cluster_\(inner.name) {")
                lines.append("\(indent)    label=\(Self.quoted(inner.title))")
                add(inner, to: &lines, depth: depth + 1)
                lines.append("\(indent)}")
            }
        }
    }

    private func attributes(of node: PlanGraph.Node) -> String {
        var text = node.lines
        var colors: [String] = []
        if let state = node.step.flatMap({ state(of: plan.steps[$0]) }) {
            text.append(state.status.rawValue + (state.remark.map { " \($0)" } ?? ""))
            let (fill, line) = state.status.colors
            colors = ["fillcolor=\"\(fill)\"", "color=\"\(line)\""]
        }
        let shape =
            switch node.shape {
            case .start, .end: "oval"
            case .task: "box"
            case .guidance: "note"
            case .run: "box3d"
            case .question: "diamond"
            case .loop: "hexagon"
            case .join: "circle"
            }
        let plain = node.shape == .task ? [] : ["style=filled"]
        return (["label=\(Self.quoted(text))", "shape=\(shape)"] + plain + colors).joined(separator: ", ")
    }

    /// A quoted string: backslashes would begin escapes such as `\N`, and quotes end it.
    private static func quoted(_ lines: [String]) -> String {
        let text = lines.filter { !$0.isEmpty }.map { line in
            line.unicodeScalars.map { scalar in
                switch scalar {
                case "\\": "\\\\"
                case "\"": "\\\""
                case _ where scalar.properties.generalCategory == .control: " "
                default: String(scalar)
                }
            }.joined()
        }.joined(separator: "\\n")
        return "\"\(text)\""
    }
}
