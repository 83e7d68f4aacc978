import BatonClient

/// Follows a run to its end, or to where it needs a person, and shows what happens.
struct RunFollower {
    enum Display {
        /// A drawing that changes; only for a terminal.
        case live
        /// A line per event.
        case lines
        /// Only what the run asks, on standard error.
        case silent

        /// What standard output can take.
        static var best: Display { Terminal.canDraw ? .live : .lines }
    }

    let client: Client
    let run: Identifier
    let display: Display
    /// Says how to answer what the run asks.
    var questions = QuestionText()
    /// Goes on when the run needs a person.
    var staysForAttention = false

    /// - Parameter after: the `seq` after which events are shown; nil: from now on.
    /// - Returns: where the run stood when it ended, or when nothing more will happen without a person.
    func follow(after: Int?) async throws -> RunSnapshot {
        let updates = try await client.watch(run, after: after)
        return switch display {
        case .live: try await draw(updates, after: after)
        case .lines: try await tell(updates, after: after)
        case .silent: try await wait(updates, after: after)
        }
    }

    /// Tells nothing but what the run asks.
    private func wait(_ updates: AsyncStream<RunUpdate>, after: Int?) async throws -> RunSnapshot {
        var told: Set<Identifier> = []
        return try await last(of: updates, after: after) { update in
            guard case .snapshot(let snapshot) = update else { return }
            for question in snapshot.decisions where told.insert(question.id).inserted {
                for line in questions.lines(question) { Terminal.error(line) }
            }
        }
    }

    private func draw(_ updates: AsyncStream<RunUpdate>, after: Int?) async throws -> RunSnapshot {
        let screen = LiveScreen(questions: questions)
        let clock = Task { await screen.keepTime() }
        defer { clock.cancel() }
        let end = try await last(of: updates, after: after) { update in
            switch update {
            case .snapshot(let snapshot): await screen.show(snapshot)
            case .event: break
            case .connection, .orchestrator: await screen.say(Self.note(update))
            }
        }
        clock.cancel()
        await screen.finish(end)
        return end
    }

    private func tell(_ updates: AsyncStream<RunUpdate>, after: Int?) async throws -> RunSnapshot {
        var lines: EventLines?
        var told: Set<Identifier> = []
        return try await last(of: updates, after: after) { update in
            switch update {
            case .snapshot(let snapshot):
                let isFirst = lines == nil
                if isFirst {
                    lines = EventLines(startedAt: snapshot.startedAt)
                    let title = TerminalText.line(snapshot.title)
                    let reason = snapshot.reason.map { ": \(TerminalText.line($0))" } ?? ""
                    Terminal.output(
                        "\(title)  \(snapshot.run)  \(snapshot.percent) %, \(snapshot.status.rawValue)\(reason)")
                }
                for question in snapshot.decisions where told.insert(question.id).inserted {
                    // What is asked from now on is an event, too; how to answer it is not.
                    let text =
                        isFirst
                        ? questions.lines(question)
                        : ["  answer with \(QuestionText.answers(to: question)):"] + questions.command(for: question)
                    for line in text { Terminal.output(line) }
                }
            case .event(let event): for line in lines?.lines(event) ?? [] { Terminal.output(line) }
            case .connection, .orchestrator:
                if let note = Self.note(update) { Terminal.error("baton: \(note)") }
            }
        }
    }

    /// Reads updates until the run is over; gives its last snapshot.
    private func last(
        of updates: AsyncStream<RunUpdate>, after: Int?, _ take: (RunUpdate) async -> Void
    ) async throws -> RunSnapshot {
        var latest: RunSnapshot?
        var told = after
        for await update in updates {
            await take(update)
            switch update {
            case .snapshot(let snapshot):
                told = told ?? snapshot.sequence
                latest = snapshot
            case .event(let event): told = event.sequence
            case .connection, .orchestrator: break
            }
            // A run that needs a person does not end; once all of it was told, there is nothing to wait for.
            if let latest, latest.status == .attention, !staysForAttention, told ?? 0 >= latest.sequence {
                return latest
            }
        }
        guard let latest, latest.status.isFinal else {
            throw ClientError(.stopped, "the run \(run) was no longer followed before it ended")
        }
        return latest
    }

    static func note(_ update: RunUpdate) -> String? {
        switch update {
        case .connection(isUp: false, let reason):
            "the broker is gone (\(reason.map { TerminalText.line($0) } ?? "no reason")); trying again"
        case .orchestrator(isOnline: false): "the orchestrator is offline; waiting for it"
        default: nil
        }
    }
}
