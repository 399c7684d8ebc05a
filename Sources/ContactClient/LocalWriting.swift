package import ContactModel
package import ContactStore
import JSONText

extension LocalClient {
    /// Checked and written under the lock, so that no other process comes in between.
    package func update(
        _ key: ContactKey, _ patch: ContactPatch, removingMetadata keys: [String],
        unlessChangedFrom original: Contact?
    ) async throws(ClientError) -> Receipt {
        try patch.checkSize()
        try checkGrowth(of: key, by: patch)
        let removal = keys.isEmpty ? [] : [Change.removeMetadata(keys)]
        let receipts = try await commit(
            ([.update(patch)] + removal).map {
                ContactChange(key: key, change: $0, unlessChangedFrom: original)
            })
        let isChanged = receipts.contains { $0.outcome == .changed }
        return Receipt(
            contact: receipts[receipts.count - 1].contact,
            outcome: isChanged ? .changed : .unchanged)
    }

    /// Makes sure that many small patches come to no more metadata than a large one may hold.
    ///
    /// - Throws: `.invalid`, naming the field; what is larger already may become smaller.
    private func checkGrowth(
        of key: ContactKey, by patch: ContactPatch
    ) throws(ClientError) {
        guard !patch.metadata.isEmpty, let snapshot = try? store.latest(about: [key]),
            let number = snapshot.soleNumber(of: key)
        else { return }
        let present = snapshot.contact(number)
        let size = present.metadata?.jsonSize ?? 0
        guard let after = (try? present.applying(patch))?.metadata, after.jsonSize > size else {
            return
        }
        try after.checkMetadataSize()
    }

    /// A step that changes only these tags, whatever else others write meanwhile.
    package func retag(
        _ key: ContactKey, adding: TagList, removing: TagList
    ) async throws(ClientError) -> Receipt {
        let change = Change.retag(add: adding, remove: removing)
        return try await commit([ContactChange(key: key, change: change)])[0]
    }

    /// Looked up and made under the lock, so that no number is made twice.
    package func create(
        _ phone: PhoneNumber, _ patch: ContactPatch, source: String, onlyNew: Bool
    ) async throws(ClientError) -> Receipt {
        try patch.checkSize()
        let change = Change.create(patch, source: source)
        do {
            return try await commit(
                [ContactChange(key: .phone(phone), change: change)], onlyNew: onlyNew)[0]
        } catch .conflict(let present) {
            throw .exists(present)
        }
    }

