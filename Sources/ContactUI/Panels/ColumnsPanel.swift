import ContactModel

extension AppState {
    func columnItems(_ columns: [Column]) -> [Menu.Item] {
        columns.map { column in
            Menu.Item(
                ColumnWording.title(column), sign: list.columns.contains(column) ? "[x]" : "[ ]")
        }
    }

    /// Opens the columns; metadata keys that are not known yet come in when they are counted.
    mutating func openColumns() -> [Effect] {
        open(.columns(allColumns(after: list.columns)))
        return [.metadataKeys(request: request(.metadataKeys))]
    }

    /// Some columns, and behind them all others.
    func allColumns(after first: [Column]) -> [Column] {
        first + (Column.fields + knownKeys.map(Column.metadata)).filter { !first.contains($0) }
    }

    mutating func received(metadataKeys keys: [String], for request: Int) -> [Effect] {
        let isForSorting = isAwaited(request, .sortKeys)
        guard isForSorting || isAwaited(request, .metadataKeys) else { return [] }
        knownKeys = keys
        if isForSorting { warnOfUnknownSortKey() }
        switch panels.last?.subject {
        case .columns: refresh(.columns(allColumns(after: list.columns)))
        case .sort(let columns): refresh(.sort(allColumns(after: columns)))
        default: break
        }
        return []
    }

    mutating func performInColumns(
        _ command: Command, _ columns: [Column], _ line: Int?
    ) -> [Effect] {
        guard let line else { return [] }
        let column = columns[line]
        let place = list.columns.firstIndex(of: column)
        switch command {
        case .toggleItem, .choose:
            guard let place else {
                list.columns.append(column)
                break
            }
            guard list.columns.count > 1 else {
                return show(News("one column must stay", .bad))
            }
            list.columns.remove(at: place)
        case .moveItemDown:
            guard let place, place + 1 < list.columns.count else { return [] }
            list.columns.swapAt(place, place + 1)
        case .moveItemUp:
            guard let place, place > 0 else { return [] }
            list.columns.swapAt(place, place - 1)
        default: return []
        }
        refresh(.columns(allColumns(after: list.columns)))
        if command != .toggleItem, command != .choose {
            let now = list.columns.firstIndex(of: column) ?? line
            panels[panels.count - 1].menu.select(item: now, height: menuHeight)
        }
        return keepView()
    }
}
