import ContactModel
import JSONText

/// Steps as lines of a menu: each step, and under an unfolded one its patches.
enum LogLines {
    /// What a line is about.
    struct Place: Hashable {
        let entry: Int
        /// Which of its patches; nil for the step itself.
        let line: Int?
    }

    static func items(
        _ entries: [LogEntry], _ unfolded: Set<String>, _ clock: QueryClock
    ) -> [Menu.Item] {
        places(entries, unfolded).map { place in
            let entry = entries[place.entry]
            guard let line = place.line else { return item(entry, unfolded, clock) }
            return Menu.Item("    " + JSONValue.object(entry.lines[line]).jsonText)
        }
    }

    static func places(_ entries: [LogEntry], _ unfolded: Set<String>) -> [Place] {
        entries.indices.flatMap { index -> [Place] in
            let entry = entries[index]
            let lines = unfolded.contains(entry.id) ? Array(entry.lines.indices) : []
            return [Place(entry: index, line: nil)]
                + lines.map { Place(entry: index, line: $0) }
        }
    }

    private static func what(_ entry: LogEntry) -> String {
        if entry.redoes != nil { return "redo: " + entry.what.text }
        return (entry.undoes == nil ? "" : "undo: ") + entry.what.text
    }

    private static func item(
        _ entry: LogEntry, _ unfolded: Set<String>, _ clock: QueryClock
    ) -> Menu.Item {
        let sign = entry.lines.isEmpty ? " " : unfolded.contains(entry.id) ? "-" : "+"
        let people = entry.contacts.asContacts
        let what = LogLines.what(entry)
        let isUndone = entry.isUndone ? "   taken back" : ""
        let author = entry.isMine ? "" : "   " + entry.author
        let time = clock.shown(entry.time)
        return Menu.Item(
            "\(time)  \(what)", sign: sign, detail: people + author + isUndone)
    }
}

extension AppState {
    mutating func openLog() -> [Effect] {
        [.log(request: request(.log))]
    }

    mutating func logged(_ request: Int, _ result: Result<[LogEntry], Failure>) -> [Effect] {
        if isAwaited(request, .newestStep) { return copyNewestStep(result) }
        guard isAwaited(request, .log) else { return [] }
        switch result {
        case .failure(let failure): news = News(failure.line, .bad)
        case .success(let entries):
            if case .log(_, let unfolded)? = panels.last?.subject {
                refresh(.log(entries, unfolded: unfolded))
            } else if isListInFront {
                open(.log(entries, unfolded: []))
            }
        }
        return pressInOpened()
    }

    private mutating func copyNewestStep(_ result: Result<[LogEntry], Failure>) -> [Effect] {
        switch result {
        case .failure(let failure): return show(News(failure.line, .bad))
        case .success(let entries):
            guard let entry = entries.first(where: \.isMine) else {
                return show(News("the log holds no change of yours to copy", .bad))
            }
            return copy(entry)
        }
    }

    /// Copies a step as a command, unless the log has kept too little of it.
    private mutating func copy(_ entry: LogEntry) -> [Effect] {
        let isCut =
            entry.contacts > entry.lines.count
            || (entry.contacts < LogEntry.lineLimit && entry.lines.count == LogEntry.lineLimit)
        guard !isCut else {
            return show(
                News(
                    "nothing is copied: the log keeps \(entry.lines.count.grouped) lines of that "
                        + "change of \(entry.contacts.asContacts)", .bad))
        }
        return copy(CommandText.applying(entry.lines, option: place?.option ?? ""))
    }

    mutating func performInLog(
        _ command: Command, _ entries: [LogEntry], _ unfolded: Set<String>, _ line: Int?
    ) -> [Effect] {
        let places = LogLines.places(entries, unfolded)
        let entry = line.map { entries[places[$0].entry] }
        switch command {
        case .choose:
            guard let entry else { return [] }
            refresh(.log(entries, unfolded: unfolded.symmetricDifference([entry.id])))
            return []
        case .copyCommand:
            guard let entry else { return [] }
            return copy(entry)
        case .undo: return undoNewest() + openLog()
        case .redo: return redoNewest() + openLog()
        default: return []
        }
    }
}
