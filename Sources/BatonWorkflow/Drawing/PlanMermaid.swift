import BatonEngine

/// The plan as a Mermaid flowchart (mermaid.js.org/syntax/flowchart).
extension PlanDrawing {
    public var mermaid: String {
        let graph = PlanGraph(plan)
        var writer = MermaidWriter(drawing: self)
        writer.add(graph.root, depth: 1)
        for edge in graph.edges { writer.add(edge) }
        writer.addClasses()
        return writer.lines.joined(separator: "\n") + "\n"
    }
}

private struct MermaidWriter {
    let drawing: PlanDrawing
    private(set) var lines = ["flowchart TD"]
    private var classes: [StepStatus: [String]] = [:]

    init(drawing: PlanDrawing) { self.drawing = drawing }

    mutating func add(_ frame: PlanGraph.Frame, depth: Int) {
        let indent = String(repeating: "    ", count: depth)
        for member in frame.members {
            switch member {
            case .node(let node): add(node, indent)
            case .frame(let inner):
                lines.append("\(indent)subgraph \(inner.name)[\"\(Self.text(inner.title))\"]")
                add(inner, depth: depth + 1)
                lines.append("\(indent)end")
            }
        }
    }

    private mutating func add(_ node: PlanGraph.Node, _ indent: String) {
        var text = node.lines
        if let step = node.step.map({ drawing.plan.steps[$0] }), let state = drawing.state(of: step) {
            text.append(state.status.rawValue + (state.remark.map { " \($0)" } ?? ""))
            classes[state.status, default: []].append(node.name)
        }
        let label = "\"\(Self.text(text))\""
        let shape =
            switch node.shape {
            case .start, .end: "([\(label)])"
            case .task: "[\(label)]"
            case .guidance: ">\(label)]"
            case .run: "[[\(label)]]"
            case .question: "{\(label)}"
            case .loop: "{{\(label)}}"
            case .join: "((\(label)))"
            }
        lines.append("\(indent)\(node.name)\(shape)")
    }

    mutating func add(_ edge: PlanGraph.Edge) {
        let arrow = edge.kind == .back ? "-.->" : "-->"
        let label = edge.label.map { "|\"\(Self.text([$0]))\"|" } ?? ""
        lines.append("    \(edge.from) \(arrow)\(label) \(edge.to)")
    }

    mutating func addClasses() {
        for status in StepStatus.allCases {
            guard let nodes = classes[status] else { continue }
            let (fill, line) = status.colors
            lines.append("    classDef \(status.rawValue) fill:\(fill),stroke:\(line),color:#000000")
            lines.append("    class \(nodes.joined(separator: ",")) \(status.rawValue)")
        }
    }

    /// A label: what Mermaid or HTML could take for its own becomes an entity code (`#35;` is `#`).
    private static func text(_ lines: [String]) -> String {
        lines.filter { !$0.isEmpty }.map { line in
            line.unicodeScalars.map { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", " ", "-", "_", ".", ",", ":", "(", ")", "/", "=", "+", "!", "?",
                    "…",
                    "→":
                    String(scalar)
                case _ where scalar.properties.generalCategory == .control: " "
                case _ where !scalar.isASCII: String(scalar)
                default: "#\(scalar.value);"
                }
            }.joined()
        }.joined(separator: "<br/>")
    }
}

extension StepStatus {
    /// Of a box and of its border.
    var colors: (fill: String, line: String) {
        switch self {
        case .pending: ("#f6f6f6", "#999999")
        case .waiting: ("#fff3cd", "#b58900")
        case .running: ("#cfe8ff", "#1f6feb")
        case .completed, .provided: ("#d4f4dd", "#1a7f37")
        case .skipped: ("#eeeeee", "#bbbbbb")
        case .attention: ("#ffe2b8", "#d9730d")
        case .failed, .cancelled: ("#ffd7d5", "#cf222e")
        }
    }
}
