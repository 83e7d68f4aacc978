import BatonEngine
import BatonMessages

extension Coordinator {
    /// Queues the steps that made what is stale since a document has changed.
    func rework(_ request: ReworkRequest, client: String, now: Timestamp) throws -> Reply.Body {
        let run = try steerable(request.run)
        switch run.status {
        case .cancelled: throw hasEnded(run)
        case .failed:
            throw ReplyError(
                .notPossible, "run \(run.id) is failed: retry it first, then what is stale can be reworked")
        case .running, .paused, .attention, .completed: break
        }
        guard let artifact = run.artifact(ArtifactName(request.artifact)) else {
            throw ReplyError(.unknownArtifact, "run \(run.id) has no artifact \(request.artifact)")
        }
        try requireOpenable(run)
        let makers = run.staleWork(of: artifact.name).map(\.maker)
        return steer(run, .reworked(artifact: artifact.name.text, by: client), makers, now: now)
    }
}
