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
        let reversal = await reversal(of: step)
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
            new.refused = EntryNumbers(reversal.refused.map(\.id))
            new.doubtful = EntryNumbers(reversal.doubtful)
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

    /// What takes a step back, those left out of whom something was changed since.
    ///
    /// - Parameter earlier: what is to be done before.
    private func reversal(
        of step: OutboxStep, after earlier: [ContactChange] = []
    ) async -> OutboxReversal {
        guard manner == .unattended else {
            return reversal(of: step) { shared, key in shared.state.contact(key) }
        }
        var tagged: [ContactKey] = []
        let asked = reversal(of: step) { _, key in
            tagged.append(key)
            return nil
        }
        guard let standing = await standing(ofTagged: tagged) else { return asked }
        var later: [ContactKey: Contact] = [:]
        for change in earlier {
            let contact = later[change.key] ?? standing(change.key)
            guard let after = try? contact?.after(change.change) else { continue }
            for key in [change.key] + after.keys(beside: nil) { later[key] = after }
        }
        return reversal(of: step) { _, key in later[key] ?? standing(key) }
    }

    private func reversal(
        of step: OutboxStep, standing: (Shared, ContactKey) -> Contact?
    ) -> OutboxReversal {
        shared.withLock { shared in
            var reversal = OutboxReversal(of: step, in: shared.state.outbox)
            reversal.plan(
                isUnderWay: { shared.underWay[$0] != nil },
                isAhead: { shared.notes.ahead.contains($0) },
                known: manner == .attended ? { shared.state.contact($0) } : { _ in nil },
                standing: { standing(shared, $0) })
            return reversal
        }
    }

    /// Contacts as they stand at the server, where reading them takes no more calls than what is
    /// to be done to them: a change of a tag meets nothing there that would tell. nil where they
    /// are not read.
    private func standing(ofTagged keys: [ContactKey]) async -> ((ContactKey) -> Contact?)? {
        if isListed(ratherThan: keys.count) {
            guard let listing = try? await list(.all, order: SortOrder()) else { return nil }
            let known = KnownContacts(listing)
            return { known[$0] }
        }
        guard keys.count < WorkspaceClient.few else { return nil }
        var standing: [ContactKey: Contact] = [:]
        for key in keys {
            guard let contact = try? await contact(.key(key)) else { break }
            standing[key] = contact
        }
        return { [standing] in standing[$0] }
    }

    /// What `undo` or `redo` would send, as the lines of a plan, how many changes that are not
    /// sent it would give up, and who is left alone as something was changed since.
    ///
    /// - Throws: `.nothingToUndo` or `.nothingToRedo`.
    package func plan(
        _ direction: UndoDirection, _ count: Int
    ) async throws(ClientError) -> (lines: [JSONObject], givenUp: Int, skipped: [ContactKey]) {
        var reversals: [OutboxReversal] = []
        for step in try candidates(direction, count) {
            let earlier = reversals.flatMap(\.changes).map(\.change)
            reversals.append(await reversal(of: step, after: earlier))
        }
        return (
            reversals.flatMap(\.changes).map { PlanLine($0.change).object },
            reversals.reduce(0) { $0 + $1.dropped.count }, reversals.flatMap(\.receipt.skipped)
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

extension OutboxEntry {
    /// Whether it was refused as there is no such contact.
    fileprivate var isOfNobody: Bool {
        if case .failed(.notFound) = state { true } else { false }
    }
}

extension Outbox {
    /// Without those of which nothing came.
    var newestFirst: [OutboxStep] {
        let undone = steps.values.flatMap(\.dropped.ranges)
        let doubtful = Set(steps.values.flatMap(\.doubtful))
        return steps.values.sorted { $0.number > $1.number }.map { step in
            var step = step
            if isGivenUp(step, undone: undone) {
                step.undoneStep = nil
                step.redoneStep = nil
            }
            step.entries = EntryNumbers(
                ascending: step.entries.lazy.filter { doubtful.contains($0) || !cameToNothing($0) })
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
