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
        /// An answer that came too late: what has become of the question, in a sentence, and what is to be known of
        /// the answer; nil: what was typed.
        case late(Identifier, String, kept: String? = nil)
        case steered(Result<String, ClientError>)
        case documents(Result<[ArtifactEntry], ClientError>)
        case document(name: String, version: Int, Result<String, ClientError>)
    }

    /// What lies above the run; the last is to be seen.
    enum View: Sendable, Equatable {
        case questions(Choice)
        case answer(AnswerForm)
        case kept(KeptText)
        case documents(DocumentList)
        case document(DocumentPages)
        case steps(ScrolledLines)
        case keys(ScrolledLines)
    }

    package let style: TerminalStyle
    /// Whether the person has a pager, for what is longer than the screen.
    private let hasPager: Bool
    package private(set) var size: Size
    package private(set) var run: RunSnapshot?
    /// That the broker is gone, or the orchestrator.
    private(set) var note: String?
    /// Who answered which of the questions that were open when the run was last seen.
    private var answered: [Identifier: String] = [:]
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
            hear(event)
        case .connection, .orchestrator: note = update.note
        }
    }

    /// Who answered what, for those who are about to.
    private mutating func hear(_ event: LogEvent) {
        for entry in event.then.json.array ?? [] where entry["kind"]?.string == "decided" {
            guard let number = entry["decision"]?.int.flatMap({ UInt32(exactly: $0) }),
                let person = entry["by"]?.string, let answer = entry["answer"]
            else { continue }
            let sentence = "\(person) answered: \(answer.string ?? answer.text)"
            let id = event.run.child(number)
            if isOpenHere(id) { answered[id] = sentence }
            change { view in
                guard case .kept(var kept) = view, kept.question.id == id else { return }
                kept.explain(sentence)
                view = .kept(kept)
            }
        }
    }

    /// Whether somebody here may still want to know who answered it.
    private func isOpenHere(_ id: Identifier) -> Bool {
        run?.decisions.contains { $0.id == id } == true
            || views.contains { view in if case .answer(let form) = view { form.question.id == id } else { false } }
    }

    /// What is being answered may have changed, or be asked no more.
    private mutating func ask(_ run: RunSnapshot) {
        let open = Set(run.decisions.map(\.id))
        for case .answer(let form) in views where !form.isSending && !open.contains(form.question.id) {
            let name = TerminalText.line(form.question.name)
            end(form, answered[form.question.id].map { "\(name): \($0)" } ?? "\(name) is not asked any more")
        }
        answered = answered.filter { isOpenHere($0.key) }
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

    /// Somebody else was first. What was typed stays; without any, what lies below is to be seen again.
    private mutating func end(_ form: AnswerForm, _ why: String, kept: String? = nil) {
        guard let place = views.firstIndex(of: .answer(form)) else { return }
        let text = kept ?? form.typed
        guard text.contains(where: { !$0.isWhitespace }) else {
            views.remove(at: place)
            notice = why
            return
        }
        views[place] = .kept(KeptText(text, of: form.question, why: why))
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
        case .late(let id, let sentence, let kept):
            notice = sentence
            for case .answer(let form) in views where form.question.id == id {
                notice = nil
                let name = TerminalText.line(form.question.name)
                end(form, answered[id].map { "\(name): \($0)" } ?? sentence, kept: kept)
            }
        case .answer(let id, .failure(let error)):
            // Without a form, nothing else would tell.
            notice = error.message
            change { view in
                guard case .answer(var form) = view, form.question.id == id else { return }
                form.refuse(error.message)
                view = .answer(form)
            }
            if views.contains(where: { if case .answer(let form) = $0 { form.question.id == id } else { false } }) {
                notice = nil
            }
            if let run { ask(run) }
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
