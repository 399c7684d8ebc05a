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
        case .beginning(let rows, let view): began(rows, view)
        case .changedElsewhere: relist() + countTags() + renewForm()
        case .access(let readOnly): accessChanged(readOnly)
        case .outbox(let facts): received(facts)
        case .notice(let news): show(news)
        case .draftDue(let serial): draftDue(serial)
        case .detailDue(let serial): detailDue(serial)
        case .metadataEdited(let edited): received(edited)
        case .contactsEdited(let edited): received(edited)
        default: answered(action)
        }
    }

    /// Takes in an answer to a request.
    private mutating func answered(_ action: Action) -> [Effect] {
        switch action {
        case .listed(let request, let result): listed(request, result)
        case .glimpsed(let request, let glimpse): glimpsed(request, glimpse)
        case .searching(let request, let percent): searching(request, percent)
        case .rows(let request, let rows): received(rows, for: request)
        case .loaded(let request, let result): loaded(request, result)
        case .saved(let request, let answer): saved(request, answer)
        case .undone(let request, let result, let isRedo, let leftAlone):
            undone(request, result, leftAlone, isRedo: isRedo)
        case .tags(let request, let tags): received(tags, for: request)
        case .metadataKeys(let request, let keys): received(metadataKeys: keys, for: request)
        case .matched(let request, let result): matched(request, result)
        case .previewed(let request, let effect, let quota): previewed(request, effect, quota)
        case .progressed(let request, let done, let total):
            progressed(request, done: done, total: total)
        case .applied(let request, let result): applied(request, result)
        case .logged(let request, let result): logged(request, result)
        case .imported(let request, let result): imported(request, result)
        case .duplicates(let request, let found): received(found, for: request)
        case .unsent(let request, let items): received(items, for: request)
        default: []
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
        guard canBeRead else { return pressUnseen(key) }
        if isMenuAwaited, dialog == nil, help == nil { return holdForMenu(key) }
        if !heldKeys.isEmpty { return holdBack(key) }
        if let dialog { return answer(dialog, key) }
        if openFailure != nil { return pressAfterFailure(key) }
        if help != nil { return pressInHelp(key) }
        if running != nil { return pressWhileRunning(key) }
        if prompt != nil { return pressInPrompt(key) }
        if bulk != nil { return pressInBulk(key) }
        if !panels.isEmpty { return pressInPanel(key) }
        if form != nil { return pressInForm(key) }
        if isWaiting(for: .load) { return typeAhead(key) }
        if !isListSettled { return holdBack(key) }
        return pressInList(key)
    }

    private mutating func paste(_ text: String) -> [Effect] {
        guard dialog == nil, help == nil, openFailure == nil, running == nil else { return [] }
        let pasted = PastedText(text)
        let text = pasted.text
        if prompt != nil {
            prompt?.field.insert(text)
            return promptChanged()
        }
        if bulk != nil { return pasteInBulk(text) }
        if case .palette? = panels.last?.subject {
            typeInPalette { $0.insert(text) }
            return []
        }
        guard form != nil, panels.isEmpty else { return show(PastedText.refusal(keymap)) }
        news = pasted.news ?? news
        return typed(text)
    }

    /// What is typed is kept, then the program ends without a question: the terminal is gone.
    private mutating func leaveAtOnce() -> [Effect] {
        isLeaving = true
        return (form.flatMap(Draft.init(of:)).map { [.keepDraft($0)] } ?? []) + [.quit]
    }

    /// Whether the window is large enough to see what keys do.
    private var canBeRead: Bool {
        size.columns >= smallestSize.columns && size.rows >= smallestSize.rows
    }

    /// In a window too small to show anything, keys do nothing that would need seeing.
    private mutating func pressUnseen(_ key: Key) -> [Effect] {
        switch command(for: key, in: [.list]) {
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        default:
            pendingKeys = []
            return []
        }
    }

    mutating func show(_ news: News) -> [Effect] {
        self.news = news
        return []
    }

    /// The answer to a key in places that hold at once: the command it completes, if it does.
    mutating func command(for key: Key, in contexts: [KeyContext]) -> Command? {
        let keys = pendingKeys + [key]
        let matches = contexts.map { keymap.match(keys, in: $0) }
        for case .command(let command) in matches {
            pendingKeys = []
            return command
        }
        if matches.contains(.prefix) {
            pendingKeys.append(key)
            return nil
        }
        guard !pendingKeys.isEmpty else { return nil }
        pendingKeys = []
        return command(for: key, in: contexts)
    }
}

