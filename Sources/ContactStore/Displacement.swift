import ContactModel

/// Finds contacts without a key of their own in a file that another program wrote meanwhile.
///
/// They are known by their text alone: a change by place goes on where its place, one near it, or
/// one anywhere in the file holds the very record that it was made of. Records with the same text
/// are as good as each other. Such records are rare; so that a file full of them takes no hours,
/// looking ends after a number of records that takes some seconds.
struct Displacement {
    /// What records are looked for by.
    private enum Sought: Hashable {
        /// By what they say.
        case plain
        /// By what they say after some writes.
        case after([RecordChange.Write])
    }

    /// By how many places the record stood farther down that was found last.
    private var shift: Int32 = 0
    private var looksLeft = 200_000
    /// The records that were found since `begin`.
    private var taken: Set<Int32> = []
    /// The records of the file by the checksum of what they are looked for by.
    private var indexes: [Sought: [UInt32: [Int32]]] = [:]

    /// How far is looked around a place before all records are read.
    private static let reach: Int32 = 100
    /// The same where that would be too many.
    private static let farReach: Int32 = 1000

    /// Begins with another step: a record that was found before may be found again.
    mutating func begin() {
        taken = []
        indexes = [:]
    }

    /// The record that the change makes what it made of the one it was about; nil where none is
    /// there.
    mutating func number(of change: RecordChange, in snapshot: Snapshot) -> Int32? {
        guard case .place(let place, _) = change.key, !change.isLost else { return nil }
        for case .delete(let text, _) in change.writes {
            let deleted = RecordText(Array(text.utf8))
            let said = RecordMark(deleted)
            return number(near: place, in: snapshot, .plain, said.value) { said.isOf($0) }
        }
        let writes = change.writes.map(\.withoutOld)
        return number(near: place, in: snapshot, .after(writes), change.result?.value) {
            change.isMade(of: $0)
        }
    }

    /// The record that stands as a change by place left it.
    mutating func number(after change: RecordChange, in snapshot: Snapshot) -> Int32? {
        guard case .place(let place, _) = change.key, let result = change.result, !change.isLost
        else { return nil }
        return number(near: place, in: snapshot, .plain, result.value) { result.isOf($0) }
    }

    /// The record that stands as a contact did when it was read at a place.
    mutating func number(
        of contact: Contact, at place: Int32, in snapshot: Snapshot
    ) -> Int32? {
        number(near: place, in: snapshot, .plain, RecordMark.value(of: contact)) {
            $0.contact.record == contact.record
        }
    }

    private mutating func number(
        near place: Int32, in snapshot: Snapshot, _ sought: Sought, _ mark: UInt32?,
        where isIt: (RecordText) -> Bool
    ) -> Int32? {
        let canReadAll = mark != nil && (indexes[sought] != nil || snapshot.limit <= looksLeft)
        let reach = canReadAll ? Displacement.reach : Displacement.farReach
        let near = (1...reach).lazy.flatMap { [place - $0, place + $0] }
        let found =
            [place, place + shift].first { holdsIt($0, snapshot, isIt) }
            ?? near.first { holdsIt($0, snapshot, isIt) }
            ?? (canReadAll ? anywhere(place, snapshot, sought, mark, isIt) : nil)
        if let found {
            shift = found - place
            taken.insert(found)
        }
        return found
    }

    private mutating func holdsIt(
        _ number: Int32, _ snapshot: Snapshot, _ isIt: (RecordText) -> Bool
    ) -> Bool {
        guard looksLeft > 0, !taken.contains(number), snapshot.holds(number),
            let bytes = try? snapshot.bytes(of: number)
        else { return false }
        looksLeft -= 1
        return isIt(RecordText(bytes))
    }

    /// The nearest of those that say the same, wherever it stands.
    private mutating func anywhere(
        _ place: Int32, _ snapshot: Snapshot, _ sought: Sought, _ mark: UInt32?,
        _ isIt: (RecordText) -> Bool
    ) -> Int32? {
        guard let mark else { return nil }
        let index = indexes[sought] ?? index(snapshot, sought)
        indexes[sought] = index
        return (index[mark] ?? []).sorted { abs($0 - place) < abs($1 - place) }
            .first { holdsIt($0, snapshot, isIt) }
    }

    private mutating func index(_ snapshot: Snapshot, _ sought: Sought) -> [UInt32: [Int32]] {
        var index: [UInt32: [Int32]] = [:]
        for number in 0..<snapshot.limit where snapshot.holds(number) {
            guard let bytes = try? snapshot.bytes(of: number) else { continue }
            var text = RecordText(bytes)
            if case .after(let writes) = sought { text.apply(writes) }
            index[RecordMark.value(of: text.contact), default: []].append(number)
        }
        looksLeft -= Int(snapshot.limit)
        return index
    }
}

extension RecordChange {
    /// Whether a record is the one that a change by place was about.
    fileprivate func isMade(of record: RecordText) -> Bool {
        var text = record
        let contact = text.contact
        guard writes.allSatisfy({ $0.contradicted(by: contact) == nil }) else { return false }
        text.apply(writes)
        return result?.isOf(text) ?? false
    }
}

extension RecordChange.Write {
    /// The write alone, which many changes have in common.
    fileprivate var withoutOld: RecordChange.Write {
        switch self {
        case .member(let name, let new, _): .member(name, new: new, old: nil)
        case .metadata(let name, let new, _, _): .metadata(name, new: new, old: nil)
        case .tags(let retagging):
            .tags(
                RecordChange.Retagging(
                    added: retagging.added, removed: retagging.removed, was: nil, into: nil))
        case .create, .delete, .stamp: self
        }
    }
}
