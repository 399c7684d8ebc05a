import ContactModel
import Screen

extension AppState {
    /// Carries out a command about marks; nil where it is none.
    mutating func performMarking(_ command: Command, count: Int?) -> [Effect]? {
        switch command {
        case .toggleMark: return toggleMarks(count ?? 1)
        case .markRange: return toggleRange()
        case .extendDown: return extend(by: count ?? 1)
        case .extendUp: return extend(by: -(count ?? 1))
        default: break
        }
        let shown = list.listing?.members ?? RowSet()
        switch command {
        case .markAll: marks.change(to: marks.numbers.union(shown))
        case .invertMarks: marks.change(to: marks.numbers.symmetricDifference(shown))
        case .unmarkAll: marks.change(to: RowSet())
        case .lastMarks:
            guard !marks.last.isEmpty else { return show(News("no bulk change was made yet")) }
            marks.change(to: marks.last)
            endRange()
            // Some of them may not be there any more.
            return marked(as: "the last set again") + relist()
        case .markByQuery:
            endRange()
            prompt = PromptState(.mark)
            return countKeys()
        case .onlyMarked: return toggleOnlyMarked()
        default: return nil
        }
        endRange()
        return marked(as: nil)
    }

    /// Says how many are marked, where that is not plain to see.
    mutating func marked(as act: String?) -> [Effect] {
        news = act.map { News("\($0): \(marks.count.grouped) marked") }
        return list.showsOnlyMarked ? relist() : []
    }

    /// Marks or unmarks so many from the cursor on, and steps behind them.
    private mutating func toggleMarks(_ count: Int) -> [Effect] {
        if list.range != nil {
            endRange()
            return []
        }
        guard let numbers = list.listing?.numbers, list.selectedNumber != nil else { return [] }
        var set = marks.numbers
        let end = min(numbers.count, list.selected + count)
        for number in numbers[list.selected..<end] {
            if set.contains(number) { set.remove(number) } else { set.insert(number) }
        }
        marks.change(to: set)
        list.select(list.selected + count, height: listHeight)
        return arrived()
    }

    private mutating func toggleRange() -> [Effect] {
        guard list.range == nil else {
            endRange()
            return []
        }
        beginRange()
        return []
    }

    private mutating func extend(by step: Int) -> [Effect] {
        if list.range == nil { beginRange() }
        list.select(list.selected + step, height: listHeight)
        growRange()
        return arrived()
    }

    private mutating func beginRange() {
        guard let number = list.selectedNumber else { return }
        list.range = ListState.MarkedRange(anchor: list.selected, before: marks.numbers)
        var set = marks.numbers
        set.insert(number)
        marks.change(to: set)
        growRange()
    }

    /// The range reaches from where it began to the cursor.
    mutating func growRange() {
        guard let range = list.range, let numbers = list.listing?.numbers else { return }
        let ends = min(range.anchor, list.selected)...max(range.anchor, list.selected)
        let inside = numbers[ends.clamped(to: 0...max(0, numbers.count - 1))]
        marks.amend(to: range.before.union(RowSet(inside)))
    }

    /// What the range has marked stays marked.
    mutating func endRange() {
        list.range = nil
    }

    private mutating func toggleOnlyMarked() -> [Effect] {
        guard list.showsOnlyMarked || marks.count > 0 else {
            return show(News("nobody is marked"))
        }
        list.showsOnlyMarked.toggle()
        return relist()
    }

    /// Marks everybody a query finds, whether the filter shows them or not.
    mutating func markMatches(of text: String) -> [Effect] {
        guard let query = usable(text) else { return [] }
        return [.match(request: request(.mark), query: query)]
    }

    /// Looks for a query without filtering and goes to the next that matches.
    mutating func find(_ text: String) -> [Effect] {
        guard let query = usable(text) else { return [] }
        list.found = ListState.Found(text: text, numbers: RowSet())
        return [.match(request: request(.find), query: query)]
    }

    /// A query that a person typed; nil, with the news saying why, where it makes no sense.
    private mutating func usable(_ text: String) -> Query? {
        do throws(QueryFlaw) {
            return try query(text)
        } catch {
            news = News(QueryWording.phrase(error.problem), .bad)
            return nil
        }
    }

    /// An answer to what was looked for, or was to be marked.
    mutating func matched(_ request: Int, _ result: Result<RowSet, Failure>) -> [Effect] {
        let isFinding = isAwaited(request, .find)
        guard isFinding || isAwaited(request, .mark) else { return [] }
        switch result {
        case .failure(let failure): return show(News(failure.line, .bad))
        case .success(let numbers) where isFinding:
            list.found?.numbers = numbers
            return goToFound(forward: true)
        case .success(let numbers):
            let new = numbers.subtracting(marks.numbers).count
            marks.change(to: marks.numbers.union(numbers))
            return marked(as: "\(new) newly marked")
        }
    }

    /// Goes to the next or the previous contact that was found, around the ends.
    mutating func goToFound(forward: Bool) -> [Effect] {
        guard let found = list.found else { return show(News("nothing was looked for yet")) }
        guard let numbers = list.listing?.numbers, !numbers.isEmpty else { return [] }
        let count = numbers.count
        for step in 1...count {
            let position = (list.selected + (forward ? step : count - step)) % count
            guard found.numbers.contains(numbers[position]) else { continue }
            news = nil
            list.select(position, height: listHeight)
            return arrived()
        }
        return show(News("not in this list: \(found.text)"))
    }
}
