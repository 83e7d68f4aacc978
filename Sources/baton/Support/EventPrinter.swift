import BatonClient

/// Writes the events of a run that pass a filter, as lines or as JSON.
struct EventPrinter {
    let filter: EventFilter
    let json: Bool

    /// What has happened so far.
    func printHistory(of run: Identifier, _ client: Client) async throws {
        let lines = EventLines(startedAt: try await client.snapshot(of: run).startedAt)
        var filter = filter
        var (last, shown) = (0, 0)
        while true {
            let (events, end) = try await client.history(of: run, after: last)
            for event in events where filter.lets(event) {
                show(event, lines)
                shown += 1
            }
            guard let newest = events.last?.sequence, newest > last else { break }
            last = newest
            if newest >= end { break }
        }
        // Silence would look like a run in which nothing happened.
        if shown == 0 { Terminal.error("no event is like that; without a filter, all \(last) are told") }
    }

    /// Everything, until the run has ended; gives how.
    func follow(_ run: Identifier, _ client: Client) async throws -> RunStatus {
        var filter = filter
        var lines: EventLines?
        var status: RunStatus?
        for await update in try await client.watch(run, after: 0) {
            switch update {
            case .snapshot(let snapshot):
                if lines == nil { lines = EventLines(startedAt: snapshot.startedAt) }
                status = snapshot.status
            case .event(let event): if filter.lets(event), let lines { show(event, lines) }
            case .connection, .orchestrator: if let note = update.note { Failure.say(note) }
            }
        }
        guard let status, status.isFinal else {
            throw ClientError(.stopped, "the run \(run) was no longer followed before it ended")
        }
        return status
    }

    private func show(_ event: LogEvent, _ lines: EventLines) {
        if json { return printJSON(event) }
        for line in lines.lines(event) { Terminal.output(line) }
    }
}
