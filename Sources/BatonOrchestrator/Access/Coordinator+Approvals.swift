import BatonEngine
import BatonMessages

/// Who may answer which approval. Who somebody is comes from the topic that the answer came on, which the broker's
/// rules tie to a login.
extension Coordinator {
    /// Refuses an answer of somebody whom the step does not name, and the approval of somebody who wrote what is
    /// approved.
    func requireMayApprove(_ decision: Decision, of run: RunState, _ answer: JSON, client: String) throws {
        guard let approval = decision.approval else { return }
        let people = approval.policy.by
        if !people.isEmpty, !people.contains(client), roles(ofPerson: client).isDisjoint(with: people) {
            try refuse("\(client) may not answer \(decision.name): \(people.joined(separator: ", ")) may", client)
        }
        guard approval.policy.fourEyes, answer == .string(Decision.approve) else { return }
        let authors = run.authors(of: approval)
        let logins = authors.compactMap { access?.agent($0)?.speaker }
        if authors.contains(client) || logins.contains(client) {
            try refuse("\(client) wrote on what \(decision.name) is about: somebody else has to approve it", client)
        }
    }

    /// What the access file says of somebody, and what an agent of that name serves.
    private func roles(ofPerson client: String) -> Set<String> {
        (access?.client(client)?.roles ?? []).union(dispatch.agents[client]?.roles ?? [])
    }

    private func refuse(_ reason: String, _ client: String) throws {
        report(client, reason)
        throw ReplyError(.notAllowed, reason)
    }
}

extension Decision {
    func hasApproved(_ client: String) -> Bool {
        approval?.votes.contains { $0.by == client && $0.answer == Decision.approve } ?? false
    }
}
