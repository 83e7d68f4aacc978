import BatonEngine

/// A plan as boxes, arrows and frames: what the graphical formats have in common.
///
/// Names of nodes are made here (`s4`, `c4`; none is a word of Mermaid or DOT, as `end` would be): nothing that stands
/// in a file gets into them.
struct PlanGraph {
    enum Shape {
        case start, end
        case task, guidance, run
        /// Where the way divides.
        case question
        /// The head of a loop: each round begins here.
        case loop
        /// Where branches come together.
        case join
    }

    struct Node {
        let name: String
        let shape: Shape
        let lines: [String]
        /// The index of the step that it stands for.
        var step: Int?
    }

    struct Edge: Equatable {
        enum Kind: Equatable {
            case onward
            /// Back to the head of a loop.
            case back
        }

        let from: String
        let to: String
        let label: String?
        let kind: Kind
    }

    /// A frame around nodes and other frames; the outermost has no title.
    struct Frame {
        enum Member {
            case node(Node)
            case frame(Frame)
        }

        let name: String
        let title: [String]
        var members: [Member] = []
    }

    let root: Frame
    let edges: [Edge]

    init(_ plan: Plan) {
        var builder = PlanGraphBuilder(plan)
        builder.build()
        root = builder.frames[0]
        edges = builder.edges
    }
}
