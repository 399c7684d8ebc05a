import ContactModel
import Screen

extension AppState {
    /// Takes in what happened; the only place where the state changes.
    ///
    /// - Returns: what is to be done now, in order.
    package mutating func update(_ action: Action) -> [Effect] {
        switch action {
        case .input(let event): input(event)
        case .opened(let facts, let drafts): opened(facts, drafts)
        case .openFailed(let failure): failedToOpen(failure)
        case .listed(let request, let result): listed(request, result)
        case .rows(let request, let rows): received(rows, for: request)
        case .loaded(let request, let result): loaded(request, result)
        case .saved(let request, let answer): saved(request, answer)
        case .undone(let request, let result): undone(request, result)
        case .tags(let request, let tags): received(tags, for: request)
        case .draftDue(let serial): draftDue(serial)
        case .metadataEdited(let edited): received(edited)
        case .changedElsewhere: relist() + countTags()
        case .notice(let news): show(news)
        }
    }

    private mutating func input(_ event: InputEvent) -> [Effect] {
        switch event {
        case .key(let key): return press(key)
        case .paste(let text): return paste(text)
        case .resize(let size):
            self.size = size
            list.select(list.selected, height: listHeight)
            return fetchRows()
        case .resumed: return [.redraw]
        case .terminate, .hangUp: return leaveAtOnce()
        case .mouse(let mouse): return click(mouse)
        case .wake: return []
        }
    }

    private mutating func press(_ key: Key) -> [Effect] {
        if let dialog { return answer(dialog, key) }
        if openFailure != nil { return pressAfterFailure(key) }
        if help != nil { return pressInHelp(key) }
        if prompt != nil { return pressInPrompt(key) }
        if form != nil { return pressInForm(key) }
        return pressInList(key)
    }

    private mutating func paste(_ text: String) -> [Effect] {
        guard dialog == nil, help == nil, openFailure == nil else { return [] }
        let text = AppState.withoutFinalLineBreak(text)
        if prompt != nil {
            prompt?.field.insert(text)
            return promptChanged()
        }
        guard form != nil else { return [] }
        return typed(text)
    }

    /// The last line break of a pasted line belongs to the line, not to the text.
    private static func withoutFinalLineBreak(_ text: String) -> String {
        var text = text
        while let last = text.last, last.isNewline { text.removeLast() }
        return text
    }

    /// What is typed is kept, then the program ends without a question: the terminal is gone.
    private mutating func leaveAtOnce() -> [Effect] {
        isLeaving = true
        return (form.flatMap(Draft.init(of:)).map { [.keepDraft($0)] } ?? []) + [.quit]
    }

    mutating func show(_ news: News) -> [Effect] {
        self.news = news
        return []
    }

    /// The answer to a key in a place: the command it completes, if it does.
    mutating func command(for key: Key, in context: KeyContext) -> Command? {
        switch keymap.match(pendingKeys + [key], in: context) {
        case .command(let command):
            pendingKeys = []
            return command
        case .prefix:
            pendingKeys.append(key)
            return nil
        case .none:
            guard !pendingKeys.isEmpty else { return nil }
            pendingKeys = []
            return command(for: key, in: context)
        }
    }
}

extension AppState {
    private mutating func opened(_ facts: PlaceFacts, _ drafts: [Draft]) -> [Effect] {
        place = facts
        openFailure = nil
        self.drafts = drafts
        if let notice = facts.notice { news = News(notice) }
        offerDraft()
        return relist() + countTags()
    }

    private mutating func failedToOpen(_ failure: OpenFailure) -> [Effect] {
        openFailure = failure
        return []
    }

    private mutating func pressAfterFailure(_ key: Key) -> [Effect] {
        switch key {
        case Key(.enter) where openFailure?.canCreate == true:
            openFailure = nil
            return [.open(create: true)]
        case .character("R"), .character("r"):
            openFailure = nil
            return [.open(create: false)]
        case .character("q"), Key(.escape), .control("g"), .control("c"):
            isLeaving = true
            return [.quit]
        case .control("z"): return [.suspend]
        case .control("l"): return [.redraw]
        default: return []
        }
    }

    /// Asks for the listing anew, the contact under the cursor kept there.
    mutating func relist() -> [Effect] {
        guard let query = currentQuery() else { return [] }
        let number = request(.list)
        return [
            .list(
                request: number, query: query, order: list.order,
                keeping: list.selectedRow?.key)
        ]
    }

    mutating func countTags() -> [Effect] { [.tags(request: request(.tags))] }

    private mutating func received(_ tags: [TagCount], for request: Int) -> [Effect] {
        if isAwaited(request, .tags) { knownTags = tags }
        return []
    }

    /// The filter as a query; nil, with the place noted, where it makes no sense yet.
    private mutating func currentQuery() -> Query? {
        do throws(QueryFlaw) {
            let query = try Query(list.filter, clock: clock)
            list.filterFlaw = nil
            return query
        } catch {
            list.filterFlaw = error.offset
            return nil
        }
    }
}
