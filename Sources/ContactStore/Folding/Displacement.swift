import ContactModel
import JSONText

/// Finds contacts without a key of their own in a file that another program wrote meanwhile.
///
/// They are known by their text alone: a change by place goes on where its place, one near it, or
/// one anywhere in the file holds the very record that it was made of; else where one is that only
/// was changed at another time, or has what the change writes already. Records with the same text
/// are as good as each other. Such records are rare; so that a file full of them takes no hours,
/// looking ends after a number of records that takes some seconds.
struct Displacement {
    /// How well a record fits.
    fileprivate enum Fit: Comparable {
        case none, almost, exactly
    }

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
    /// With fewer looks left, the record at the place itself is taken if it almost fits.
    private static let looksForBetter = 100_000

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
            return number(near: place, in: snapshot, .plain, said.value) { said.fit($0) }
        }
        let writes = change.writes.map(\.withoutOld)
        return number(near: place, in: snapshot, .after(writes), change.result?.value) {
            change.fit($0)
        }
    }

    /// The record that stands as a change by place left it.
    mutating func number(after change: RecordChange, in snapshot: Snapshot) -> Int32? {
        guard case .place(let place, _) = change.key, let result = change.result, !change.isLost
        else { return nil }
        return number(near: place, in: snapshot, .plain, result.value) { result.fit($0) }
    }

    /// The record that stands as a contact did when it was read at a place.
    mutating func number(
        of contact: Contact, at place: Int32, in snapshot: Snapshot
    ) -> Int32? {
        number(near: place, in: snapshot, .plain, RecordMark.value(of: contact)) {
            $0.contact.record == contact.record ? .exactly : .none
        }
    }

    private mutating func number(
        near place: Int32, in snapshot: Snapshot, _ sought: Sought, _ mark: UInt32?,
        _ fit: (RecordText) -> Fit
    ) -> Int32? {
        let canReadAll = mark != nil && (indexes[sought] != nil || snapshot.limit <= looksLeft)
        let reach = canReadAll ? Displacement.reach : Displacement.farReach
        let near = (1...reach).lazy.flatMap { [place - $0, place + $0] }
        let here = best(of: [place, place + shift], snapshot, fit)
        var found = here
        if here.fit == .none || here.fit == .almost && looksLeft > Displacement.looksForBetter {
            let better = best(of: near, snapshot, fit)
            if better.fit > here.fit { found = better }
        }
        if found.fit == .none, canReadAll {
            let alike = candidates(near: place, snapshot, sought, mark)
            found = best(of: alike, snapshot, fit)
        }
        guard found.fit > .none else { return nil }
        shift = found.number - place
        taken.insert(found.number)
        return found.number
    }

    /// The first of some records that fits best.
    private mutating func best(
        of numbers: some Sequence<Int32>, _ snapshot: Snapshot, _ fit: (RecordText) -> Fit
    ) -> (number: Int32, fit: Fit) {
        var best: (number: Int32, fit: Fit) = (0, .none)
        for number in numbers {
            guard looksLeft > 0, !taken.contains(number), snapshot.holds(number),
                let bytes = try? snapshot.bytes(of: number)
            else { continue }
            looksLeft -= 1
            let found = fit(RecordText(bytes))
            if found > best.fit { best = (number, found) }
            if found == .exactly { break }
        }
        return best
    }

    /// Those that say the same, wherever they stand, the nearest first.
    private mutating func candidates(
        near place: Int32, _ snapshot: Snapshot, _ sought: Sought, _ mark: UInt32?
    ) -> [Int32] {
        guard let mark else { return [] }
        let index = indexes[sought] ?? index(snapshot, sought)
        indexes[sought] = index
        return (index[mark] ?? []).sorted { abs($0 - place) < abs($1 - place) }
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

extension RecordMark {
    fileprivate func fit(_ record: RecordText) -> Displacement.Fit {
        isExactly(record) ? .exactly : saysTheSame(as: record) ? .almost : .none
    }
}

extension RecordChange {
    /// Whether a record is the one that a change by place was about.
    fileprivate func fit(_ record: RecordText) -> Displacement.Fit {
        var text = record
        let contact = text.contact
        guard writes.allSatisfy({ $0.contradicted(by: contact) == nil }) else { return .none }
        text.apply(writes)
        guard result?.isOf(text) ?? false else { return .none }
        return writes.allSatisfy { $0.follows(contact) } ? .exactly : .almost
    }
}

extension RecordChange.Write {
    /// Whether a contact is as it was before the write.
    fileprivate func follows(_ contact: Contact) -> Bool {
        switch self {
        case .create, .delete, .stamp: true
        case .member(let name, _, let old): contact.record[name] == old?.value
        case .metadata(let name, _, let old, _): contact.metadata?[name] == old?.value
        case .tags(let retagging):
            retagging.was.map { was in
                contact.record[Field.tags.name]
                    == (try? JSONValue(parsing: Array(was.utf8), loneSurrogates: .replace))
            } ?? true
        }
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
