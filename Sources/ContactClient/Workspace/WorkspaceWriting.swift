package import ContactModel
import ContactStore
import JSONText
import Synchronization

extension WorkspaceClient {
    /// Queued at once where somebody sits before it, unless the contact is known to stand
    /// otherwise by now; what it is at the server is asked before it is sent.
    package func update(
        _ key: ContactKey, _ patch: ContactPatch, removingMetadata keys: [String],
        unlessChangedFrom original: Contact?
    ) async throws(ClientError) -> Receipt {
        guard keys.isEmpty else { throw .unsupported(.removingMetadata(keys)) }
        try patch.checkSize()
        let change = ContactChange(key: key, change: .update(patch))
        guard manner == .attended else {
            return try await make(change, original ?? recalled(key), isGiven: original != nil)
        }
        guard let known = shared.withLock({ $0.state.contact(key) }) else {
            throw .notFound(.key(key))
        }
        if let original, patch.clashes(original: original, present: known) {
            throw .conflict(known)
        }
        if known.isComplete, try known.merging(patch) == known {
            return Receipt(contact: known, outcome: .unchanged)
        }
        return try await make(change, original ?? known)
    }

    /// Only what would really change is queued, as far as that is known.
    package func retag(
        _ key: ContactKey, adding: TagList, removing: TagList
    ) async throws(ClientError) -> Receipt {
        let before = try await present(key)
        var (add, remove) = (adding.subtracting(removing), removing)
        if let before {
            add = add.subtracting(before.tags)
            remove = TagList(remove.tags.filter(before.tags.contains))
            if add.isEmpty && remove.isEmpty {
                return Receipt(contact: before, outcome: .unchanged)
            }
        }
        let change = ContactChange(key: key, change: .retag(add: add, remove: remove))
        let receipt = try await make(change, before)
        return Receipt(
            contact: before?.overlaid(by: receipt.contact) ?? receipt.contact,
            outcome: receipt.outcome)
    }

    /// The contact as it is before a change; nil where there is no way to know.
    private func present(_ key: ContactKey) async throws(ClientError) -> Contact? {
        do throws(ClientError) {
            return try await standing(key)
        } catch {
            guard error.isTrouble else { throw error }
            return nil
        }
    }

    /// Queued; the number is looked up before it is sent, since the API would write over whoever
    /// has it.
    package func create(
        _ phone: PhoneNumber, _ patch: ContactPatch, source: String, onlyNew: Bool
    ) async throws(ClientError) -> Receipt {
        try patch.checkSize()
        let key = ContactKey.phone(phone)
        let change = ContactChange(key: key, change: .create(patch, source: source))
        // Whoever is queued already is made only once; whoever was refused is made again.
        let isAgain =
            !onlyNew && shared.withLock { $0.state.outbox.refusedCreation(of: key) != nil }
        if !isAgain, let known = try await holder(of: key) {
            if onlyNew { throw .exists(known) }
            return try await update(
                known.key ?? key, patch, removingMetadata: [], unlessChangedFrom: nil)
        }
        do throws(ClientError) {
            return try await make(change, nil)
        } catch .exists(let present) {
            if onlyNew { throw .exists(present) }
            return try await update(
                present.key ?? key, patch, removingMetadata: [], unlessChangedFrom: nil)
        }
    }

    /// Whoever has a number, as far as somebody is known to have it; the server is asked about
    /// them where nobody sits before it.
    private func holder(of key: ContactKey) async throws(ClientError) -> Contact? {
        let known = recalled(key)
        guard let known, manner == .unattended else { return known }
        do throws(ClientError) {
            return try await overlaid(key).contact
        } catch {
            if case .notFound = error { return nil }
            guard error.isTrouble else { throw error }
            return known
        }
    }

    /// Queues one change, and waits for the server where nobody sits before it.
    ///
    /// - Parameters:
    ///   - isGiven: whether already the first attempt is to respect `original`.
    ///   - replaced: an entry that is dropped in the same write.
    func make(
        _ change: ContactChange, _ original: Contact?, isGiven: Bool = true,
        replacing replaced: Int? = nil
    ) async throws(ClientError) -> Receipt {
        let queued = try queue(
            [QueuedChange(change, original)], isRun: false,
            awaits: manner == .unattended, replacing: replaced)
        if manner == .unattended {
            if !isGiven { attemptAtOnce(queued.step) }
            return try await outcome(of: queued, keepsConflict: !isGiven)
        }
        bell.ring()
        let contact = shared.withLock { $0.state.contact(change.key) }
        return Receipt(
            contact: contact ?? Contact(record: [:]),
            outcome: change.change.isCreation ? .created : .changed)
    }

