/// What is to be done later, such as the end of a fault. Used from the main thread alone.
final class Agenda {
    private var entries: [(at: ContinuousClock.Instant, body: () -> Void)] = []

    var isEmpty: Bool { entries.isEmpty }

    func add(after pause: Duration, _ body: @escaping () -> Void) { entries.append((.now + pause, body)) }

    /// Does what is due.
    func run() { run { $0 <= .now } }

    /// Does everything, due or not.
    func runAll() { run { _ in true } }

    private func run(_ isDue: (ContinuousClock.Instant) -> Bool) {
        let due = entries.filter { isDue($0.at) }.sorted { $0.at < $1.at }
        entries.removeAll { isDue($0.at) }
        for entry in due { entry.body() }
    }
}
