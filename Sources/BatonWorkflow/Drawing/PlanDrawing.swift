import BatonEngine

/// Draws a compiled plan: what the file means, with the loops, the sources of conditions and the questions to agents
/// that its prose implied.
public struct PlanDrawing: Sendable {
    /// Where a step stands in a run.
    public struct State: Sendable, Equatable {
        public let status: StepStatus
        /// Beside the status: how many of its activations are over, for one.
        public let remark: String?

        public init(_ status: StepStatus, remark: String? = nil) {
            self.status = status
            self.remark = remark
        }
    }

    public let plan: Plan
    /// By the ids of steps; empty for a plan by itself.
    public let states: [String: State]

    public init(_ plan: Plan, states: [String: State] = [:]) {
        self.plan = plan
        self.states = states
    }

    func state(of step: Step) -> State? { states[step.id] }
}

extension StepStatus {
    /// One column wide.
    var mark: String {
        switch self {
        case .pending: "·"
        case .waiting: "○"
        case .running: "▸"
        case .completed, .provided: "✔"
        case .skipped: "–"
        case .attention: "!"
        case .failed, .cancelled: "✘"
        }
    }
}
