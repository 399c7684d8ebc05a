import ContactModel

extension AppState {
    func sortItems(_ columns: [Column]) -> [Menu.Item] {
        columns.map { column in
            Menu.Item(ColumnWording.title(column), sign: sortSign(column))
        }
    }

    /// `▲` or `▼`, with the place among several keys.
    func sortSign(_ column: Column) -> String {
        guard let index = list.order.keys.firstIndex(where: { $0.column == column }) else {
            return ""
        }
        let arrow = list.order.keys[index].arrow
        return list.order.keys.count > 1 ? arrow + String(index + 1) : arrow
    }

    /// Opens the columns to sort by: those that sort already, those shown, all others; metadata
    /// keys that are not known yet come in when they are counted.
    mutating func openSort() -> [Effect] {
        var seen: Set<Column> = []
        let first = (list.order.keys.map(\.column) + list.columns).filter {
            seen.insert($0).inserted
        }
        open(.sort(allColumns(after: first)))
        return [.metadataKeys(request: request(.metadataKeys))]
    }

    /// Sorts by what was typed.
    mutating func sort(by argument: String) throws(Problem) -> [Effect] {
        guard let order = SortOrder(written: argument) else {
            let wrong = argument.split(separator: ",").map { $0.trimmingWhitespace() }
                .first { SortOrder(written: $0) == nil }
            throw Problem("\(wrong ?? argument): no FIELD or FIELD:desc; Tab completes them")
        }
        list.order = order
        news = nil
        let asked = order.keys.contains { if case .metadata = $0.column { true } else { false } }
        return relist() + keepView() + (asked ? [.metadataKeys(request: request(.sortKeys))] : [])
    }

    /// Says so where nobody has the metadata that is sorted by: it may be mistyped.
    mutating func warnOfUnknownSortKey() {
        for case .metadata(let key) in list.order.keys.map(\.column) {
            let paths = key.indices.filter { key[$0] == "." }.map { String(key[..<$0]) } + [key]
            guard paths.allSatisfy({ !knownKeys.contains($0) }) else { continue }
            news = News("nobody has metadata \(KeyWording.shown(key))", .bad)
        }
    }

    mutating func performInSort(_ command: Command, _ column: Column?) -> [Effect] {
        guard let column, let panel = panels.last else { return [] }
        switch command {
        case .choose:
            let isReversed = list.order.keys.count == 1 && list.order.keys[0].column == column
            let isDescending = isReversed && !list.order.keys[0].isDescending
            list.order = SortOrder([SortOrder.Key(column, descending: isDescending)])
            panels.removeLast()
        case .addItem:
            addSortKey(column)
            refresh(panel.subject)
        default: return []
        }
        news = nil
        return relist() + keepView()
    }

    /// A further key: ascending, then descending, then none.
    private mutating func addSortKey(_ column: Column) {
        guard let index = list.order.keys.firstIndex(where: { $0.column == column }) else {
            list.order.keys.append(SortOrder.Key(column))
            return
        }
        if list.order.keys[index].isDescending {
            list.order.keys.remove(at: index)
        } else {
            list.order.keys[index].isDescending = true
        }
    }

    /// Remembers the columns and the order of this place.
    func keepView() -> [Effect] {
        [.keepView(ViewSettings(columns: list.columns, order: list.order))]
    }
}

extension SortOrder.Key {
    /// Where the last ones stand: below, or first.
    var arrow: String { isDescending ? "▼" : "▲" }
}

/// What columns are called.
enum ColumnWording {
    /// In menus.
    static func title(_ column: Column) -> String {
        switch column {
        case .metadata(let key): "metadata " + KeyWording.shown(key)
        case .field(.optedInAt): "opted in"
        case .field(.optedOutAt): "opted out"
        case .field(.lastMessageAt): "last message"
        case .field(.totalMessages): "messages"
        case .field(.createdAt): "created"
        case .field(.updatedAt): "updated"
        case .field(let field): field.name
        }
    }

    /// In the header of the list.
    static func header(_ column: Column) -> String {
        switch column {
        case .metadata(let key): KeyWording.shown(key).uppercased()
        default: title(column).uppercased()
        }
    }
}
