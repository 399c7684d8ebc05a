import ContactModel
import ContactStore

/// What takes a step of an outbox back: entries to be dropped, changes to be sent.
struct OutboxReversal {
    private let step: OutboxStep
    private let outbox: Outbox
    private(set) var dropped: [OutboxEntry] = []
    /// Those of them that the server may have.
    private(set) var doubtful: [Int] = []
    private(set) var changes: [QueuedChange] = []
    /// Contacts that were made, which undo does not take away: that could not be undone.
    private(set) var created: [ContactKey] = []
    /// Those of whom nobody knows whether they were made: they are not sent again.
    private(set) var unanswered: [ContactKey] = []
    /// Contacts that were taken away, which nothing brings back.
    private(set) var gone: [ContactKey] = []
    private var skipped: [ContactKey] = []
    /// Both of these.
    private var left: Set<ContactKey> = []
    /// Which entries of the step the changes take back.
    private var origins: [ContactKey: [Int]] = [:]
    private var keptKeys: [String] = []
    private var inexpressible: [Field] = []
    /// Of how many contacts fields stay as they are, as no call restores them.
    private var staying: [String: Int] = [:]

    init(of step: OutboxStep, in outbox: Outbox) {
        self.step = step
        self.outbox = outbox
    }

    /// What is dropped and had been refused, or was in conflict.
    var refused: [OutboxEntry] { dropped.filter { $0.state != .waiting } }

    var isNothing: Bool { dropped.isEmpty && changes.isEmpty }

    /// Whether some of it stands whatever is done.
    var isForGood: Bool { !created.isEmpty || !gone.isEmpty }

    /// Whether everything was changed since, so that the step stands.
    var isOnlySkipped: Bool { isNothing && !isForGood && !skipped.isEmpty }

    var receipt: UndoReceipt {
        var seen = left
        let refused = refused
        // Where nothing else is there to be taken back, what was refused counts.
        let isOnlyRefused = changes.isEmpty && refused.count == dropped.count
        let counted = isOnlyRefused ? dropped : dropped.filter { $0.state == .waiting }
        let keys = (counted.map(\.change.key) + changes.map(\.change.key))
            .filter { !unanswered.contains($0) && seen.insert($0).inserted }
        let stays = Set(left.flatMap { origins[$0] ?? [] })
        let what = step.undoneStep == nil ? outbox.summary(of: step, without: stays) : againSummary
        return UndoReceipt(
            restored: keys, skipped: skipped, undeletable: created, unanswered: unanswered,
            gone: gone, keptKeys: keptKeys, inexpressible: inexpressible,
            refused: isOnlyRefused ? 0 : refused.count,
            what: what.without(fields: staying)
                .withoutCreated(created.count + unanswered.count))
    }

    /// What is done again of what an undoing took back, counted.
    private var againSummary: StepSummary {
        let again = changes.map(\.change) + dropped.map(\.change.withTagsExchanged)
        return outbox.summary(of: again.filter { !left.contains($0.key) })
    }

    /// Leaves the contact of a change alone, with all that the step wrote to it.
    ///
    /// - Parameter isGone: whether that is because it is not there any more.
    mutating func leave(_ index: Int, isGone: Bool) {
        let key = changes[index].change.key
        guard left.insert(key).inserted else { return }
        if isGone { gone.append(key) } else { skipped.append(key) }
    }

    /// - Parameters:
    ///   - isUnderWay: whether an entry is with the network now.
    ///   - isAhead: whether it is noted as given to the network and was not yet.
    ///   - known: the contact as it is known here; nil where it is not.
    ///   - standing: as it stands at the server, asked of all whose tags were changed; nil where
    ///     nobody has looked.
    mutating func plan(
        isUnderWay: (Int) -> Bool, isAhead: (Int) -> Bool, known: (ContactKey) -> Contact?,
        standing: (ContactKey) -> Contact?
    ) {
        for id in step.entries.reversed() {
            guard let entry = outbox[id] else { continue }
            switch entry.state {
            case .dropped: continue
            case .done: takeBack(entry.write, of: id, known, standing)
            case .failed, .conflict: dropped.append(entry)
            case .waiting where (!entry.isHanded || isAhead(id)) && !isUnderWay(id):
                dropped.append(entry)
            case .waiting:
                // The server may have it: not sent again, and taken back in case it has.
                if !isUnderWay(id) {
                    dropped.append(entry)
                    doubtful.append(id)
                }
                if !isUnderWay(id), entry.change.change.isCreation {
                    unanswered.append(entry.change.key)
                } else {
                    takeBack(entry.presumedWrite, of: id, known) { _ in nil }
                }
            }
        }
        // What an undoing dropped is queued again, but for the tags that it also took back, as the
        // server may have had them.
        let again = tagsWritten
        for id in step.dropped {
            guard let entry = outbox[id],
                let change = entry.change.withoutTags(of: again[entry.change.key])
            else { continue }
            changes.append(QueuedChange(change, entry.original))
        }
        let changed = Set(skipped)
        changes.removeAll { changed.contains($0.change.key) }
        // A contact is left alone as a whole where one of these meets another value: single tags
        // meet nothing and wait for them.
        let isFirst = { (change: QueuedChange) in change.change.isOfFieldsAlone }
        changes = changes.filter(isFirst) + changes.filter { !isFirst($0) }
    }

