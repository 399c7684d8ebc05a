import ContactModel
import Screen

extension AppState {
    /// How many rows of contacts the screen shows.
    package var listHeight: Int { max(1, size.rows - ListLayout.chromeRows(for: size)) }

    mutating func pressInList(_ key: Key) -> [Effect] {
        if typeCount(key, into: &list.count) { return [] }
        let command = command(for: key, in: [.list])
        guard pendingKeys.isEmpty else { return [] }
        let count = list.count
        list.count = nil
        guard let command else { return [] }
        return perform(command, count: count)
    }

    /// Takes a digit of the count that goes before a command; false of any other key.
    func typeCount(_ key: Key, into count: inout Int?) -> Bool {
        guard key.modifiers.isEmpty, pendingKeys.isEmpty, case .character(let sign) = key.code,
            sign.isASCII, let digit = sign.wholeNumberValue, digit > 0 || count != nil
        else { return false }
        count = min((count ?? 0) * 10 + digit, 99_999_999)
        return true
    }

    /// Carries out a command of the list, from a key or from the palette.
    mutating func perform(_ command: Command, count: Int?) -> [Effect] {
        if list.cursor.move(command, count: count, of: list.size, height: listHeight) {
            growRange()
            return arrived()
        }
        if let effects = performMarking(command, count: count) { return effects }
        endRange()
        return performLooking(command) ?? performActing(command) ?? performOther(command)
    }

    private mutating func performLooking(_ command: Command) -> [Effect]? {
        switch command {
        case .filter:
            prompt = PromptState(.filter, list.filter)
            news = nil
            return countKeys()
        case .find:
            prompt = PromptState(.find)
            news = nil
            return countKeys()
        case .findNext: return goToFound(forward: true)
        case .findPrevious: return goToFound(forward: false)
        case .dropLayer: return dropLayer()
        case .stop: return isPaused || !outbox.isUnderWay ? dropLayer() : pause()
        case .tags: return openTags()
        case .sort: return openSort()
        case .columns: return openColumns()
        case .log: return openLog()
        case .palette: return openPalette()
        case .failures: open(.failures(failures))
        case .outbox: return openOutbox()
        default: return nil
        }
        return []
    }

    private mutating func performActing(_ command: Command) -> [Effect]? {
        switch command {
        case .edit: editSelected()
        case .add: addContact()
        case .tag: tag("")
        case .delete: deleteContacts()
        case .duplicates: findDuplicates()
        case .editMarked: editMarked()
        case .copy: copySelected()
        case .copyCommand: copyCommand()
        case .undo: undoNewest()
        case .redo: redoNewest()
        default: nil
        }
    }

    private mutating func performOther(_ command: Command) -> [Effect] {
        switch command {
        case .reload: return [.reload]
        case .pause: return pause()
        case .help: help = HelpState(context: .list)
        case .quit:
            let retryable = failures.count { $0.change != nil }
            guard retryable == 0 else {
                dialog = DialogWording.quit(retryable)
                return []
            }
            guard place?.isRemote != true || outbox.all == 0 else {
                dialog = DialogWording.quit(outbox)
                return []
            }
            return quit()
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        default: break
        }
        return []
    }

    private mutating func pause() -> [Effect] {
        guard place?.isRemote == true else { return show(News("a file is never sent")) }
        if outbox.isPausedElsewhere && !isPaused {
            news = News("going on here")
            return [.pause(false)]
        }
        isPaused.toggle()
        // How many are left the line below tells: some are still under way.
        let stopped =
            outbox.waiting > 0
            ? "stopped; :pause goes on, u takes all of it back"
            : "nothing is sent or read until :pause again"
        news = News(isPaused ? stopped : "going on")
        return [.pause(isPaused)]
    }

    mutating func quit() -> [Effect] {
        isLeaving = true
        return [.quit]
    }

    private mutating func dropLayer() -> [Effect] {
        // Where nobody is shown the screen says that this key leads back to somebody.
        let isEmpty = list.listing?.count == 0
        if news != nil {
            news = nil
            if !isEmpty { return [] }
        }
        if list.found != nil {
            list.found = nil
            if !isEmpty { return [] }
        }
        if !list.filter.isEmpty {
            list.filter = ""
            return relist()
        }
        guard list.showsOnlyMarked else { return [] }
        list.showsOnlyMarked = false
        return relist()
    }

    private mutating func editSelected() -> [Effect] {
        guard let row = list.selectedRow else { return [] }
        guard let key = row.key else {
            return show(News(FlawWording.cannotWrite(row.flaws), .bad))
        }
        loading = key
        resuming = nil
        return [.load(request: request(.load), key: key)]
    }

    private mutating func addContact() -> [Effect] {
        guard let place else { return [] }
        if let reason = place.readOnly { return show(News(reason, .bad)) }
        form = FormState(adding: "")
        return countTags()
    }

    /// Takes back the newest act: marking, where nothing was changed since, else a change.
    mutating func undoNewest() -> [Effect] {
        if marks.canUndo {
            marks.undo()
            return marked(as: "marking taken back")
        }
        guard place != nil, !isWaiting(for: .undo) else { return [] }
        return [.undo(request: request(.undo))]
    }

    mutating func redoNewest() -> [Effect] {
        if marks.canRedo {
            marks.redo()
            return marked(as: "marked again")
        }
        guard place != nil, !isWaiting(for: .undo) else { return [] }
        return [.redo(request: request(.undo))]
    }

