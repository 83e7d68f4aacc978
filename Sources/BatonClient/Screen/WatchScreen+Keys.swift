/// What keys do.
extension WatchScreen {
    /// - Returns: what the person wants beside a change of the screen itself.
    package mutating func press(_ key: Key) -> Wish? {
        notice = nil
        switch key {
        case .control("c"): return .interrupt
        case .control("z"): return .suspend
        case .control("l"): return .redraw
        default: break
        }
        switch views.last {
        case nil: return pressAtHome(key)
        case .answer(let form): return press(key, form)
        case .kept(var kept):
            // Whoever is typing has not read it yet: only one key dismisses it.
            if key == .escape {
                views.removeLast()
            } else {
                kept.press(key, width: size.columns, height: bodyHeight)
                replace(.kept(kept))
            }
        case .questions(let choice): return press(key, choice)
        case .documents(let list): return press(key, list)
        case .document(let pages): return press(key, pages)
        case .steps(var scrolled):
            let count = allSteps(now: run?.updatedAt).count
            if !isBack(key), scrolled.press(key, count: count, height: bodyHeight) { replace(.steps(scrolled)) }
        case .keys(var scrolled):
            let count = keyLines.count
            if isBack(key) { return nil }
            if count > bodyHeight, scrolled.press(key, count: count, height: bodyHeight) {
                replace(.keys(scrolled))
            } else {
                views.removeLast()
            }
        }
        return nil
    }

    private mutating func pressAtHome(_ key: Key) -> Wish? {
        switch key {
        case .character("q"): return .leave
        case .character("a"): open()
        case .character("d"):
            views.append(.documents(DocumentList()))
            return .listDocuments
        case .character("s"): views.append(.steps(ScrolledLines()))
        case .character("l"): isLogLarge.toggle()
        case .character("?"), .character("h"): views.append(.keys(ScrolledLines()))
        case .character("p"):
            switch run?.status {
            case .running, .attention: return .pause
            case .paused: return .resume
            case .completed, .failed, .cancelled, nil: notice = "only a run that goes on can be paused"
            }
        default: _ = log.press(key, height: logHeight)
        }
        return nil
    }

    /// The question that is asked; of several, a list.
    private mutating func open() {
        let questions = run?.decisions ?? []
        switch questions.count {
        case 0: notice = "nothing is asked"
        case 1: views.append(.answer(AnswerForm(questions[0])))
        default: views.append(.questions(Choice(of: questions.count)))
        }
    }

    private mutating func press(_ key: Key, _ choice: Choice) -> Wish? {
        var choice = choice
        let questions = run?.decisions ?? []
        if key == .enter {
            if questions.indices.contains(choice.selected) {
                views.append(.answer(AnswerForm(questions[choice.selected])))
            }
        } else if !isBack(key), choice.press(key) {
            replace(.questions(choice))
        }
        return nil
    }

    private mutating func press(_ key: Key, _ form: AnswerForm) -> Wish? {
        var form = form
        let effect = form.press(key)
        replace(.answer(form))
        switch effect {
        case .nothing: return nil
        case .close:
            views.removeLast()
            return nil
        case .send(let request): return .answer(request, form.question.kind)
        case .look: return look(form.question.approval)
        case .edit:
            let documents = form.question.approval?.documents ?? []
            guard documents.count == 1 else {
                notice = "choose the document that is to be edited, and press e"
                return look(form.question.approval)
            }
            return edit(documents[0].name, documents[0].version)
        }
    }

    /// The document is edited for the question whose form is the last view.
    private mutating func edit(_ name: String, _ version: Int) -> Wish? {
        guard case .answer(var form) = views.last, form.canEdit, !form.isSending else { return nil }
        form.send()
        replace(.answer(form))
        return .edit(form.question, name: name, version: version)
    }

    /// What a question is about: one document is opened at once.
    private mutating func look(_ approval: ApprovalEntry?) -> Wish? {
        guard let approval else { return nil }
        if let section = approval.section {
            let pages = DocumentPages(draft: section, width: size.columns)
            views.append(.document(pages))
            return paging(pages)
        }
        if approval.documents.count == 1 {
            let document = approval.documents[0]
            return read(DocumentPages(name: document.name, version: document.version, latest: document.version))
        }
        views.append(.documents(DocumentList(approval)))
        return nil
    }

    private mutating func press(_ key: Key, _ list: DocumentList) -> Wish? {
        var list = list
        if key == .enter {
            guard let item = list.selected else { return nil }
            return read(DocumentPages(name: item.name, version: item.version, latest: item.version))
        }
        if key == .character("e"), let item = list.selected, case .answer? = views.dropLast().last {
            views.removeLast()
            return edit(item.name, item.version)
        }
        if !isBack(key), list.press(key) { replace(.documents(list)) }
        return nil
    }

    private mutating func press(_ key: Key, _ pages: DocumentPages) -> Wish? {
        var pages = pages
        if let step = [Key.left: -1, .right: 1][key] {
            guard let other = pages.version(step) else { return nil }
            views.removeLast()
            return read(other)
        }
        if !isBack(key), pages.press(key, height: bodyHeight) { replace(.document(pages)) }
        return nil
    }

    private mutating func read(_ pages: DocumentPages) -> Wish? {
        views.append(.document(pages))
        return pages.version.map { .read(name: pages.name, version: $0) }
    }

    private mutating func replace(_ view: View) { views[views.count - 1] = view }

    /// Whether the key leads back to what lies below, which is then to be seen.
    private mutating func isBack(_ key: Key) -> Bool {
        guard key == .escape || key == .character("q") else { return false }
        views.removeLast()
        return true
    }
}
