import BatonMessages

/// A task that the agent has: from its command to the acknowledgement of its result.
package struct HeldTask {
    /// Numbers the handlers of a process, so that one that was cancelled is not mistaken for its successor.
    package struct Run: Hashable, Comparable {
        package let number: UInt64
        package static func < (left: Run, right: Run) -> Bool { left.number < right.number }
    }

    package enum Work {
        case fetching(ArtifactFetch)
        case running
        /// Its large documents go before its result.
        case putting(ArtifactUpload, TaskOutcome)
        case finished(TaskResult, ResendSchedule)
    }

    package let run: Run
    package let command: TaskCommand
    /// Changes when the same work is given again under another lease.
    package var lease: Identifier
    var by: By
    var leaseMilliseconds: Int64
    /// Where the attempt is in its trace.
    var traceparent: TraceParent?
    package var work: Work
    /// When the lease must be renewed, on the machine's clock.
    var beatDue: Int64
    var percent: Double?
    var message: String?

    /// At least three beats in the time of a lease; a lease too short for that is beaten for every 20 ms.
    var beatMilliseconds: Int64 { max(20, leaseMilliseconds / 3) }

    var isFinished: Bool {
        if case .finished = work { true } else { false }
    }

    var entry: HeldLease { HeldLease(task: command.task, lease: lease, progress: percent, message: message) }

    /// The moment of the next thing to do for it.
    var dueAt: Int64 {
        switch work {
        case .fetching(let fetch): min(beatDue, fetch.dueAt)
        case .running: beatDue
        case .putting(let upload, _): min(beatDue, upload.dueAt)
        case .finished(_, let schedule): min(beatDue, schedule.dueAt)
        }
    }
}