extension AppState {
    private mutating func opened(_ facts: PlaceFacts, _ drafts: [Draft]) -> [Effect] {
        place = facts
        openFailure = nil
        self.drafts = drafts
        if let view = facts.view {
            list.columns = view.columns
            list.order = view.order
        }
        news = facts.notice
        offerDraft()
        return relist() + countTags()
    }

    private mutating func accessChanged(_ readOnly: String?) -> [Effect] {
        guard place != nil, place?.readOnly != readOnly else { return [] }
        place?.readOnly = readOnly
        return show(
            readOnly.map { News($0, .bad) } ?? News("the file can be written again"))
    }

    /// A filter is put to whoever stands in the whole place, so it waits for it.
    private mutating func began(_ rows: [ContactRow], _ view: ViewSettings?) -> [Effect] {
        guard list.listing == nil, list.filter.isEmpty, prompt == nil else { return [] }
        if let view { list.columns = view.columns }
        list.beginning = rows.count
        list.rows = Dictionary(uniqueKeysWithValues: zip(rows.indices, rows))
        list.detailed = list.selectedRow
        return []
    }

    private mutating func failedToOpen(_ failure: OpenFailure) -> [Effect] {
        openFailure = failure
        list.beginning = 0
        list.rows = [:]
        heldKeys = []
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
        case Key(.escape) where canReturn, .control("g") where canReturn: return [.follow(.back)]
        case .character("q"), Key(.escape), .control("g"), .control("c"):
            isLeaving = true
            return [.quit]
        case .control("z"): return [.suspend]
        case .control("l"): return [.redraw]
        default: return []
        }
    }

    /// Asks for the listing anew, the contact under the cursor kept there, or another one.
    mutating func relist(keeping key: ContactKey? = nil) -> [Effect] {
        guard place != nil, let query = currentQuery() else { return [] }
        let wanted = ListRequest(
            query: query, order: list.order, keeping: key ?? keptKey,
            keepingNumber: key == nil ? list.selectedNumber : nil,
            marks: marks.numbers, lastMarks: marks.last, shown: list.listing?.number,
            cursor: list.cursor, height: listHeight)
        list.searched = nil
        return [.list(request: request(.list), wanted)]
    }

    /// The contact that stays under the cursor; the list begins at its top, where nobody moved on
    /// while it was read.
    private var keptKey: ContactKey? {
        list.listing == nil && list.selected == 0 ? nil : list.selectedRow?.key
    }

    /// Asks for the metadata keys in use, for completion, where they are not known yet.
    mutating func countKeys() -> [Effect] {
        guard knownKeys.isEmpty, place != nil else { return [] }
        return [.metadataKeys(request: request(.metadataKeys))]
    }

    mutating func countTags() -> [Effect] { [.tags(request: request(.tags))] }

    private mutating func received(_ tags: [TagCount], for request: Int) -> [Effect] {
        if isAwaited(request, .tags) { knownTags = tags }
        return []
    }

    /// The filter as a query; nil, with the flaw noted, where it makes no sense yet.
    private mutating func currentQuery() -> Query? {
        do throws(QueryFlaw) {
            let text = list.filter
            let query = try query(text)
            list.filterFlaw = nil
            guard list.showsOnlyMarked else { return query }
            return try self.query(text.isEmpty ? "is:marked" : "is:marked (\(text))")
        } catch {
            list.filterFlaw = error
            return nil
        }
    }

    /// A query that a person typed.
    func query(_ text: String) throws(QueryFlaw) -> Query {
        try Query(text, clock: clock, saved: savedQueries)
    }
}