    /// Makes changes durable here, as one step.
    ///
    /// - Returns: the step, and the entries' numbers in order.
    func queue(
        _ changes: [QueuedChange], isRun: Bool, awaits: Bool = false,
        replacing replaced: Int? = nil,
        _ adjust: (inout OutboxStep) -> Void = { _ in }
    ) throws(ClientError) -> QueuedStep {
        let (changes, over) = shared.withLock { shared in
            shared.state.superseding(shared.state.named(changes))
        }
        let run = isRun ? SharedRun(changes.map(\.change)) : SharedRun(alone: changes.count)
        var queued = QueuedStep(step: 0, ids: [])
        do throws(StoreError) {
            try shared.withLock { shared throws(StoreError) in
                let all = ([replaced].compactMap(\.self) + over).filter { shared.canReplace($0) }
                // What was refused is no state to come back to by undo.
                let dropped = all.filter {
                    $0 == replaced && shared.state.outbox[$0]?.state == .waiting
                }
                let given = EntryNumbers(all.filter { !dropped.contains($0) })
                try shared.write(syncs: true) { state in
                    var step = OutboxStep(
                        number: state.nextID(), time: Timestamp.now(), isRun: isRun)
                    step.dropped = EntryNumbers(dropped)
                    adjust(&step)
                    let first = state.nextID(run.count)
                    queued = QueuedStep(
                        step: step.number, ids: Array(first..<first + run.count),
                        places: run.places)
                    return [.step(step)]
                        + run.lines(of: step.number, from: first) { place, id in
                            changes[place].entry(id, of: step.number)
                        }
                        + [step.dropped, given].filter { !$0.isEmpty }
                        .map { .fates($0, .dropped, at: 0) }
                }
                queued.replaces = !over.isEmpty
                if awaits { shared.awaited.formUnion(queued.ids) }
            }
        } catch {
            throw .store(error)
        }
        return queued
    }

    /// Waits until the server has the one entry of a step, or has refused it.
    ///
    /// - Throws: why it was refused, and it is queued no more; `.queued` where there is no way,
    ///   and where a conflict is kept; `.stopped` where nobody waits for it any more.
    private func outcome(
        of queued: QueuedStep, keepsConflict: Bool
    ) async throws(ClientError) -> Receipt {
        let trouble = await finish(queued.step, of: 1) { [pacing] _ in pacing.isWanted() }
        try await withdraw(queued.ids, for: trouble)
        let id = queued.ids[0]
        let (entry, receipt) = shared.withLock { shared in
            shared.awaited.remove(id)
            return (shared.state.outbox[id], shared.receipts.removeValue(forKey: id))
        }
        guard let entry else { throw .queued(because: trouble ?? .throttled(retryAfter: nil)) }
        switch entry.state {
        case .done:
            if let receipt { return receipt }
            let contact = try await remote.contact(.key(entry.change.key))
            return Receipt(contact: contact, outcome: .changed)
        case .waiting where trouble == nil && !pacing.isWanted():
            if pacing.isGivenUp() { dropUntouched([id]) }
            let isDropped = shared.withLock { $0.state.outbox[id]?.state == .dropped }
            throw isDropped ? .stopped : .queued(because: .stopped)
        case .waiting:
            throw .queued(
                because: trouble ?? .throttled(retryAfter: nil), isBlind: entry.isBlind)
        case .dropped: throw .nothingToRedo
        case .failed(let error):
            // What took the place of an earlier refusal stays for the decision about it.
            if !queued.replaces { drop([id]) }
            throw error
        case .conflict(let theirs):
            if keepsConflict { throw .queued(because: .conflict(theirs)) }
            drop([id])
            if case .create = entry.change.change { throw .exists(theirs) }
            throw .conflict(theirs)
        }
    }

    /// Queues entries once more that were refused or are in conflict: over what someone else
    /// wrote meanwhile.
    package func retry(_ ids: [Int]) {
        remote.unblock()
        shared.withLock { shared in
            // Each of several changes of one contact goes over what the one before it leaves.
            var standing: [ContactKey: Contact] = [:]
            let lines = ids.sorted().compactMap { id -> OutboxLine? in
                guard let entry = shared.state.outbox[id] else { return nil }
                let key = entry.change.key
                switch entry.state {
                case .failed: return .state(id, .again(entry.change, original: entry.original))
                case .conflict(let theirs):
                    let present =
                        standing[key]
                        ?? shared.state.outbox.queued(for: [key])
                        .filter { $0.id < id && $0.state == .waiting }
                        .reduce(theirs) { $1.laid(over: $0) ?? $0 }
                    let (change, original) = entry.over(present)
                    standing[key] = (try? present.after(change.change)) ?? present
                    return .state(id, .again(change, original: original))
                default: return nil
                }
            }
            _ = try? shared.write(lines, syncs: true)
            shared.trouble = nil
        }
        bell.ring()
    }