    private mutating func copySelected() -> [Effect] {
        guard let contact = list.selectedRow?.contact else { return [] }
        let parts = [contact.name, contact.phone, contact.email].compactMap(\.self)
        return copy(parts.joined(separator: "  "))
    }

    private mutating func copyCommand() -> [Effect] {
        switch lastChange {
        case .command(let command): return copy(command)
        case .newestStep: return [.log(request: request(.newestStep))]
        case nil: return copy(CommandText.listing(list.filter, option: place?.option ?? ""))
        }
    }

    mutating func copy(_ text: String) -> [Effect] {
        let line = text.split(separator: "\n").first.map(String.init) ?? ""
        news = News("copied, where the terminal lets programs copy: " + line)
        return [.copy(text)]
    }

    /// The cursor has moved: rows come in, and details follow when keys have rested.
    mutating func arrived() -> [Effect] {
        detailSerial += 1
        return fetchRows() + [.scheduleDetail(serial: detailSerial)]
    }

    mutating func detailDue(_ serial: Int) -> [Effect] {
        guard serial == detailSerial else { return [] }
        list.detailed = list.selectedRow
        list.told = list.selected
        return []
    }

    /// Fetches the rows on screen that are not there yet.
    mutating func fetchRows() -> [Effect] {
        guard let listing = list.listing, let range = list.missing(height: listHeight) else {
            return []
        }
        return [.rows(request: request(.rows), listing: listing.number, range: range)]
    }

    mutating func searching(_ request: Int, _ percent: Int) -> [Effect] {
        if awaited[.list] == request { list.searched = percent }
        return []
    }

    mutating func listed(
        _ request: Int, _ result: Result<ListState.Listing, Failure>
    ) -> [Effect] {
        guard isAwaited(request, .list) else { return [] }
        list.searched = nil
        switch result {
        case .failure(let failure):
            heldKeys = []
            return show(News(failure.line, .bad))
        case .success(let listing):
            let (old, cursor) = (list.listing, list.selectedNumber)
            if let translated = listing.translated { take(translated) }
            marks.amend(to: marks.numbers.subtracting(listing.gone))
            list.listing = listing
            list.listing?.rows = [:]
            awaited[.rows] = nil
            list.beginning = 0
            let glimpse = list.glimpse.take()
            list.rows = glimpse?.request == request ? glimpse?.seen.rows(in: listing) ?? [:] : [:]
            list.rows.merge(listing.rows) { _, new in new }
            list.cursor.keepRow(
                at: listing.keptPosition ?? list.selected, of: list.size, height: listHeight)
            list.detailed = list.selectedRow
            list.told = list.selected
            return leaveMarkedOnly()
                ?? fetchRows() + preparedBefore(old, cursor: cursor) + pressHeldKeys()
        }
    }

    /// With the last marked contact the list of the marked goes too.
    private mutating func leaveMarkedOnly() -> [Effect]? {
        guard list.showsOnlyMarked, list.listing?.gone.isEmpty == false, marks.count == 0 else {
            return nil
        }
        list.showsOnlyMarked = false
        return relist()
    }

    private mutating func take(_ translated: ListState.Listing.Translation) {
        marks.translate(marked: translated.marked, last: translated.last)
        list.range = nil
        list.found = nil
        guard translated.lost > 0 else { return }
        news = News(
            translated.lost == 1
                ? "1 mark is gone: its contact cannot be found any more"
                : "\(translated.lost) marks are gone: their contacts cannot be found any more")
    }

    mutating func received(_ rows: [Int: ContactRow], for request: Int) -> [Effect] {
        guard isAwaited(request, .rows) else { return [] }
        let near = (list.top - 4 * listHeight)...(list.top + 5 * listHeight)
        list.rows = list.rows.filter { near.contains($0.key) }
        list.rows.merge(rows) { _, new in new }
        if list.detailed == nil { list.detailed = list.selectedRow }
        return pressHeldKeys()
    }

    mutating func undone(
        _ request: Int, _ result: Result<[UndoReceipt], Failure>, _ leftAlone: [BulkFailure],
        isRedo: Bool
    ) -> [Effect] {
        guard isAwaited(request, .undo) else { return [] }
        switch result {
        case .failure(let failure): news = News(failure.line, .bad)
        case .success(let receipts):
            news = NewsWording.undone(receipts, leftAlone, isRedo: isRedo)
            if leftAlone.count > 1 { failures = leftAlone }
            if receipts.contains(where: { !$0.restored.isEmpty }) { lastChange = .newestStep }
        }
        return relist() + countTags()
    }

    mutating func click(_ mouse: Mouse) -> [Effect] {
        guard dialog == nil, help == nil, form == nil, prompt == nil, panels.isEmpty,
            bulk == nil, running == nil, list.size > 0
        else { return [] }
        switch mouse.kind {
        case .wheelDown: list.select(list.selected + 3, height: listHeight)
        case .wheelUp: list.select(list.selected - 3, height: listHeight)
        case .press, .doublePress:
            let position = list.top + mouse.row - ListLayout.firstRow
            guard (list.top..<min(list.size, list.top + listHeight)).contains(position) else {
                return []
            }
            list.select(position, height: listHeight)
            if mouse.kind == .doublePress, place != nil { return arrived() + editSelected() }
        }
        return arrived()
    }
}

extension Failure {
    /// What happened and what to do, on one line.
    package var line: String { advice.isEmpty ? message : message + " — " + advice }
}
