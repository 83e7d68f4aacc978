import BatonClient

/// How far somebody who follows a run has been told of it.
struct FollowedRun: Sendable {
    /// Where the run stands.
    private(set) var latest: RunSnapshot?
    /// The `seq` of the last event that was told; nil: none is wanted from before.
    private var told: Int?
    /// Goes on when the run needs a person.
    let staysForAttention: Bool

    /// - Parameter after: the `seq` after which events are told.
    init(after: Int?, staysForAttention: Bool) {
        told = after
        self.staysForAttention = staysForAttention
    }

    mutating func take(_ update: RunUpdate) {
        switch update {
        case .snapshot(let snapshot):
            told = told ?? snapshot.sequence
            latest = snapshot
        case .event(let event): told = event.sequence
        case .connection, .orchestrator: break
        }
    }

    /// A run that needs a person does not end; once all of it was told, there is nothing to wait for.
    var needsPerson: Bool {
        guard let latest, latest.status == .attention, !staysForAttention else { return false }
        return told ?? 0 >= latest.sequence
    }
}
