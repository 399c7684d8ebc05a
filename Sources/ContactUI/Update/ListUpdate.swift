import ContactModel
import Screen

extension AppState {
    /// How many rows of contacts the screen shows.
    package var listHeight: Int { max(1, size.rows - ListLayout.chromeRows(for: size)) }

    mutating func pressInList(_ key: Key) -> [Effect] {
        if let digit = countDigit(key) {
            list.count = min((list.count ?? 0) * 10 + digit, 99_999_999)
            return []
        }
        let command = command(for: key, in: .list)
        guard pendingKeys.isEmpty else { return [] }
        let count = list.count
        list.count = nil
        guard let command else { return [] }
        return moved(command, count: count) ?? perform(command)
    }

    private func countDigit(_ key: Key) -> Int? {
        guard key.modifiers.isEmpty, pendingKeys.isEmpty, case .character(let sign) = key.code,
            sign.isASCII, let digit = sign.wholeNumberValue, digit > 0 || list.count != nil
        else { return nil }
        return digit
    }

    /// Moves the cursor; nil where the command is no movement.
    private mutating func moved(_ command: Command, count: Int?) -> [Effect]? {
        let height = listHeight
        let target: Int
        switch command {
        case .moveDown: target = list.selected + (count ?? 1)
        case .moveUp: target = list.selected - (count ?? 1)
        case .halfPageDown: target = list.selected + (count ?? 1) * max(1, height / 2)
        case .halfPageUp: target = list.selected - (count ?? 1) * max(1, height / 2)
        case .pageDown: target = list.selected + (count ?? 1) * height
        case .pageUp: target = list.selected - (count ?? 1) * height
        case .first: target = (count ?? 1) - 1
        case .last: target = count.map { $0 - 1 } ?? list.size - 1
        default: return nil
        }
        list.select(target, height: height)
        return fetchRows()
    }

    private mutating func perform(_ command: Command) -> [Effect] {
        switch command {
        case .filter:
            prompt = PromptState(list.filter)
            return []
        case .dropLayer: return dropLayer()
        case .edit: return editSelected()
        case .add: return addContact()
        case .undo: return undoNewest()
        case .reload: return [.reload]
        case .help:
            help = HelpState(context: .list)
            return []
        case .quit:
            isLeaving = true
            return [.quit]
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        default: return []
        }
    }

    private mutating func dropLayer() -> [Effect] {
        if news != nil {
            news = nil
            return []
        }
        guard !list.filter.isEmpty else { return [] }
        list.filter = ""
        return relist()
    }

    private mutating func editSelected() -> [Effect] {
        guard let row = list.selectedRow else { return [] }
        guard let key = row.key else {
            return show(News(FlawWording.cannotWrite(row.flaws), .bad))
        }
        return [.load(request: request(.load), key: key)]
    }

    private mutating func addContact() -> [Effect] {
        guard let place else { return [] }
        if let reason = place.readOnly { return show(News(reason, .bad)) }
        form = FormState(adding: "")
        return countTags()
    }

    private mutating func undoNewest() -> [Effect] {
        guard place != nil, !isWaiting(for: .undo) else { return [] }
        return [.undo(request: request(.undo))]
    }

    /// Fetches the rows on screen that are not there yet.
    mutating func fetchRows() -> [Effect] {
        guard let listing = list.listing, let range = list.missing(height: listHeight) else {
            return []
        }
        return [.rows(request: request(.rows), listing: listing.number, range: range)]
    }

    mutating func listed(
        _ request: Int, _ result: Result<ListState.Listing, Failure>
    ) -> [Effect] {
        guard isAwaited(request, .list) else { return [] }
        switch result {
        case .failure(let failure): return show(News(failure.line, .bad))
        case .success(let listing):
            let screenRow = list.selected - list.top
            list.listing = listing
            list.rows = [:]
            let position = listing.keptPosition ?? list.selected
            list.top = max(0, position - screenRow)
            list.select(position, height: listHeight)
            return fetchRows()
        }
    }

    mutating func received(_ rows: [Int: ContactRow], for request: Int) -> [Effect] {
        guard isAwaited(request, .rows) else { return [] }
        let near = (list.top - 4 * listHeight)...(list.top + 5 * listHeight)
        list.rows = list.rows.filter { near.contains($0.key) }
        list.rows.merge(rows) { _, new in new }
        return []
    }

    mutating func undone(_ request: Int, _ result: Result<UndoReceipt, Failure>) -> [Effect] {
        guard isAwaited(request, .undo) else { return [] }
        switch result {
        case .failure(let failure): news = News(failure.line, .bad)
        case .success(let receipt): news = NewsWording.undone(receipt)
        }
        return relist() + countTags()
    }

    mutating func click(_ mouse: Mouse) -> [Effect] {
        guard dialog == nil, help == nil, form == nil, prompt == nil, list.size > 0 else {
            return []
        }
        switch mouse.kind {
        case .wheelDown: list.select(list.selected + 3, height: listHeight)
        case .wheelUp: list.select(list.selected - 3, height: listHeight)
        case .press, .doublePress:
            let position = list.top + mouse.row - ListLayout.firstRow
            guard (list.top..<min(list.size, list.top + listHeight)).contains(position) else {
                return []
            }
            list.select(position, height: listHeight)
            if mouse.kind == .doublePress { return fetchRows() + editSelected() }
        }
        return fetchRows()
    }
}

extension Failure {
    /// What happened and what to do, on one line.
    package var line: String { advice.isEmpty ? message : message + " — " + advice }
}
