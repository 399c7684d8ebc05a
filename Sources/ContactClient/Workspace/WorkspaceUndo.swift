package import ContactModel
import ContactStore
package import JSONText
import Synchronization

extension WorkspaceClient {
    /// Drops what is not sent yet and queues what takes back the rest, also of earlier runs of
    /// the program.
    package func undo(_ count: Int) async throws(ClientError) -> [UndoReceipt] {
        try await takeBack(.undo, count)
    }

    /// Does again what undoings took back, of every run of the program.
    package func redo(_ count: Int) async throws(ClientError) -> [UndoReceipt] {
        try await takeBack(.redo, count)
    }

    /// The newest steps, sent or not.
    package func log(limit: Int) async throws(ClientError) -> [LogEntry] {
        let outbox = shared.withLock { $0.state.outbox }
        return outbox.log(limit: limit, author: place.title)
    }

    private func takeBack(
        _ direction: UndoDirection, _ count: Int
    ) async throws(ClientError) -> [UndoReceipt] {
        var receipts: [UndoReceipt] = []
        for step in try candidates(direction, count) {
            receipts.append(try await takeBack(step, direction))
        }
        return receipts
    }

    private func takeBack(
        _ step: OutboxStep, _ direction: UndoDirection
    ) async throws(ClientError) -> UndoReceipt {
        let reversal = reversal(of: step)
        if reversal.isOnlySkipped || reversal.isNothing && reversal.isForGood {
            try notePassed(step, direction)
            return reversal.receipt
        }
        let queued = try queue(reversal.changes, isRun: step.isRun) { new in
            if direction == .undo {
                new.undoneStep = step.number
            } else {
                new.redoneStep = step.number
            }
            new.dropped = EntryNumbers(reversal.dropped.map(\.id))
        }
        bell.ring()
        var receipt = reversal.receipt
        guard manner == .unattended, !queued.ids.isEmpty else { return receipt }
        let trouble = await finish(queued.step, of: queued.ids.count) { _ in true }
        let heldBack = giveUpHeldBack(queued.ids)
        if let trouble, waiting(of: queued.step) > 0 { throw .queued(because: trouble) }
        receipt = try settled(queued, heldBack, reversal)
        if receipt.restored.isEmpty, !receipt.skipped.isEmpty || !receipt.gone.isEmpty {
            try notePassed(step, direction)
        }
        return receipt
    }

    /// The newest steps that can be taken back that way, those of other processes among them.
    private func candidates(
        _ direction: UndoDirection, _ count: Int
    ) throws(ClientError) -> [OutboxStep] {
        lookForOthers()
        let found = shared.withLock { $0.state.outbox.candidates(direction, count) }
        guard !found.isEmpty else {
            throw direction == .undo ? .nothingToUndo : .nothingToRedo
        }
        return found
    }

    private func reversal(of step: OutboxStep) -> OutboxReversal {
        shared.withLock { shared in
            var reversal = OutboxReversal(of: step, in: shared.state.outbox)
            reversal.plan(
                isUnderWay: { shared.underWay[$0] != nil },
                isAhead: { shared.notes.ahead.contains($0) },
                known: manner == .attended ? { shared.state.contact($0) } : { _ in nil })
            return reversal
        }
    }

    /// What `undo` or `redo` would send, as the lines of a plan, and how many changes that are
    /// not sent it would give up.
    ///
    /// - Throws: `.nothingToUndo` or `.nothingToRedo`.
    package func plan(
        _ direction: UndoDirection, _ count: Int
    ) throws(ClientError) -> (lines: [JSONObject], givenUp: Int) {
        let reversals = try candidates(direction, count).map(reversal)
        return (
            reversals.flatMap(\.changes).map { PlanLine($0.change).object },
            reversals.reduce(0) { $0 + $1.dropped.count }
        )
    }

