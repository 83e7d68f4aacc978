import BatonMessages

/// Which runs somebody wants listed, and in which order.
public struct RunListing: Sendable, Equatable {
    public enum Order: String, Sendable, CaseIterable {
        /// Newest first.
        case started
        /// What needs a person first, then what goes on, then what is over.
        case status
        case workflow
        /// The least done first.
        case progress
    }

    /// nil: of every workflow.
    public var workflow: String?
    /// nil: of every project.
    public var project: String?
    /// Only what waits for a person.
    public var isWaiting: Bool
    public var order: Order
    public var isReversed: Bool
    public var limit: Int

    public init(
        workflow: String? = nil, project: String? = nil, isWaiting: Bool = false, order: Order = .started,
        isReversed: Bool = false, limit: Int = WireLimits.defaultRunsPerList
    ) {
        self.workflow = workflow
        self.project = project
        self.isWaiting = isWaiting
        self.order = order
        self.isReversed = isReversed
        self.limit = limit
    }

    /// Whether rows are left out or moved, so that more of them have to be asked for than are shown.
    public var needsEveryRow: Bool {
        workflow != nil || project != nil || isWaiting || order != .started || isReversed
    }

    /// - Parameter rows: newest first; runs that are equal in the order keep this one.
    public func rows(_ rows: [RunRow]) -> [RunRow] {
        let kept = rows.filter { row in
            (workflow.map { row.workflow == $0 } ?? true) && (project.map { row.project == $0 } ?? true)
                && (!isWaiting || row.needsPerson)
        }
        let sorted =
            switch order {
            case .started: kept
            case .status: kept.stablySorted { Self.urgency($0) < Self.urgency($1) }
            case .workflow: kept.stablySorted { $0.workflow < $1.workflow }
            case .progress: kept.stablySorted { $0.percent < $1.percent }
            }
        return Array((isReversed ? sorted.reversed() : sorted).prefix(limit))
    }

    private static func urgency(_ row: RunRow) -> Int {
        if row.needsPerson { return 0 }
        return switch row.status {
        case .attention: 0
        case .paused: 1
        case .running: 2
        case .failed: 3
        case .cancelled: 4
        case .completed: 5
        }
    }
}

extension [RunRow] {
    fileprivate func stablySorted(_ isBefore: (RunRow, RunRow) -> Bool) -> [RunRow] {
        enumerated().sorted { left, right in
            if isBefore(left.element, right.element) { return true }
            return !isBefore(right.element, left.element) && left.offset < right.offset
        }.map(\.element)
    }
}