    /// The changes of single tags, by their contacts.
    private var tagsWritten: [ContactKey: Change] {
        changes.reduce(into: [:]) { written, queued in
            let change = queued.change
            guard case .retag(let add, let remove) = change.change else { return }
            if case .retag(let others, let gone)? = written[change.key] {
                written[change.key] = .retag(
                    add: others.appending(add), remove: gone.appending(remove))
            } else {
                written[change.key] = change.change
            }
        }
    }

    /// Leaves a contact alone, as something was changed since.
    private mutating func skip(_ key: ContactKey) {
        if left.insert(key).inserted { skipped.append(key) }
    }

    private mutating func takeBack(
        _ write: RemoteWrite?, of id: Int, _ known: (ContactKey) -> Contact?,
        _ standing: (ContactKey) -> Contact?
    ) {
        switch write {
        case nil: return
        case .create(let key, _): created.append(key)
        case .delete(let key):
            gone.append(key)
            left.insert(key)
        case .tags(let key, let added, let removed):
            origins[key, default: []].append(id)
            if standing(key)?.bears(added, without: removed) == false { return skip(key) }
            let change = Change.retag(add: removed, remove: added)
            changes.append(QueuedChange(ContactChange(key: key, change: change), nil))
        case .update(let key, let patch, let before, let after):
            origins[key, default: []].append(id)
            let inverse = patch.inverse(on: before)
            if let present = known(key), patch.clashes(original: after, present: present) {
                return skip(key)
            }
            keptKeys += inverse.addedKeys.filter { !keptKeys.contains($0) }
            inexpressible += inverse.inexpressible.filter { !inexpressible.contains($0) }
            let kept = inverse.addedKeys.map { "meta." + $0 } + inverse.inexpressible.map(\.name)
            for name in kept { staying[name, default: 0] += 1 }
            guard !inverse.patch.isEmpty else { return }
            let change = ContactChange(key: key, change: .update(inverse.patch))
            changes.append(QueuedChange(change, after))
        }
    }
}

extension Contact {
    /// Whether its tags still stand as a change of them left them.
    fileprivate func bears(_ added: TagList, without removed: TagList) -> Bool {
        added.tags.allSatisfy(tags.contains) && !removed.tags.contains(where: tags.contains)
    }
}

extension ContactChange {
    /// Without the tags that another change of the contact adds and removes as well; nil where
    /// nothing is left.
    fileprivate func withoutTags(of other: Change?) -> ContactChange? {
        guard case .retag(let add, let remove) = change,
            case .retag(let added, let removed)? = other
        else { return self }
        let rest = (add: add.subtracting(added), remove: remove.subtracting(removed))
        guard !rest.add.isEmpty || !rest.remove.isEmpty else { return nil }
        return ContactChange(key: key, change: .retag(add: rest.add, remove: rest.remove))
    }

    /// Whether it writes fields and no tags.
    fileprivate var isOfFieldsAlone: Bool {
        if case .update(let patch) = change { patch.tags == nil } else { false }
    }
}

extension OutboxEntry {
    /// What the entry writes where the server has it, which is not known yet.
    fileprivate var presumedWrite: RemoteWrite? {
        switch change.change {
        case .update(let patch):
            guard let original, let after = try? original.applying(patch) else { return nil }
            return .update(change.key, patch, before: original, after: after)
        case .retag: return askedWrite
        case .create: return .create(change.key, change)
        case .removeMetadata, .delete: return nil
        }
    }
}
