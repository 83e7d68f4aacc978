import BatonClient
import Foundation

/// Shows a ``WatchScreen`` on the terminal, and does what the person wants.
actor RunScreen {
    enum Ending: Sendable, Equatable {
        /// The run is over, or needs a person.
        case over
        /// The person has left.
        case left
        /// As Ctrl-C means it, or because the terminal has gone.
        case interrupted
        /// The updates ended before the run did.
        case lost
    }

    /// Updates are drawn no more often: a person can't read faster, and a terminal far away can't either.
    private static let pace = Duration.milliseconds(60)
    /// Times on the screen go on.
    private static let tick = Duration.milliseconds(500)

    private let client: Client
    private let run: Identifier
    private var progress: FollowedRun
    private var screen: WatchScreen
    private let terminal: ScreenTerminal
    private let keyboard: Keyboard
    let pager = ForeignProgram.pager
    /// Another program has the terminal until this ends.
    private var loan: Task<Result<Void, ClientError>, Never>?
    private var isClosed = false
    private let endings: AsyncStream<Ending>
    private let ending: AsyncStream<Ending>.Continuation
    private var isDrawingDue = false
    private var isTold = false

    private init(
        _ client: Client, _ run: Identifier, _ progress: FollowedRun, _ keyboard: Keyboard
    ) throws(ClientError) {
        self.client = client
        self.run = run
        self.progress = progress
        self.keyboard = keyboard
        terminal = ScreenTerminal(alarm: keyboard.alarm)
        screen = WatchScreen(size: terminal.size, style: Terminal.style, hasPager: pager != nil)
        (endings, ending) = AsyncStream.makeStream()
        try terminal.take()
    }

    /// Shows the run until it is over or the person has enough of it; the terminal is as before then.
    ///
    /// - Returns: the ending, and where the run stood then; nil when nothing was heard of it.
    static func show(
        _ updates: AsyncStream<RunUpdate>, of run: Identifier, _ client: Client, _ progress: FollowedRun
    ) async throws(ClientError) -> (Ending, RunSnapshot?) {
        let keyboard = try Keyboard()
        keyboard.start()
        // After the screen, whose signal handlers have the keyboard's alarm.
        defer { keyboard.stop() }
        let screen = try RunScreen(client, run, progress, keyboard)
        let ending = await screen.follow(updates)
        return (ending, await screen.close())
    }

    private func follow(_ updates: AsyncStream<RunUpdate>) async -> Ending {
        draw(isNew: true)
        let tasks = [
            Task {
                for await update in updates { self.take(update) }
                self.end()
            },
            Task { for await event in self.keyboard.events { self.take(event) } },
            Task {
                while true {
                    do { try await Task.sleep(for: Self.tick) } catch { return }
                    self.draw()
                }
            },
        ]
        defer { for task in tasks { task.cancel() } }
        return await endings.first { _ in true } ?? .lost
    }

    private func close() async -> RunSnapshot? {
        isClosed = true
        _ = await loan?.value
        terminal.giveBack()
        return progress.latest
    }

    // MARK: What happens

    private func take(_ update: RunUpdate) {
        screen.take(update)
        progress.take(update)
        drawSoon()
        leaveIfOver()
    }

    /// There are no more updates.
    private func end() {
        isTold = true
        if progress.latest?.status.isFinal != true { ending.yield(.lost) }
        leaveIfOver()
    }

    /// Nobody's reading or typing is cut off; what a person is needed for may be answered here.
    private func leaveIfOver() {
        let needsOther = progress.needsPerson && progress.latest?.decisions.isEmpty == true
        guard screen.isAtHome, isTold || needsOther else { return }
        ending.yield(.over)
    }

    private func take(_ event: Keyboard.Event) {
        switch event {
        case .key(let key):
            if let wish = screen.press(key) { carryOut(wish) }
            draw()
            leaveIfOver()
        case .resized: draw(isNew: true)
        case .continued:
            terminal.giveBack()
            comeBack()
        case .closed: ending.yield(.interrupted)
        }
    }

    private func carryOut(_ wish: WatchScreen.Wish) {
        switch wish {
        case .leave: ending.yield(.left)
        case .interrupt: ending.yield(.interrupted)
        case .redraw: draw(isNew: true)
        case .suspend:
            terminal.giveBack()
            TerminalRescue.stopHere()
            comeBack()
        case .answer, .pause, .resume, .listDocuments, .read:
            Task {
                if let outcome = await wishes.carryOut(wish) { take(outcome) }
            }
        case .page(let text): Task { await page(text) }
        case .edit(let question, let name, let version): Task { take(await edit(question, name, version)) }
        }
    }

    var wishes: ScreenWishes { ScreenWishes(client: client, run: run) }

    private func take(_ outcome: WatchScreen.Outcome) {
        if let wish = screen.take(outcome) { carryOut(wish) }
        draw()
        leaveIfOver()
    }

    /// Leaves the terminal to another program, as for Ctrl-Z, and takes it again.
    func lend(_ program: ForeignProgram, _ file: ScratchFile) async throws(ClientError) {
        guard loan == nil, !isClosed else { throw ClientError(.stopped, "the terminal is in other hands") }
        terminal.giveBack()
        let loan = Task { [keyboard] in
            keyboard.pause()
            defer { keyboard.resume() }
            return await program.run(on: file)
        }
        self.loan = loan
        let result = await loan.value
        self.loan = nil
        if !isClosed { comeBack() }
        try result.get()
    }

    /// Says it until the next key.
    func say(_ sentence: String) {
        screen.take(.steered(.success(sentence)))
        draw()
    }

    /// Takes the terminal again after a stop.
    private func comeBack() {
        do { try terminal.take() } catch {
            ending.yield(.interrupted)
            return
        }
        draw(isNew: true)
    }

    // MARK: Drawing

    private func draw(isNew: Bool = false) {
        screen.resize(terminal.size)
        terminal.draw(screen.lines(now: .now), isNew: isNew)
    }

    private func drawSoon() {
        guard !isDrawingDue else { return }
        isDrawingDue = true
        Task {
            try? await Task.sleep(for: Self.pace)
            isDrawingDue = false
            draw()
        }
    }
}
