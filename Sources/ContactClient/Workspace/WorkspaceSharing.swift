import ContactModel
import ContactStore

/// How entries that many contacts share are laid over them: by their numbers, so that none of the
/// contacts is read.
extension WorkspaceState {
    /// Lays the entries of a set that wait over the contacts as they are shown.
    mutating func lay(_ first: Int) {
        guard let place = outbox.sets.firstIndex(where: { $0.first == first }) else { return }
        let set = outbox.sets[place]
        let numbers = numbers(of: set)
        for id in set.ids where set.isOpen(id) {
            let number = numbers[id - set.first]
            guard number >= 0, !singles.contains(number), lay(set.change, over: number) else {
                redraw(set.key(id))
                continue
            }
            signs[number] = .waiting
        }
    }

    /// The server made what an entry asks.
    mutating func confirm(_ id: Int, of set: SharedEntries) {
        let number = numbers(of: set)[id - set.first]
        if number >= 0, case .retag(let add, let remove) = set.change,
            confirmedLayer.retag(number, adding: add, removing: remove, in: &confirmed)
        {
            return
        }
        let key = set.key(id)
        guard let number = confirmed.soleNumber(of: key) else { return }
        if let after = try? confirmed.known(number).after(set.change) { confirm(after, as: key) }
    }

    /// Shows the contact of an entry as the server told it, with what waits for it on top.
    mutating func redraw(_ id: Int, of set: SharedEntries) {
        let number = numbers(of: set)[id - set.first]
        guard number >= 0, !singles.contains(number),
            let others = outbox.others(beside: id, of: set),
            shownLayer.reset(number, to: confirmed, in: &shown)
        else { return redraw(set.key(id)) }
        let changes = (set.isOpen(id) ? others + [(id, set.change)] : others)
            .sorted { $0.0 < $1.0 }
        for (_, change) in changes where !lay(change, over: number) {
            return redraw(set.key(id))
        }
        signs[number] = changes.isEmpty ? nil : .waiting
    }

    private mutating func lay(_ change: Change, over number: Int32) -> Bool {
        guard case .retag(let add, let remove) = change else { return false }
        return shownLayer.retag(number, adding: add, removing: remove, in: &shown)
    }

    /// What was made since the contacts were read that the server told last.
    mutating func confirmSets() {
        for set in outbox.sets where set.lastTime >= readAt {
            for id in set.ids where set.fate(id).isDone && set.time(id) >= readAt {
                if !notes.isEmpty, let told = notes.time(of: set.key(id)), told > set.time(id) {
                    continue
                }
                confirm(id, of: set)
            }
            if set.openCount == 0 { places[set.first] = nil }
        }
    }

    /// The number of the contact of an entry; nil where none is known.
    func number(_ id: Int, of set: SharedEntries) -> Int32? {
        if let known = places[set.first] {
            let number = known[id - set.first]
            return number >= 0 ? number : nil
        }
        return confirmed.soleNumber(of: set.key(id))
    }

    private mutating func numbers(of set: SharedEntries) -> [Int32] {
        if let known = places[set.first] { return known }
        let numbers = set.ids.map { confirmed.soleNumber(of: set.key($0)) ?? -1 }
        places[set.first] = numbers
        return numbers
    }
}

extension Outbox {
    /// What else waits for the contact of an entry, told of many contacts; nil where that takes
    /// a closer look.
    fileprivate func others(
        beside id: Int, of set: SharedEntries
    ) -> [(Int, Change)]? {
        guard openSets.contains(where: { sets[$0].first != set.first }) else { return [] }
        let key = set.key(id)
        var found: [(Int, Change)] = []
        for place in openSets where sets[place].first != set.first {
            guard sets[place].isOfKind(key) else { return nil }
            if let other = sets[place].id(of: key), sets[place].isOpen(other) {
                found.append((other, sets[place].change))
            }
        }
        return found
    }
}
