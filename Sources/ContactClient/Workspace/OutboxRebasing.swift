import ContactModel
import JSONText

extension WorkspaceState {
    /// What waits behind a change of the same contact was made upon what that was to write. Where
    /// it is written otherwise now, or not at all, that is no change of somebody else.
    ///
    /// - Parameters:
    ///   - entry: the change as it was.
    ///   - contact: the contact as it stands in its place.
    /// - Returns: the lines that say so.
    func rebasing(behind entry: OutboxEntry, on contact: Contact?) -> [OutboxLine] {
        guard let patch = entry.change.change.patch, let before = entry.original, let contact,
            let after = try? before.applying(patch)
        else { return [] }
        return outbox.queued(for: [entry.change.key]).compactMap { later in
            guard later.id > entry.id, later.state == .waiting, let own = later.change.change.patch,
                let original = later.original
            else { return nil }
            let rebased = original.rebased(from: after, to: contact, of: patch, and: own)
            return rebased == original
                ? nil : .state(later.id, .again(later.change, original: rebased))
        }
    }

    /// A change that writes the fields again which the server refused to write takes the place of
    /// what was refused: made upon that, it is held against what stood there before. What is
    /// written to a contact that the server refused to make is made with it.
    ///
    /// - Returns: the changes, and the entries that are over with them.
    func superseding(_ changes: [QueuedChange]) -> ([QueuedChange], over: [Int]) {
        guard changes.count == 1, let queued = changes.first else { return (changes, []) }
        if let refused = outbox.refusedCreation(of: queued.change.key),
            let change = refused.change.change.corrected(by: queued.change.change)
        {
            let change = ContactChange(key: refused.change.key, change: change)
            return ([QueuedChange(change, nil)], [refused.id])
        }
        guard case .update(let patch) = queued.change.change else { return (changes, []) }
        let refused = outbox.refused(queued.change.key, within: patch)
        var original = queued.original
        for entry in refused.reversed() {
            guard let before = entry.original, let old = entry.change.change.patch,
                let after = try? before.applying(old)
            else { continue }
            original = original?.rebased(from: after, to: before, of: old, and: patch)
        }
        return ([QueuedChange(queued.change, original)], refused.map(\.id))
    }
}

extension Outbox {
    /// The new contact under this number that was refused, where nothing else waits for it.
    func refusedCreation(of key: ContactKey) -> OutboxEntry? {
        let all = queued(for: [key])
        guard all.count == 1, let entry = all.first, entry.change.change.isCreation,
            case .failed = entry.state
        else { return nil }
        return entry
    }
}

extension Change {
    /// The making of a contact with another change of it done at once.
    fileprivate func corrected(by change: Change) -> Change? {
        guard case .create(let patch, let source) = self else { return nil }
        return switch change {
        case .update(let later): .create(patch.joined(to: later), source: source)
        case .create(let later, let source): .create(patch.joined(to: later), source: source)
        case .retag, .removeMetadata, .delete: nil
        }
    }
}

extension Contact {
    /// The contact with the values that both patches write as they stand in `new`, where they
    /// stand as in `old`.
    fileprivate func rebased(
        from old: Contact, to new: Contact, of patch: ContactPatch, and own: ContactPatch
    ) -> Contact {
        var record = record
        for field in patch.fields where field != .metadata && own.fields.contains(field) {
            guard record[field.name] == old.record[field.name] else { continue }
            record[field.name] = new.record[field.name]
        }
        var metadata = self.metadata ?? [:]
        for name in patch.metadata.names where own.metadata[name] != nil {
            guard metadata[name] == old.metadata?[name] else { continue }
            metadata[name] = new.metadata?[name]
        }
        if self.metadata != nil { record[Field.metadata.name] = .object(metadata) }
        return Contact(record: record)
    }
}

extension OutboxEntry {
    /// What waits behind this is held against where this is given up: the contact as it stands, but
    /// that what somebody else wrote where this was to write is theirs against that too.
    var given: Contact? {
        guard case .conflict(let theirs) = state else { return original }
        guard case .update(let patch) = change.change, let original else { return theirs }
        let question = patch.question(original: original, present: theirs)
        var record = theirs.record
        for field in question.fields { record[field.name] = original.record[field.name] }
        guard var metadata = theirs.metadata else { return Contact(record: record) }
        for key in question.keys { metadata[key] = original.metadata?[key] }
        record[Field.metadata.name] = .object(metadata)
        return Contact(record: record)
    }
}