    /// Notes that everything a step wrote was changed since, so that the next undo goes by it.
    private func notePassed(
        _ step: OutboxStep, _ direction: UndoDirection
    ) throws(ClientError) {
        guard direction == .undo else { return }
        do throws(StoreError) {
            try shared.withLock { shared throws(StoreError) in
                try shared.write(syncs: false) { state in
                    var pass = OutboxStep(
                        number: state.nextID(), time: Timestamp.now(), isRun: false)
                    pass.passedStep = step.number
                    return [.step(pass)]
                }
            }
        } catch {
            throw .store(error)
        }
    }

    /// Gives up what waits behind a change of the same undoing that was refused: the contact is
    /// left alone with all of it.
    ///
    /// - Returns: what it was.
    private func giveUpHeldBack(_ ids: [Int]) -> Set<Int> {
        let heldBack = shared.withLock { shared in
            ids.filter { shared.state.outbox.isHeldBackByItsStep($0) }
        }
        drop(heldBack)
        return Set(heldBack)
    }

    /// What an undoing came to that was sent at once; where something had been changed since it
    /// is left alone.
    private func settled(
        _ queued: QueuedStep, _ heldBack: Set<Int>, _ reversal: OutboxReversal
    ) throws(ClientError) -> UndoReceipt {
        let ids = queued.ids
        let entries = shared.withLock { shared in ids.compactMap { shared.state.outbox[$0] } }
        let refused = entries.filter { $0.isUnsent && $0.state != .waiting }
        drop(refused.map(\.id))
        if let only = refused.first, refused.count == ids.count, reversal.dropped.isEmpty,
            ids.count == 1, case .failed(let error) = only.state
        {
            throw error
        }
        let left = heldBack.union(refused.map(\.id))
        let gone = Set(refused.filter { $0.isOfNobody }.map(\.id))
        var reversal = reversal
        // They may be queued under other keys.
        for (index, id) in ids.enumerated() where left.contains(id) {
            reversal.leave(queued.place(index), isGone: gone.contains(id))
        }
        return reversal.receipt
    }
}

/// What takes a step of an outbox back: entries to be dropped, changes to be sent.
struct OutboxReversal {
    private let step: OutboxStep
    private let outbox: Outbox
    private(set) var dropped: [OutboxEntry] = []
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

    init(of step: OutboxStep, in outbox: Outbox) {
        self.step = step
        self.outbox = outbox
    }

    var isNothing: Bool { dropped.isEmpty && changes.isEmpty }

    /// Whether some of it stands whatever is done.
    var isForGood: Bool { !created.isEmpty || !gone.isEmpty }

    /// Whether everything was changed since, so that the step stands.
    var isOnlySkipped: Bool { isNothing && !isForGood && !skipped.isEmpty }