    /// Queues all of it as one step. Where somebody sits before it that is all; else it is sent,
    /// and what cannot be sent now stays queued.
    func send(
        _ changes: [ContactChange], progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async throws(ClientError) -> BulkReport {
        var report = BulkReport()
        var fitting: [ContactChange] = []
        for change in changes {
            do throws(ClientError) {
                try change.checkCanBeSent()
                fitting.append(change)
            } catch {
                report.failures.append(BulkFailure(change: change, error: error))
            }
        }
        guard !fitting.isEmpty else { return report }
        let queued = upon(fitting)
        let isOne = queued.count == 1 && !queued[0].change.change.isOfSeveralTags
        let step = try queue(queued, isRun: !isOne)
        if manner == .unattended { attemptAtOnce(step.step) }
        bell.ring()
        guard manner == .unattended else {
            report.queued = step.ids.count
            return report
        }
        report.brokenOff = await finish(step.step, of: step.ids.count, progress: progress)
        try await withdraw(step.ids, for: report.brokenOff)
        tell(step, fitting, in: &report)
        if report.changed + report.unchanged == 0, report.failures.isEmpty,
            let trouble = report.brokenOff
        {
            let isBlind = shared.withLock { shared in
                step.ids.contains { shared.state.outbox[$0]?.isBlind == true }
            }
            throw .queued(because: trouble, isBlind: isBlind)
        }
        return report
    }

    /// Changes with the contacts that they are made upon: as they are known here, and as the
    /// changes before leave them.
    private func upon(_ changes: [ContactChange]) -> [QueuedChange] {
        // What is done to tags needs nothing to be held against.
        let isMany = changes.count >= SharedEntries.least
        if isMany, changes.allSatisfy(\.change.isOfTags) {
            return changes.map { QueuedChange($0, $0.original) }
        }
        recall()
        return shared.withLock { shared in
            var left: [ContactKey: Contact] = [:]
            return changes.map { change in
                let known = shared.state.contact(change.key)
                let key = known?.key ?? change.key
                let present = left[key] ?? known
                left[key] = present.map { (try? $0.after(change.change)) ?? $0 }
                let isHeldAgainst = !isMany || !change.change.isOfTags
                return QueuedChange(change, change.original ?? (isHeldAgainst ? present : nil))
            }
        }
    }

    /// What became of a run's entries; those that a person stopped, and those that were refused,
    /// are queued no more.
    ///
    /// - Parameter changes: what was asked for, by the keys that whoever asked knows.
    private func tell(
        _ step: QueuedStep, _ changes: [ContactChange], in report: inout BulkReport
    ) {
        if report.brokenOff == nil, waiting(of: nil) > 0 {
            // What was handed over the server may have: that is looked into later.
            if pacing.isGivenUp() { dropUntouched(step.ids) } else { report.brokenOff = .stopped }
        }
        let (entries, begun) = shared.withLock { shared in
            let outbox = shared.state.outbox
            return (step.ids.map { outbox[$0] }, outbox.keysWritten(by: step))
        }
        for (index, entry) in entries.enumerated() {
            guard let entry else { continue }
            let change = ContactChange(
                key: changes[step.place(index)].key, change: entry.change.change)
            let isBegun = begun.contains(entry.change.key)
            switch entry.state {
            case .done where entry.write == nil && !isBegun: report.unchanged += 1
            case .done: report.changed += 1
            case .failed(let error):
                if isBegun { report.changed += 1 }
                report.failures.append(BulkFailure(change: change, error: error))
            case .conflict(let theirs):
                report.failures.append(BulkFailure(change: change, error: .conflict(theirs)))
            case .waiting: report.unsent.append(change)
            // Somebody may have given it up from elsewhere.
            case .dropped: report.notReached.append(change)
            }
        }
        let refused = entries.compactMap(\.self).filter { $0.isUnsent && $0.state != .waiting }
        drop(refused.map(\.id))
        report.queued += report.unsent.count
    }
}

/// What was queued at one go.
struct QueuedStep: Sendable {
    let step: Int
    let ids: [Int]
    /// Which of the changes each of them is; nil where they are in the same order.
    var places: [Int]?
    /// Whether it took the place of what had been refused.
    var replaces = false

    /// Which of the changes an entry is.
    func place(_ index: Int) -> Int { places?[index] ?? index }
}

/// A change to be queued, and the contact that it was made against.
struct QueuedChange: Sendable {
    let change: ContactChange
    let original: Contact?

    init(_ change: ContactChange, _ original: Contact?) {
        self.change = change
        self.original = original
    }

    fileprivate func entry(_ id: Int, of step: Int) -> OutboxEntry {
        OutboxEntry(
            id: id, step: step, change: ContactChange(key: change.key, change: change.change),
            original: change.narrowedOriginal(original))
    }
}

extension OutboxEntry {
    /// What is sent to write over what someone else wrote.
    fileprivate func over(_ theirs: Contact) -> (ContactChange, original: Contact?) {
        guard case .create(let patch, _) = change.change else {
            return (change, original: change.narrowedOriginal(theirs))
        }
        // By its number, as all that was queued behind it.
        let update = ContactChange(key: change.key, change: .update(patch))
        return (update, original: update.narrowedOriginal(theirs))
    }
}

extension ContactChange {
    /// Makes sure that the API can say it at all.
    fileprivate func checkCanBeSent() throws(ClientError) {
        try checkSize()
        switch change {
        case .delete: throw .unsupported(.deleting(key))
        case .removeMetadata(let keys): throw .unsupported(.removingMetadata(keys))
        case .update, .retag, .create: break
        }
        if case .place = key { throw .notFound(.key(key)) }
    }
}
