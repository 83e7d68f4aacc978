import ArgumentParser
import BatonClient

/// Follows a run to its end, or to where it needs a person, and shows what happens.
struct RunFollower {
    enum Display {
        /// The whole terminal, with keys.
        case screen
        /// A drawing that changes below what stands there; only for a terminal.
        case live
        /// A line per event.
        case lines
        /// Only what the run asks, on standard error.
        case silent

        /// The most that standard output and input can take.
        static var best: Display { ScreenTerminal.isThere ? .screen : inPlace }
        /// What standard output can take.
        static var inPlace: Display { Terminal.canDraw ? .live : .lines }
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
        if display == .screen { return try await show(after: after) }
        let updates = try await client.watch(run, after: after)
        return switch display {
        case .screen, .live: try await draw(updates, after: after)
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

    /// So many of the newest events are on a screen that begins with what happens from now on.
    private static let eventsOnScreen = 300

    /// Shows the screen; afterwards the terminal has what is to be kept.
    private func show(after: Int?) async throws -> RunSnapshot {
        let begin = try await client.snapshot(of: run).sequence
        let after = after ?? max(0, begin - Self.eventsOnScreen)
        let progress = FollowedRun(after: after, staysForAttention: staysForAttention)
        let updates = try await client.watch(run, after: after)
        let (ending, snapshot) = try await RunScreen.show(updates, of: run, client, progress)
        switch ending {
        case .over:
            guard let snapshot else { throw lost }
            let view = ProgressView(width: Terminal.size.columns - 1, style: Terminal.style, questions: questions)
            for line in view.lines(snapshot, now: .now) { Terminal.output(line) }
            return snapshot
        case .left:
            guard let snapshot else { throw lost }
            Failure.say("the run is \(snapshot.status.rawValue); `baton watch \(run)` shows it again")
            return snapshot
        case .interrupted: throw ExitCode(Failure.interrupted)
        case .lost: throw lost
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
            case .connection, .orchestrator: await screen.say(update.note)
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
                if let note = update.note { Terminal.error("baton: \(note)") }
            }
        }
    }

    /// Reads updates until the run is over; gives its last snapshot.
    private func last(
        of updates: AsyncStream<RunUpdate>, after: Int?, _ take: (RunUpdate) async -> Void
    ) async throws -> RunSnapshot {
        var progress = FollowedRun(after: after, staysForAttention: staysForAttention)
        for await update in updates {
            await take(update)
            progress.take(update)
            if let latest = progress.latest, progress.needsPerson { return latest }
        }
        guard let latest = progress.latest, latest.status.isFinal else { throw lost }
        return latest
    }

    private var lost: ClientError {
        ClientError(.stopped, "the run \(run) was no longer followed before it ended")
    }
}