    var receipt: UndoReceipt {
        var seen = left
        let keys = (dropped.map(\.change.key) + changes.map(\.change.key))
            .filter { !unanswered.contains($0) && seen.insert($0).inserted }
        let stays = Set(left.flatMap { origins[$0] ?? [] })
        let what = step.undoneStep == nil ? outbox.summary(of: step, without: stays) : againSummary
        return UndoReceipt(
            restored: keys, skipped: skipped, undeletable: created, unanswered: unanswered,
            gone: gone, keptKeys: keptKeys, inexpressible: inexpressible,
            what: what.withoutCreated(created.count + unanswered.count))
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
    mutating func plan(
        isUnderWay: (Int) -> Bool, isAhead: (Int) -> Bool, known: (ContactKey) -> Contact?
    ) {
        for id in step.entries.reversed() {
            guard let entry = outbox[id] else { continue }
            switch entry.state {
            case .dropped: continue
            case .done: takeBack(entry.write, of: id, known)
            case .failed, .conflict: dropped.append(entry)
            case .waiting where (!entry.isHanded || isAhead(id)) && !isUnderWay(id):
                dropped.append(entry)
            case .waiting:
                // The server may have it: not sent again, and taken back in case it has.
                if !isUnderWay(id) { dropped.append(entry) }
                if !isUnderWay(id), entry.change.change.isCreation {
                    unanswered.append(entry.change.key)
                } else {
                    takeBack(entry.presumedWrite, of: id, known)
                }
            }
        }
        // What an undoing dropped is queued again.
        for id in step.dropped {
            guard let entry = outbox[id] else { continue }
            changes.append(QueuedChange(entry.change, entry.original))
        }
        let changed = Set(skipped)
        changes.removeAll { changed.contains($0.change.key) }
        // A contact is left alone as a whole where one of these meets another value: single tags
        // meet nothing and wait for them.
        let isFirst = { (change: QueuedChange) in change.change.isOfFieldsAlone }
        changes = changes.filter(isFirst) + changes.filter { !isFirst($0) }
    }

    private mutating func takeBack(
        _ write: RemoteWrite?, of id: Int, _ known: (ContactKey) -> Contact?
    ) {
        switch write {
        case nil: return
        case .create(let key, _): created.append(key)
        case .delete(let key):
            gone.append(key)
            left.insert(key)
        case .tags(let key, let added, let removed):
            origins[key, default: []].append(id)
            let change = Change.retag(add: removed, remove: added)
            changes.append(QueuedChange(ContactChange(key: key, change: change), nil))
        case .update(let key, let patch, let before, let after):
            origins[key, default: []].append(id)
            let inverse = patch.inverse(on: before)
            if let present = known(key), patch.clashes(original: after, present: present) {
                if left.insert(key).inserted { skipped.append(key) }
                return
            }
            keptKeys += inverse.addedKeys.filter { !keptKeys.contains($0) }
            inexpressible += inverse.inexpressible.filter { !inexpressible.contains($0) }
            guard !inverse.patch.isEmpty else { return }
            let change = ContactChange(key: key, change: .update(inverse.patch))
            changes.append(QueuedChange(change, after))
        }
    }
}

extension OutboxEntry {
    /// Whether it was refused as there is no such contact.
    fileprivate var isOfNobody: Bool {
        if case .failed(.notFound) = state { true } else { false }
    }
}

extension ContactChange {
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

extension Outbox {
    /// Without those of which nothing came.
    var newestFirst: [OutboxStep] {
        let undone = steps.values.flatMap(\.dropped.ranges)
        return steps.values.sorted { $0.number > $1.number }.map { step in
            var step = step
            if isGivenUp(step, undone: undone) {
                step.undoneStep = nil
                step.redoneStep = nil
            }
            step.entries = EntryNumbers(ascending: step.entries.lazy.filter { !cameToNothing($0) })
            return step
        }
    }

    /// Whether nothing came of it because all of it was refused or given up, and no later step
    /// took it back: what it was to take back stands.
    private func isGivenUp(_ step: OutboxStep, undone: [ClosedRange<Int>]) -> Bool {
        !step.entries.isEmpty && step.dropped.isEmpty
            && step.entries.allSatisfy { id in
                isDropped(id) && !undone.contains { $0.contains(id) }
            }
    }

    private func isDropped(_ id: Int) -> Bool {
        set(of: id).map { sets[$0].fate(id) == .dropped } ?? (self[id]?.state == .dropped)
    }

    /// Whether an entry changed nothing, and never will.
    private func cameToNothing(_ id: Int) -> Bool {
        if let place = set(of: id) { return [.dropped, .found].contains(sets[place].fate(id)) }
        guard let entry = self[id] else { return true }
        switch entry.state {
        case .dropped: return true
        case .done: return entry.write == nil
        case .waiting, .failed, .conflict: return false
        }
    }

    /// The newest steps that can be taken back that way.
    func candidates(_ direction: UndoDirection, _ count: Int) -> [OutboxStep] {
        switch direction {
        case .undo:
            return StepTrail.undoable(
                count, of: newestFirst, passingBy: Set(passedSteps.map(String.init)))
        case .redo: return StepTrail.redoable(count, of: newestFirst.filter { !$0.isEmpty })
        }
    }

    /// The steps that an undo goes by, until another one is made.
    private var passedSteps: Set<Int> {
        let isOrdinary = { (step: OutboxStep) in
            !step.isEmpty && !step.isReversal
        }
        return Set(newestFirst.prefix { !isOrdinary($0) }.compactMap(\.passedStep))
    }
}
