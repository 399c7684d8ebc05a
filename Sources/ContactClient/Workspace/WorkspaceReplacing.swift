package import ContactModel
import ContactStore
import JSONText
import Synchronization

extension WorkspaceClient {
    /// A contact as it would stand if an entry had never been queued.
    package func contact(
        _ key: ContactKey, without id: Int
    ) async throws(ClientError) -> Contact {
        let known = shared.withLock { $0.state.contact(key, without: id) }
        if let known, known.isComplete { return known }
        // Asking the server also brings what it says into what is known here.
        _ = try await contact(.key(key))
        guard let known = shared.withLock({ $0.state.contact(key, without: id) }) else {
            throw .notFound(.key(key))
        }
        return known
    }

    /// Queues a change in the place of an entry, which goes in the same write; one that was sent
    /// meanwhile, or is being sent, stays, and the change is made upon it.
    ///
    /// - Throws: `.conflict` where the contact stands otherwise than `original` without the entry.
    package func replace(
        _ id: Int, with key: ContactKey, _ patch: ContactPatch,
        unlessChangedFrom original: Contact
    ) async throws(ClientError) -> Receipt {
        try patch.checkSize()
        let (isOpen, known) = shared.withLock { shared in
            (
                shared.canReplace(id) && shared.state.isQueued(id, for: key),
                shared.state.contact(key, without: id)
            )
        }
        guard isOpen else {
            return try await update(
                key, patch, removingMetadata: [], unlessChangedFrom: original)
        }
        guard let known else { throw .notFound(.key(key)) }
        if patch.clashes(original: original, present: known) { throw .conflict(known) }
        if known.isComplete, try known.merging(patch) == known {
            drop([id])
            return Receipt(contact: known, outcome: .unchanged)
        }
        let change = ContactChange(key: key, change: .update(patch))
        if let receipt = try rewrite(id, change, original) { return receipt }
        return try await make(change, original, replacing: id)
    }

    /// Puts a change in the very place of an entry, where later ones of the same contact wait: they
    /// are made upon it, and it must not come after them.
    ///
    /// - Returns: nil where there are none.
    private func rewrite(
        _ id: Int, _ change: ContactChange, _ original: Contact?
    ) throws(ClientError) -> Receipt? {
        do throws(StoreError) {
            return try shared.withLock { shared throws(StoreError) -> Receipt? in
                guard let entry = shared.state.outbox[id],
                    shared.state.outbox.queued(for: [entry.change.key]).contains(where: {
                        $0.id > id
                    })
                else { return nil }
                let named = ContactChange(key: entry.change.key, change: change.change)
                let after = change.change.patch.flatMap { try? original?.applying($0) }
                try shared.write(syncs: true) { state in
                    [.state(id, .again(named, original: named.narrowedOriginal(original)))]
                        + state.rebasing(behind: entry, on: after)
                }
                return Receipt(
                    contact: shared.state.contact(named.key) ?? Contact(record: [:]),
                    outcome: .changed)
            }
        } catch {
            throw .store(error)
        }
    }

    /// Queues a new contact in the place of an entry that makes one, which goes in the same
    /// write; one that was sent meanwhile, or is being sent, stays.
    ///
    /// - Throws: `.exists` where another contact has the number.
    package func replace(
        _ id: Int, withNew phone: PhoneNumber, _ patch: ContactPatch, source: String
    ) async throws(ClientError) -> Receipt {
        let key = ContactKey.phone(phone)
        let (isOpen, known) = shared.withLock { shared in
            (shared.canReplace(id), shared.state.contact(having: key, beside: id))
        }
        guard isOpen else {
            return try await create(phone, patch, source: source, onlyNew: true)
        }
        try patch.checkSize()
        if let known { throw .exists(known) }
        let change = ContactChange(key: key, change: .create(patch, source: source))
        if let receipt = try rewrite(id, making: change) { return receipt }
        return try await make(change, nil, replacing: id)
    }

    /// Puts a new contact in the very place of an entry, where others are queued for the same
    /// contact: they go to the new one, after it.
    ///
    /// - Returns: nil where there are none.
    private func rewrite(_ id: Int, making change: ContactChange) throws(ClientError) -> Receipt? {
        do throws(StoreError) {
            return try shared.withLock { shared throws(StoreError) -> Receipt? in
                guard let entry = shared.state.outbox[id] else { return nil }
                let others = shared.state.outbox.queued(for: [entry.change.key]).filter {
                    $0.id != id && shared.canReplace($0.id)
                }
                guard !others.isEmpty else { return nil }
                let key = change.key
                let lines = others.map { other in
                    let moved = ContactChange(key: key, change: other.change.change)
                    return OutboxLine.state(
                        other.id, .again(moved, original: other.original?.withoutKey))
                }
                try shared.write([.state(id, .again(change, original: nil))] + lines, syncs: true)
                return Receipt(
                    contact: shared.state.contact(key) ?? Contact(record: [:]), outcome: .created)
            }
        } catch {
            throw .store(error)
        }
    }
}

extension Contact {
    /// What was known of the contact but who it was.
    fileprivate var withoutKey: Contact {
        var record = record
        record[Field.id.name] = nil
        record[Field.phone.name] = nil
        return Contact(record: record, isComplete: isComplete)
    }
}

extension WorkspaceClient.Shared {
    /// Whether an entry still waits for a decision or its way, and is not on it.
    func canReplace(_ id: Int) -> Bool {
        underWay[id] == nil && state.outbox[id]?.isUnsent == true
    }
}
