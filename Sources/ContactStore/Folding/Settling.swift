import ContactModel
import JSONText

/// Choosing between what was written here and what another program left in its place; under the
/// writers' lock.
extension StoreState {
    /// Leaves it at what the other program wrote; the lock is held.
    mutating func keepTheirs(_ ids: Set<Int>) throws(StoreError) {
        _ = try catchUp()
        try checkWritable()
        // What fails half-way is read anew.
        let seen = stamp.take()
        let now = snapshot
        snapshot.conflicts.keep { now.open($0).map { !ids.contains($0.id) } ?? false }
        try renewJournal(steps)
        stamp = seen
    }

    /// Writes what was written here once more, where the other program's value still stands; the
    /// lock is held.
    mutating func keepMine(_ ids: Set<Int>) throws(StoreError) -> BulkOutcome {
        _ = try catchUp()
        var working = snapshot
        var written: [RecordChange] = []
        var outcome = BulkOutcome()
        let time = Timestamp.now()
        for conflict in snapshot.openConflicts where ids.contains(conflict.id) {
            do throws(StoreError) {
                let changes = try working.overwrite(conflict, at: time)
                written += changes
                outcome.changed += changes.isEmpty ? 0 : 1
                outcome.unchanged += changes.isEmpty ? 1 : 0
            } catch {
                outcome.failures.append(
                    BulkOutcome.Failure(index: outcome.reached, error: error))
            }
            outcome.reached += 1
        }
        let step = written.isEmpty ? nil : try Step(written, time: time)
        if let step { try append([step]) }
        stand(at: working, after: step.map { [$0] } ?? [])
        return outcome
    }
}

extension Snapshot {
    /// Writes one side of a conflict once more; what it cannot be put into gives way first.
    fileprivate mutating func overwrite(
        _ conflict: OpenConflict, at time: String
    ) throws(StoreError) -> [RecordChange] {
        let change = conflict.change
        var written: [RecordChange] = []
        if let theirs = conflict.theirs, let field = change.change.blocked(by: theirs) {
            let present = RecordText(try bytes(of: number(of: change.key)))
            let before = field == .tags ? conflict.original.record[field.name] : .object([:])
            let clearing = RecordChange.Write.member(
                field.name, new: before.map { WrittenValue($0) }, old: present.written(field.name))
            written.append(RecordChange(key: change.key, writes: [clearing]))
            apply(written[0])
        }
        if let change = try perform(change, at: time).written { written.append(change) }
        return written
    }
}

extension Change {
    /// The field of a contact that holds what this cannot be put into; nil where there is none.
    fileprivate func blocked(by present: Contact) -> Field? {
        switch self {
        case .retag: present.canBearTags ? nil : .tags
        case .update(let patch) where !patch.metadata.isEmpty:
            present.canBearMetadata ? nil : .metadata
        default: nil
        }
    }
}