    /// One entry of the journal and one write, whatever the number of changes.
    package func apply(
        _ changes: [ContactChange], asWhole: Bool,
        progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async throws(ClientError) -> BulkReport {
        if asWhole {
            var report = BulkReport()
            for change in changes { try change.checkSize() }
            let receipts = try await commit(changes)
            report.unchanged = receipts.count { $0.outcome == .unchanged }
            report.changed = receipts.count - report.unchanged
            return report
        }
        return try applyFitting(changes) { fitting throws(StoreError) in
            try store.apply(fitting, progress: progress)
        }
    }

    /// Makes many changes as the next part of a step, which one undo takes back.
    ///
    /// - Parameter progress: as of `apply`.
    /// - Throws: where nothing of this part could be done; the parts before it stand.
    package func apply(
        _ changes: [ContactChange], in step: inout StepRun,
        progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async throws(ClientError) -> BulkReport {
        try applyFitting(changes) { fitting throws(StoreError) in
            try store.apply(fitting, in: &step, progress: progress)
        }
    }

    /// Leaves out what is larger than the API takes.
    private func applyFitting(
        _ changes: [ContactChange], _ body: ([ContactChange]) throws(StoreError) -> BulkOutcome
    ) throws(ClientError) -> BulkReport {
        var report = BulkReport()
        var fitting: [ContactChange] = []
        fitting.reserveCapacity(changes.count)
        for change in changes {
            do {
                try change.checkSize()
                fitting.append(change)
            } catch {
                report.failures.append(BulkFailure(change: change, error: error))
            }
        }
        let outcome = try translated { () throws(StoreError) in try body(fitting) }
        report.changed = outcome.changed
        report.unchanged = outcome.unchanged
        report.met = outcome.met.map { fitting[$0] }
        report.failures += outcome.failures.map { failure in
            BulkFailure(
                change: fitting[failure.index], error: LocalClient.translation(of: failure.error))
        }
        report.notReached = Array(fitting[outcome.reached...])
        return report
    }

    /// Tags are written for all that bear the same at once.
    package func apply(
        _ plan: BulkPlan, progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async throws(ClientError) -> BulkReport {
        guard case .alike(let edit, let numbers, let snapshot) = plan.work,
            case .retag(let add, let remove) = edit.change
        else { return try await apply(plan.changes, asWhole: false, progress: progress) }
        let outcome = try translated { () throws(StoreError) in
            try store.retag(numbers, of: snapshot, add: add, remove: remove, progress: progress)
        }
        func change(_ index: Int) -> ContactChange {
            let key = ContactKey.place(numbers[index], reading: snapshot.reading)
            return snapshot.change(of: numbers[index], by: edit)
                ?? ContactChange(key: key, change: edit.change)
        }
        var report = BulkReport()
        report.changed = outcome.changed
        report.unchanged = outcome.unchanged
        report.failures = outcome.failures.map { failure in
            BulkFailure(
                change: change(failure.index), error: LocalClient.translation(of: failure.error))
        }
        report.notReached = (outcome.reached..<numbers.count).map(change)
        return report
    }

    /// This user's steps of every run of the program that the history still holds.
    package func undo(_ count: Int) async throws(ClientError) -> [UndoReceipt] {
        try translated { () throws(StoreError) in try store.undo(count) }.map(UndoReceipt.init)
    }

    /// What this user's undoings took back, of every run of the program.
    package func redo(_ count: Int) async throws(ClientError) -> [UndoReceipt] {
        try translated { () throws(StoreError) in try store.redo(count) }.map(UndoReceipt.init)
    }

    /// What `undo` or `redo` would write, as the lines of a plan.
    ///
    /// - Throws: `.nothingToUndo` or `.nothingToRedo`.
    package func plan(
        _ direction: UndoDirection, _ count: Int
    ) throws(ClientError) -> UndoPlan {
        try translated { () throws(StoreError) in try store.plan(direction, count) }
    }

    /// The steps of all users, folded ones too.
    package func log(limit: Int) async throws(ClientError) -> [LogEntry] {
        try translated { () throws(StoreError) in try store.log(limit: limit) }
    }

    /// Others that commit at the same time share the wait for the disk.
    private func commit(
        _ changes: [ContactChange], onlyNew: Bool = false
    ) async throws(ClientError) -> [Receipt] {
        let result = await commits.answer(to: CommitRequest(changes, onlyNew: onlyNew))
        return try translated { () throws(StoreError) in try result.get() }
    }

    /// What the store says in the words that both backends share.
    func translated<T>(
        _ body: () throws(StoreError) -> T
    ) throws(ClientError) -> T {
        do throws(StoreError) {
            return try body()
        } catch {
            throw LocalClient.translation(of: error)
        }
    }

    private static func translation(of error: StoreError) -> ClientError {
        switch error {
        case .unknown(let key): .notFound(.key(key))
        case .ambiguous(let key): .ambiguous(key)
        case .unusable(_, let flaw): .unusable(flaw)
        case .unexpected(let present): .conflict(present)
        case .nothingToUndo: .nothingToUndo
        case .nothingToRedo: .nothingToRedo
        default: .store(error)
        }
    }
}

extension UndoReceipt {
    fileprivate init(_ undone: StepUndone) {
        self.init(restored: undone.restored, skipped: undone.skipped, what: undone.what)
    }
}
