import Synchronization

/// A bounded way from a thread that must not wait to one task that may.
///
/// The thread looks at ``hasRoom`` before it makes more; an element that is already there is always taken.
final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var first = 0
        var isFinished = false
        var waiter: CheckedContinuation<Element?, Never>?

        var count: Int { elements.count - first }

        mutating func popFirst() -> Element? {
            guard first < elements.count else { return nil }
            defer {
                first += 1
                if first == elements.count || first > 1024 {
                    elements.removeSubrange(0..<first)
                    first = 0
                }
            }
            return elements[first]
        }
    }

    private let state = Mutex(State())
    private let limit: Int
    private let madeRoom: @Sendable () -> Void

    /// - Parameter madeRoom: called when a full mailbox has room again.
    init(limit: Int, madeRoom: @escaping @Sendable () -> Void) {
        self.limit = limit
        self.madeRoom = madeRoom
    }

    var hasRoom: Bool { state.withLock { $0.count < limit } }

    func append(_ element: Element) {
        let waiter = state.withLock { state -> CheckedContinuation<Element?, Never>? in
            guard !state.isFinished else { return nil }
            guard let waiter = state.waiter else {
                state.elements.append(element)
                return nil
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume(returning: element)
    }

    /// No more elements: `next()` returns what is left, then nil.
    func finish() {
        let waiter = state.withLock { state in
            state.isFinished = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }

    /// The next element; nil after the last one, or when the task is cancelled. For one reader at a time.
    func next() async -> Element? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Not nil: what to resume with at once; nil: the continuation waits.
                let (answer, wasFull) = state.withLock { state -> (Element??, Bool) in
                    precondition(state.waiter == nil, "a mailbox has one reader")
                    let wasFull = state.count == limit
                    if let element = state.popFirst() { return (.some(element), wasFull) }
                    if state.isFinished || Task.isCancelled { return (.some(nil), false) }
                    state.waiter = continuation
                    return (nil, false)
                }
                if wasFull { madeRoom() }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: nil)
        }
    }
}
