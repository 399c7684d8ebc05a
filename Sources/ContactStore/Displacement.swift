import ContactModel

/// Finds contacts without a key of their own in a file that another program wrote meanwhile.
///
/// They are known by their text alone: a change by place goes on where its place, or one near it,
/// holds the very record that it was made of. Records with the same text are as good as each
/// other. Such records are rare; so that a file full of them takes no hours, looking ends after a
/// number of records that takes some seconds.
struct Displacement {
    /// By how many places the record stood farther down that was found last.
    private var shift: Int32 = 0
    private var looksLeft = 200_000
    private static let reach: Int32 = 1000

    /// The record that the change makes what it made of the one it was about; nil where none is
    /// there.
    mutating func number(of change: RecordChange, in snapshot: Snapshot) -> Int32? {
        guard case .place(let place, _) = change.key else { return nil }
        return number(near: place, in: snapshot) { change.isMade(of: $0) }
    }

    /// The record that stands just as a change by place left it; also at the end of the file, where
    /// records are put back whose neighbours have no names.
    mutating func number(after change: RecordChange, in snapshot: Snapshot) -> Int32? {
        guard case .place(let place, _) = change.key, let result = change.result else { return nil }
        let isIt = { Checksum.of(($0 as [UInt8])[...]) == result.text }
        return number(near: place, in: snapshot, where: isIt)
            ?? number(near: snapshot.limit - 1, in: snapshot, where: isIt)
            ?? number(near: place, in: snapshot) { result.isOf(RecordText($0)) }
    }

    /// The record that stands just as a contact did when it was read at a place.
    mutating func number(
        of contact: Contact, at place: Int32, in snapshot: Snapshot
    ) -> Int32? {
        number(near: place, in: snapshot) { RecordText($0).contact.record == contact.record }
    }

    private mutating func number(
        near place: Int32, in snapshot: Snapshot, where isIt: ([UInt8]) -> Bool
    ) -> Int32? {
        let near = (1...Displacement.reach).lazy.flatMap { [place - $0, place + $0] }
        let found =
            [place, place + shift].first { holdsIt($0, snapshot, isIt) }
            ?? near.first { holdsIt($0, snapshot, isIt) }
        if let found { shift = found - place }
        return found
    }

    private mutating func holdsIt(
        _ number: Int32, _ snapshot: Snapshot, _ isIt: ([UInt8]) -> Bool
    ) -> Bool {
        guard looksLeft > 0, snapshot.holds(number), let bytes = try? snapshot.bytes(of: number)
        else { return false }
        looksLeft -= 1
        return isIt(bytes)
    }
}

extension RecordChange {
    /// Whether a record is the one that a change by place was about.
    fileprivate func isMade(of bytes: [UInt8]) -> Bool {
        for case .delete(let text, _) in writes { return Array(text.utf8) == bytes }
        var text = RecordText(bytes)
        let contact = text.contact
        guard writes.allSatisfy({ $0.contradicted(by: contact) == nil }) else { return false }
        text.apply(writes)
        return result?.isOf(text) ?? false
    }
}
