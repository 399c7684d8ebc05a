import CPlatform
import ContactModel
import Glibc
import JSONText

/// Putting in order what a crash, a failure or another program left; always under the writers'
/// lock.
///
/// None of it keeps a file from being read: what fails is told by the next commit, which tries it
/// again first.
extension StoreState {
    /// Does a piece of that work where this store may write.
    mutating func mend(_ work: (inout StoreState) throws(StoreError) -> Void) {
        guard readOnly == nil else { return }
        do throws(StoreError) {
            try work(&self)
        } catch {
            unmended = unmended ?? error
        }
    }

    /// A new base is in place and the journal is still that of the old one: does what was left out.
    ///
    /// - Parameter tail: the steps that are not part of the new base.
    mutating func finishFolding(
        _ folded: some Collection<Step>, _ tail: some Collection<Step>, of base: ContentMark
    ) throws(StoreError) {
        try paths.syncFolder()
        do throws(StoreError) {
            try history.append(Array(folded))
        } catch {
            noteExchange(base, steps: folded.count)
            throw error
        }
        try renewJournal(Array(tail), of: base)
    }

    /// Notes in the journal that the new file has its name, where that cannot be seen from what the
    /// exchange displaced once it is gone.
    @discardableResult
    private func noteExchange(_ base: ContentMark, steps: Int) -> Bool {
        guard let file = try? OpenFile(paths.journal, O_RDWR | O_APPEND),
            let bytes = try? file.read(limit: options.sizeLimit)
        else { return false }
        let reading = JournalText.read(bytes)
        let note = JournalEntry.folding(from: base, to: base, steps: steps)
        guard reading.flaw == nil else { return false }
        if reading.entries.last == note { return true }
        var text = PiecedText(reading.lacksLineFeed ? [0x0A] : [])
        JournalText.write(note, to: &text)
        guard (try? file.write(text)) != nil else {
            try? file.truncate(to: bytes.count)
            return false
        }
        return (try? file.syncData()) != nil
    }

    /// Puts a journal of steps and open conflicts in the place of the old one; none where it would
    /// hold nothing.
    mutating func renewJournal(
        _ kept: [Step], of base: ContentMark? = nil
    ) throws(StoreError) {
        snapshot.dropClosedConflicts()
        if kept.isEmpty && snapshot.conflicts.isEmpty && passes.isEmpty {
            try dropJournal()
        } else {
            try replaceJournal(kept, of: base)
        }
    }

    /// Removes the journal, whose steps are part of the file or were none.
    mutating func dropJournal() throws(StoreError) {
        guard unlink(paths.journal) == 0 || errno == ENOENT else {
            throw StoreError.failure("unlink", paths.journal)
        }
        forgetJournal()
        distrustsJournal = false
    }

    /// Another program changed the file: puts the journal's steps on top of what it wrote.
    ///
    /// - Parameter folded: steps that were part of the file when it did.
    mutating func rebase(_ found: [Step], folded: [Step] = []) {
        var conflicts: [StoreConflict] = []
        let (kept, told) = rebased(found, &conflicts)
        conflicts = standing(conflicts)
        steps = kept
        leaving = folded + (conflicts.isEmpty ? [] : told)
        if !found.isEmpty {
            notices.append(.changedOutside(reapplied: kept.count, conflicts: conflicts))
        }
        mend { state throws(StoreError) in
            // What gave way can still be looked up.
            try state.history.append(state.leaving)
            state.leaving = []
            try state.renewJournal(kept)
        }
    }

    /// Writes steps once more that were in the journal and are neither there nor in the history,
    /// where a folding would have put them: another program took the journal away.
    mutating func restore(_ known: [Step]) {
        guard !known.isEmpty, readOnly == nil, unmended == nil else { return }
        let present = Set(steps.map(\.id))
        let lost = known.filter { !present.contains($0.id) }
        guard let newest = lost.last, (try? history.holds(newest, among: lost.count)) == false
        else {
            return
        }
        var conflicts: [StoreConflict] = []
        let (kept, told) = rebased(lost, &conflicts)
        conflicts = standing(conflicts)
        guard !kept.isEmpty || !conflicts.isEmpty else { return }
        notices.append(.journalGone(restored: kept.count, conflicts: conflicts))
        mend { state throws(StoreError) in
            if !conflicts.isEmpty { try state.history.append(told) }
            try state.renewJournal(state.steps + kept)
        }
        steps += kept
    }

    /// Each conflict once, without those that a later step closed.
    private func standing(_ conflicts: [StoreConflict]) -> [StoreConflict] {
        let open = Set(snapshot.openConflicts.map(\.change.key))
        var seen: Set<StoreConflict> = []
        return conflicts.filter {
            (!$0.isOpen || open.contains($0.key)) && seen.insert($0).inserted
        }
    }

