import BatonEngine
import OrderedCollections

/// The plans that were read last: what a revision names never changes.
final class PlanCache {
    private static let most = 16
    private var plans: OrderedDictionary<String, Plan> = [:]

    /// The plan of a revision, read unless it is known.
    func callAsFunction(_ revision: String, read: () throws -> Plan) rethrows -> Plan {
        if let plan = plans[revision] { return plan }
        let plan = try read()
        if plans.count == Self.most { plans.removeFirst() }
        plans[revision] = plan
        return plan
    }
}
