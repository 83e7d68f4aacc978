import BatonMessages
import OrderedCollections
import Synchronization

/// The last answer to each of the last tasks: when a result is rejected, the model sees what it said.
final class LastAnswers: Sendable {
    private static let maxCount = 64
    private static let maxBytes = 1 << 20

    private let answers = Mutex<OrderedDictionary<Identifier, String>>([:])

    func remember(_ answer: String, of task: Identifier) {
        guard answer.utf8.count <= Self.maxBytes else { return }
        answers.withLock { answers in
            answers[task] = nil
            answers[task] = answer
            if answers.count > Self.maxCount { answers.removeFirst() }
        }
    }

    func answer(of task: Identifier) -> String? { answers.withLock { $0[task] } }
}