    /// Carries out what of some steps contradicts nothing.
    ///
    /// - Returns: that, and the steps as they are to be looked up.
    mutating func rebased(
        _ found: [Step], _ conflicts: inout [StoreConflict]
    ) -> (kept: [Step], told: [Step]) {
        var (kept, told): ([Step], [Step]) = ([], [])
        var displacement = Displacement()
        for step in found {
            var (rest, whole) = (step, step)
            rest.changes = []
            displacement.begin()
            for (index, change) in step.changes.enumerated() {
                if let made = snapshot.rebased(change, of: step.id, &conflicts, &displacement) {
                    snapshot.apply(made)
                    rest.changes.append(made)
                } else {
                    whole.changes[index].isLost = change.key.isPlace
                }
            }
            let numbers = snapshot.numbers(of: step.shared.map(\.names))
            rest.shared = zip(step.shared, numbers).compactMap { change, numbers in
                snapshot.rebased(change, of: step.id, numbers, &conflicts)
            }
            told.append(whole)
            guard !rest.isEmpty else { continue }
            snapshot.apply(rest.shared)
            snapshot.dropConflicts(closedBy: [rest])
            kept.append(rest)
        }
        return (kept, told)
    }

    /// Writes a whole new journal in the place of the old one, for the base as it stands or
    /// another.
    mutating func replaceJournal(
        _ kept: [Step], of base: ContentMark? = nil
    ) throws(StoreError) {
        var text = PiecedText()
        JournalText.write(.header(base ?? snapshot.base.mark), to: &text)
        for conflict in snapshot.conflicts.all {
            JournalText.write(.conflict(conflict), to: &text)
        }
        for step in kept { JournalText.write(.step(step), to: &text) }
        for pass in passes { JournalText.write(.pass(pass), to: &text) }
        let file = try OpenFile.replace(paths.journal, with: text, modeOf: paths.base)
        forgetJournal()
        try paths.syncFolder()
        distrustsJournal = false
        journal = file
        journalStamp = FileStamp.current(of: paths.journal)
        journalEnd = journalStamp?.size ?? 0
        journalSize = journalEnd
    }

    /// Removes what a folding that was cut off left beside the file, unless it is a stranger's.
    mutating func clearReplacement() throws(StoreError) {
        // Whoever is folding holds the lock on a byte of its own.
        guard let lock, !isFolding,
            platform_lock(lock.descriptor, Store.foldingByte, 1, 0) == 0
        else { return }
        defer { if !Store.unlock(lock, Store.foldingByte) { self.lock = nil } }
        for leftover in [paths.journal, paths.history] { unlink(leftover + ".new") }
        let file: OpenFile
        do {
            file = try OpenFile(paths.replacement, O_RDONLY)
        } catch .missing {
            return
        } catch .notAFile {
            unlink(paths.replacement)
            return
        }
        let entries =
            try openJournal().map { journal throws(StoreError) in
                JournalText.read(try journal.read(limit: options.sizeLimit)).entries
            } ?? []
        let left = ContentMark(of: try file.read(limit: options.sizeLimit))
        leftover = left
        var marks: [ContentMark] = []
        for case .folding(let from, let to, let steps) in entries {
            marks += [from, to]
            // Once it is gone nothing else tells that the new file has had its name.
            if from == left, from != to, let steps, !noteExchange(to, steps: steps) { return }
        }
        // What is noted was whole: another file by that name is what the exchange displaced.
        guard !marks.isEmpty, !marks.contains(left) else {
            unlink(paths.replacement)
            return
        }
        let kept = paths.base + ".kept-" + (try Signature.randomHex(4))
        guard rename(paths.replacement, kept) == 0 else { throw file.failure("rename") }
        notices.append(.kept(path: kept))
    }
}

