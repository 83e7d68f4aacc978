/// The six phases of the software development life cycle, in order. Finishing one is a milestone.
public enum Phase: String, CaseIterable, Codable, Sendable, Comparable {
    case discovery, plan, design, build, validate, launch

    /// Its place in the order, from 0.
    public var index: Int { Self.allCases.firstIndex(of: self)! }

    public static func < (left: Phase, right: Phase) -> Bool { left.index < right.index }
}
