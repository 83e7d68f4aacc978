/// The full-screen view of a run, but for the terminal: what has been told, what the person is at, and what a key does.
///
/// A value: updates of the run, keys and what came of wishes go in; wishes and lines of text come out. Whoever has it
/// carries the wishes out, and draws the lines.
package struct WatchScreen: Sendable {
    package struct Size: Sendable, Equatable {
        package var columns: Int
        package var lines: Int

        package init(columns: Int, lines: Int) {
            self.columns = columns
            self.lines = lines
        }
    }

    /// What the person wants to happen outside of the screen.
    package enum Wish: Sendable, Equatable {
        case answer(DecideRequest, Decision.Kind)
        case pause, resume
        case listDocuments
        case read(name: String, version: Int)
        /// Show a text in the person's own pager.
        case page(String)
        /// Have the person edit a document that is to be approved, and send it as amended.
        case edit(DecisionEntry, name: String, version: Int)
        case leave
        /// As Ctrl-C means it.
        case interrupt
        /// As Ctrl-Z means it.
        case suspend
        case redraw
    }

    /// What became of a wish; a success is told in a sentence.
    package enum Outcome: Sendable, Equatable {
        case answer(Identifier, Result<String, ClientError>)
        case steered(Result<String, ClientError>)
        case documents(Result<[ArtifactEntry], ClientError>)
        case document(name: String, version: Int, Result<String, ClientError>)
    }

    /// What lies above the run; the last is to be seen.
    enum View: Sendable, Equatable {
        case questions(Choice)
        case answer(AnswerForm)
        case documents(DocumentList)
        case document(DocumentPages)
        case steps(ScrolledLines)
        case keys
    }

    package let style: TerminalStyle
    /// Whether the person has a pager, for what is longer than the screen.
    private let hasPager: Bool
    package private(set) var size: Size
    package private(set) var run: RunSnapshot?
    /// That the broker is gone, or the orchestrator.
    private(set) var note: String?
    /// What came of the last wish, until the next key.
    var notice: String?
    var log = LogPane()
    var isLogLarge = false
    var views: [View] = []

    package init(size: Size, style: TerminalStyle, hasPager: Bool = false) {
        self.size = size
        self.style = style
        self.hasPager = hasPager
    }

    /// Whether the person is at nothing but watching.
    package var isAtHome: Bool { views.isEmpty }

    package mutating func resize(_ size: Size) {
        guard size != self.size else { return }
        self.size = size
        change { view in
            if case .document(var pages) = view {
                pages.fit(width: size.columns)
                view = .document(pages)
            }
        }
    }

    package mutating func take(_ update: RunUpdate) {
        switch update {
        case .snapshot(let snapshot):
            let hasEnded = snapshot.status.isFinal && run?.status.isFinal == false
            run = snapshot
            ask(snapshot)
            // Who reads something meanwhile is not cut off, but told.
            if hasEnded, !isAtHome { notice = "the run is \(snapshot.status.rawValue); Esc leads back" }
        case .event(let event):
            guard let run else { return }
            log.append(EventLines(startedAt: run.startedAt).lines(event))
        case .connection, .orchestrator: note = update.note
        }
    }

    /// What is being answered may have changed, or be asked no more.
    private mutating func ask(_ run: RunSnapshot) {
        var gone: String?
        views.removeAll { view in
            guard case .answer(let form) = view, !form.isSending else { return false }
            guard !run.decisions.contains(where: { $0.id == form.question.id }) else { return false }
            gone = form.question.name
            return true
        }
        if let gone { notice = "\(TerminalText.line(gone)) is not asked any more" }
        change { view in
            switch view {
            case .answer(var form):
                if let now = run.decisions.first(where: { $0.id == form.question.id }) { form.update(now) }
                view = .answer(form)
            case .questions(var choice):
                choice.resize(to: run.decisions.count)
                view = .questions(choice)
            default: break
            }
        }
    }

    /// - Returns: what follows from it.
    @discardableResult
    package mutating func take(_ outcome: Outcome) -> Wish? {
        switch outcome {
        case .steered(.success(let sentence)): notice = sentence
        case .steered(.failure(let error)): notice = error.message
        case .answer(let id, .success(let sentence)):
            views.removeAll { view in
                if case .answer(let form) = view { form.question.id == id } else { false }
            }
            // A list of questions that were answered one after the other has nothing more to show.
            if case .questions = views.last, run?.decisions.allSatisfy({ $0.id == id }) ?? true { views.removeLast() }
            notice = sentence
        case .answer(let id, .failure(let error)):
            change { view in
                guard case .answer(var form) = view, form.question.id == id else { return }
                form.refuse(error.message)
                view = .answer(form)
            }
        case .documents(.success(let entries)):
            change { view in
                guard case .documents(var list) = view, list.items == nil else { return }
                list.show(entries)
                view = .documents(list)
            }
        case .documents(.failure(let error)):
            if case .documents(let list) = views.last, list.items == nil { views.removeLast() }
            notice = error.message
        case .document(let name, let version, .success(let text)):
            let width = size.columns
            change { view in
                guard case .document(var pages) = view, pages.name == name, pages.version == version else { return }
                pages.show(text, width: width)
                view = .document(pages)
            }
            if case .document(let pages) = views.last, pages.name == name, pages.version == version {
                return paging(pages)
            }
        case .document(let name, let version, .failure(let error)):
            if case .document(let pages) = views.last, pages.name == name, pages.version == version {
                views.removeLast()
            }
            notice = error.message
        }
        return nil
    }

    /// What does not fit on the screen is for the person's pager, if there is one.
    func paging(_ pages: DocumentPages) -> Wish? {
        guard hasPager, pages.lines.count > bodyHeight, let text = pages.text else { return nil }
        return .page(TerminalText.lines(text))
    }

    private mutating func change(_ body: (inout View) -> Void) {
        for index in views.indices { body(&views[index]) }
    }
}