extension Snapshot {
    /// A change with the writes that another program's values do not contradict.
    fileprivate mutating func rebased(
        _ change: RecordChange, of step: String, _ conflicts: inout [StoreConflict],
        _ displacement: inout Displacement
    ) -> RecordChange? {
        if change.key.isPlace, change.creates {
            // Who is put back has nothing to be found again by, and stands at the end from here on.
            return RecordChange(
                key: .place(limit, reading: reading), writes: change.writes, result: change.result)
        }
        if let number = displacement.number(of: change, in: self) {
            return RecordChange(
                key: .place(number, reading: reading), writes: change.writes, result: change.result)
        }
        let found = change.key.isPlace ? [] : everyRecord(change.key).filter(holds)
        guard found.count == 1, let number = found.first else {
            if found.isEmpty, !change.key.isPlace {
                if let number = change.createdNumber {
                    // Both are kept: whose number it is nobody here can tell.
                    let isTaken = everyRecord(number).contains(where: holds)
                    if isTaken { conflicts.append(StoreConflict(key: number, field: "phone")) }
                    return change
                }
                // Who has been deleted by both is in nobody's way.
                if change.deletes { return nil }
            }
            let isOpen = note(change.writes, of: change.key, by: step)
            conflicts.append(
                StoreConflict(
                    key: change.key, field: RecordChange.Write.whole, isOpen: isOpen,
                    isMissing: true, isRepeated: !found.isEmpty))
            return nil
        }
        // Where it cannot be read the file is another one by now, and everything is read anew.
        guard let present = try? standingContact(number) else { return change }
        var result = change
        result.writes = change.writes.filter { write in
            guard let field = write.contradicted(by: present) else { return true }
            if !field.isEmpty {
                let isOpen = note([write], of: change.key, by: step)
                conflicts.append(StoreConflict(key: change.key, field: field, isOpen: isOpen))
            }
            return false
        }
        // Where nothing else is left of it the contact was not changed.
        let isOnlyTime = result.writes.allSatisfy { $0.field == Field.updatedAt.name }
        return isOnlyTime ? nil : result
    }

    /// Lets somebody choose between writes and what another program left in their place.
    ///
    /// - Returns: whether that can be; what a place means in a file that another program wrote
    ///   nobody can tell.
    private mutating func note(
        _ writes: [RecordChange.Write], of key: ContactKey, by step: String
    ) -> Bool {
        guard !key.isPlace else { return false }
        let noted = writes.filter(\.canConflict).map {
            FieldConflict(key: key, mine: $0, step: step)
        }
        for conflict in noted { conflicts.add(conflict) }
        return noted.contains { $0.change != nil }
    }

    /// Whether nothing but a list stands where the tags of a record belong.
    private func canBearTags(_ number: Int32) -> Bool {
        if number < base.spans.count, record(number) == nil,
            !base.columns.flags(of: Int(number)).contains(.flawed)
        {
            return true
        }
        return (try? standingContact(number))?.canBearTags ?? true
    }

    /// A change of tags with the contacts that are still there and can bear them.
    ///
    /// - Parameter numbers: who is meant by each of its names.
    fileprivate mutating func rebased(
        _ change: SharedChange, of step: String, _ numbers: [Int32?],
        _ conflicts: inout [StoreConflict]
    ) -> SharedChange? {
        var result = SharedChange(writes: change.writes, names: ContactNames(change.names.kind))
        for (index, number) in numbers.enumerated() {
            if let number, canBearTags(number) {
                result.names.append(index, of: change.names)
            } else if let key = change.names.key(index) {
                let isOpen = note(change.writes, of: key, by: step)
                let field = number == nil ? RecordChange.Write.whole : Field.tags.name
                conflicts.append(
                    StoreConflict(
                        key: key, field: field, isOpen: isOpen, isMissing: number == nil,
                        isRepeated: number == nil && everyRecord(key).contains(where: holds)))
            }
        }
        return result.names.isEmpty ? nil : result
    }
}

extension RecordChange {
    /// The number of the contact that it makes.
    fileprivate var createdNumber: ContactKey? {
        for case .create(let text, _) in writes {
            let contact = RecordText(Array(text.utf8)).contact
            return contact.phoneNumber.map(ContactKey.phone) ?? key
        }
        return nil
    }

}

extension RecordChange.Write {
    /// The field where another program's contact stands neither as before the write nor as after
    /// it; empty where the write has nothing left to do, nil where it can be made.
    func contradicted(by present: Contact) -> String? {
        switch self {
        case .create(let text, _):
            return RecordText(Array(text.utf8)).contact.record == present.record ? "" : "contact"
        case .delete(let text, _):
            return RecordText(Array(text.utf8)).contact.record == present.record ? nil : "contact"
        case .stamp: return nil
        case .tags: return present.canBearTags ? nil : Field.tags.name
        case .member(let name, let new, let old):
            let now = present.record[name]
            let stands = now == old?.value || now == new?.value || name == Field.updatedAt.name
            return stands ? nil : name
        case .metadata(let name, let new, let old, _):
            let now = present.metadata?[name]
            let stands = now == old?.value || now == new?.value
            return stands && present.canBearMetadata ? nil : field
        }
    }
}

extension Contact {
    /// Whether nothing but a list stands where its tags belong.
    var canBearTags: Bool {
        let value = record[Field.tags.name] ?? .null
        return value == .null || value.array != nil
    }

    /// Whether nothing but an object stands where its metadata belongs; PHP writes an empty one as
    /// a list.
    var canBearMetadata: Bool {
        let value = record[Field.metadata.name] ?? .null
        return value == .null || value.object != nil || value.array?.isEmpty == true
    }
}
