import BatonMessages

/// Following a run.
extension Client {
    /// How long the log may be behind the snapshot before history is asked: both travel at once.
    private static let patience = Duration.milliseconds(300)
    /// The first and the longest time between two questions of who may not read the run's topics.
    private static let questionPauses = (first: Duration.seconds(1), longest: Duration.seconds(5))

    /// Follows a run until it has ended and everything was told, or the reader stops.
    ///
    /// The first update is a snapshot. Losing the broker or the orchestrator ends nothing: the updates say so, and go
    /// on when they are back.
    ///
    /// - Parameters:
    ///   - after: the `seq` after which events are wanted: 0 begins with the run's first; nil with what happens from
    ///     now on.
    ///   - events: false for who wants to know where the run stands, and not what led there: nothing is asked for it.
    public func watch(
        _ run: Identifier, after: Int? = nil, events: Bool = true
    ) async throws(ClientError) -> AsyncStream<RunUpdate> {
        let snapshot = try await snapshot(of: run)
        let number = nextNumber()
        let (stream, continuation) = AsyncStream.makeStream(
            of: RunUpdate.self, bufferingPolicy: .bufferingOldest(RunWatch.maxWaiting))
        let watch = RunWatch(
            number: number, snapshot: snapshot, after: min(after ?? snapshot.sequence, snapshot.sequence),
            wantsEvents: events, continuation: continuation)
        watches[number] = watch
        continuation.onTermination = { [weak self] _ in
            Task { await self?.forget(number) }
        }
        watch.send(.snapshot(snapshot))
        connection.subscribe([.init(topics.runState(run))] + (events ? [.init(topics.runLog(run), qos: 0)] : []))
        if watch.isBehind { catchUp(watch) }
        finishIfOver(watch)
        Task { [weak self] in await self?.askWithoutTopics(number) }
        return stream
    }

    /// A broker that lets a login not read a run's topics takes its subscription and says nothing more: the login of a
    /// trigger may ask, and not listen. The run's state is retained, so that who may read it hears it at once.
    private func askWithoutTopics(_ number: Int) async {
        var pause = Self.questionPauses.first
        while true {
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, Self.questionPauses.longest)
            guard let watch = watches[number], !watch.hasTopics else { return }
            // What fails is asked again: losing the broker or the orchestrator ends no watch.
            guard let snapshot = try? await snapshot(of: watch.run), !watch.hasTopics else { continue }
            receive(snapshot, for: watch)
        }
    }

    private func forget(_ number: Int) { watches[number] = nil }

    func receive(_ snapshot: RunSnapshot, for watch: RunWatch) {
        // After a crash the broker may come back with an older one.
        guard snapshot.sequence >= watch.latest.sequence, snapshot != watch.latest else { return }
        watch.latest = snapshot
        watch.send(.snapshot(snapshot))
        if watch.isBehind { check(watch, after: snapshot.status.isFinal ? .zero : Self.patience) }
        finishIfOver(watch)
    }

    func receive(_ event: LogEvent, for watch: RunWatch) {
        watch.send(watch.sequence.take(event))
        if watch.sequence.hasGap { catchUp(watch) }
        finishIfOver(watch)
    }

    private func finishIfOver(_ watch: RunWatch) {
        guard watch.isOver else { return }
        watch.continuation.finish()
        watches[watch.number] = nil
    }

    /// Looks later whether the log is still behind.
    private func check(_ watch: RunWatch, after delay: Duration) {
        guard !watch.isCheckScheduled else { return }
        watch.isCheckScheduled = true
        let number = watch.number
        Task { [weak self] in
            try? await Task.sleep(for: delay)
            await self?.checkNow(number)
        }
    }

    private func checkNow(_ number: Int) {
        guard let watch = watches[number] else { return }
        watch.isCheckScheduled = false
        if watch.isBehind { catchUp(watch) }
    }

    /// Reads from history what the log did not bring.
    private func catchUp(_ watch: RunWatch) {
        guard !watch.isFetching else { return }
        watch.isFetching = true
        let number = watch.number
        Task { [weak self] in await self?.fetch(number) }
    }

    private func fetch(_ number: Int) async {
        var failed = false
        while let watch = watches[number], watch.isBehind, !failed {
            do throws(ClientError) {
                let before = watch.sequence.last
                for event in try await history(of: watch.run, after: before).events {
                    watch.send(watch.sequence.take(event))
                }
                // No room for the reader, or history is behind the snapshot of another orchestrator.
                failed = watch.sequence.last == before
            } catch {
                failed = true
            }
        }
        guard let watch = watches[number] else { return }
        watch.isFetching = false
        if watch.isBehind { check(watch, after: .seconds(1)) }
        finishIfOver(watch)
    }
}
