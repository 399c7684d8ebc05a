import ContactModel
import Glibc
import JSONText

extension StoreState {
    /// Reads what other processes wrote since; the lock is held.
    ///
    /// - Returns: whether anything changed.
    mutating func catchUp() throws(StoreError) -> Bool {
        let current = FileStamp.current(of: paths.base)
        let log = FileStamp.current(of: paths.journal)
        guard unmended == nil, current == stamp, log?.inode == journalStamp?.inode,
            log?.size ?? 0 >= journalEnd
        else {
            try load()
            return true
        }
        guard let journal, let log, log.size > journalEnd else { return false }
        // Whom it names by now an excerpt may not hold.
        guard snapshot.base.known == nil else {
            try load()
            return true
        }
        let bytes = try journal.read(from: journalEnd, limit: options.sizeLimit)
        let reading = JournalText.read(bytes)
        guard reading.flaw == nil, !journalLacksLineFeed else {
            try load()
            return true
        }
        let found = reading.entries.compactMap(\.step)
        journalEnd += reading.end
        journalSize = journalEnd
        journalLacksLineFeed = reading.lacksLineFeed
        take(found)
        notePasses(reading.entries)
        if !found.isEmpty { readingsOfOthers += 1 }
        return !found.isEmpty
    }

    /// Reads everything again where a file has changed; for stores that cannot lock.
    mutating func reloadIfChanged() throws(StoreError) -> Bool {
        guard !isCurrent else { return false }
        try load()
        return true
    }

    /// Carries out commits without writing anything yet; what is refused leaves no trace.
    mutating func prepare(_ requests: [CommitRequest]) throws(StoreError) -> PreparedCommits {
        _ = try catchUp()
        var prepared = PreparedCommits(snapshot: snapshot)
        let time = Timestamp.now()
        for request in requests {
            do throws(StoreError) {
                let done = try prepared.snapshot.perform(request, at: time)
                if !done.written.isEmpty {
                    let author = options.servesOthers ? Signature.others : Signature.author
                    prepared.steps.append(try Step(done.written, time: time, by: author))
                }
                prepared.results.append(.success(done.receipts))
            } catch {
                prepared.results.append(.failure(error))
            }
        }
        return prepared
    }

    /// Writes what was prepared: durable when this returns.
    mutating func finish(
        _ prepared: PreparedCommits
    ) throws(StoreError) -> [Result<[Receipt], StoreError>] {
        guard !prepared.steps.isEmpty else { return prepared.results }
        try append(prepared.steps)
        stand(at: prepared.snapshot, after: prepared.steps)
        return prepared.results
    }

    /// Carries out those of many changes that can be made, as one step.
    ///
    /// - Parameters:
    ///   - progress: told now and then how many changes were tried; false ends it there.
    ///   - adjust: what else is said in the step.
    /// - Throws: where the file cannot be read or written; nothing is written then.
    mutating func apply(
        _ changes: [ContactChange], progress: (Int) -> Bool,
        _ adjust: (inout Step) -> Void = { _ in }
    ) throws(StoreError) -> BulkOutcome {
        _ = try catchUp()
        var working = snapshot
        var outcome = BulkOutcome()
        let time = Timestamp.now()
        let step: Step?
        if let edit = changes.sharedRetagging {
            var work = SharedRetagging(edit, on: working, wanted: changes.count, at: time)
            try outcome.run(changes.count, progress) { index throws(StoreError) in
                let number = try working.number(of: changes[index].key)
                return try work.perform(on: number, of: &working)
            }
            step = try work.step()
        } else {
            var recorded: [RecordChange] = []
            var met: [Int] = []
            let goesOn = { $0 > 0 && changes[$0].key == changes[$0 - 1].key }
            try outcome.run(changes.count, progress, goesOn) { index throws(StoreError) in
                let change = working.located(changes[index])
                try working.checkOriginal(of: change)
                let done = try working.perform(working.addingTags(change), at: time)
                if let written = done.written { recorded.append(written) }
                if change.change.isCreation && done.outcome != .created { met.append(index) }
                return done.written != nil
            }
            outcome.met = met
            step = recorded.isEmpty ? nil : try Step(recorded, time: time)
        }
        if var step {
            adjust(&step)
            try append([step])
            stand(at: working, after: [step])
        } else {
            stand(at: working, after: [])
        }
        return outcome
    }

    /// Adds and removes the same tags on contacts, as one step.
    ///
    /// - Parameters:
    ///   - numbers: the contacts, by their numbers in `seen`.
    ///   - progress: told now and then how many contacts were tried; false ends it there.
    mutating func retag(
        _ numbers: [Int32], of seen: Snapshot, _ edit: BulkEdit, progress: (Int) -> Bool
    ) throws(StoreError) -> BulkOutcome {
        _ = try catchUp()
        var working = snapshot
        var outcome = BulkOutcome()
        var work = SharedRetagging(
            edit, on: working, wanted: numbers.count, at: Timestamp.now())
        if seen.reading == working.reading { work.prepare(for: numbers, of: working) }
        try outcome.run(
            numbers.count, progress,
            ahead: { work.performAhead(on: numbers[$0], of: &working) }
        ) { index throws(StoreError) in
            let number = try working.number(numbers[index], of: seen)
            return try work.perform(on: number, of: &working)
        }
        let step = try work.step()
        if let step { try append([step]) }
        stand(at: working, after: step.map { [$0] } ?? [])
        return outcome
    }

    /// Lets the contacts stand as steps that are durable have left them.
    mutating func stand(at new: Snapshot, after steps: [Step]) {
        snapshot = new
        snapshot.dropConflicts(closedBy: steps)
    }

    /// Writes steps, and which an undo goes by from now on: durable when this returns.
    mutating func append(_ new: [Step], passing: [StepPass] = []) throws(StoreError) {
        try checkWritable()
        var text = PiecedText(journalLacksLineFeed ? [0x0A] : [])
        if journal == nil { try createJournal() }
        if journalEnd == 0 { JournalText.write(.header(snapshot.base.mark), to: &text) }
        for step in new { JournalText.write(.step(step), to: &text) }
        for pass in passing { JournalText.write(.pass(pass), to: &text) }
        do throws(StoreError) {
            try appendDurably(text)
        } catch {
            refused.formUnion(new.map(\.id))
            throw error
        }
        journalEnd += text.count
        journalSize = journalEnd
        journalLacksLineFeed = false
        steps += new
        notePasses(new.map(JournalEntry.step) + passing.map(JournalEntry.pass))
    }

    /// Reading what others wrote may have shown that nothing can be written any more.
    func checkWritable() throws(StoreError) {
        if let readOnly { throw .readOnly(path: paths.base, readOnly) }
        if let unmended { throw unmended }
    }

    /// Of a larger call the system puts the bytes into large pages, which a virtual machine gets
    /// from its host: 5 ms in every other entry of 4 MB.
    private static let mostWritten = 128 << 10

    /// One write, of what is long several, and one wait for the disk; where either fails nothing of
    /// it stays.
    mutating func appendDurably(_ text: PiecedText) throws(StoreError) {
        guard let file = journal else { return }
        try checkLock()
        do throws(StoreError) {
            try file.write(text, each: StoreState.mostWritten)
        } catch {
            throw withdraw(file) ? error : error.uncertain
        }
        options.onSync()
        do throws(StoreError) {
            try file.syncData()
        } catch {
            distrustsJournal = true
            throw withdraw(file) ? error : error.uncertain
        }
    }

    /// Makes the journal and sees to it that its name is on the disk before anything is in it.
    private mutating func createJournal() throws(StoreError) {
        let file = try OpenFile(
            paths.journal, O_RDWR | O_APPEND | O_CREAT | O_EXCL, mode: 0o600)
        do throws(StoreError) {
            try file.takeMode(of: paths.base)
            try paths.syncFolder()
        } catch {
            unlink(paths.journal)
            throw error
        }
        journal = file
        journalStamp = FileStamp.current(of: paths.journal)
        journalEnd = 0
    }

    /// Cuts off what was begun; the next commit reads everything again.
    ///
    /// - Returns: false where the disk takes nothing back, so that others may take it for a
    ///   commit.
    private mutating func withdraw(_ file: OpenFile) -> Bool {
        stamp = nil
        journal = nil
        guard (try? file.truncate(to: journalEnd)) == nil else { return true }
        // It must not be taken for a commit by whoever comes next.
        distrustsJournal = true
        if journalEnd == 0 { return unlink(paths.journal) == 0 }
        return (try? replaceJournal(steps)) != nil
    }
}

extension StoreError {
    /// Whether it is about one contact, and others can be written all the same.
    fileprivate var isOfContact: Bool {
        switch self {
        case .unknown, .ambiguous, .unexpected, .unusable: true
        default: false
        }
    }

    /// The same failure, after which something may stand in the journal all the same.
    fileprivate var uncertain: StoreError {
        if case .io(let failure) = self { .notTakenBack(failure) } else { self }
    }
}

/// Commits that are carried out and not written yet.
struct PreparedCommits {
    /// The contacts after all of them.
    var snapshot: Snapshot
    /// One for each commit that writes something.
    var steps: [Step] = []
    /// One for each commit, in order.
    var results: [Result<[Receipt], StoreError>] = []
}

extension BulkOutcome {
    private static let changesBetweenReports = 64

    /// Makes changes, those that can be made, and counts the contacts.
    ///
    /// - Parameters:
    ///   - goesOn: whether a change is about the contact of the one before.
    ///   - ahead: makes the next changes as far as each is about another contact and none can
    ///     fail; tells how many it went through, and how many of these changed anything.
    /// - Throws: what is wrong with the file, and not with a contact.
    fileprivate mutating func run(
        _ count: Int, _ progress: (Int) -> Bool, _ goesOn: (Int) -> Bool = { _ in false },
        ahead: (Range<Int>) -> (reached: Int, changed: Int) = { _ in (0, 0) },
        change: (Int) throws(StoreError) -> Bool
    ) throws(StoreError) {
        var before: Bool?
        while reached < count {
            let index = reached
            let step = BulkOutcome.changesBetweenReports
            if index % step == 0, !progress(index) { return }
            let made = ahead(index..<min(count, (index / step + 1) * step))
            if made.reached > 0 {
                changed += made.changed
                unchanged += made.reached - made.changed
                reached += made.reached
                continue
            }
            if !goesOn(index) { before = nil }
            do throws(StoreError) {
                let isChanged = try change(index)
                switch (before, isChanged) {
                case (nil, true): changed += 1
                case (nil, false): unchanged += 1
                case (false, true): (changed, unchanged) = (changed + 1, unchanged - 1)
                default: break
                }
                before = isChanged || before == true
            } catch {
                guard error.isOfContact else { throw error }
                failures.append(Failure(index: index, error: error))
            }
            reached = index + 1
        }
    }
}

extension [ContactChange] {
    /// The change of tags that all of them are; nil where they are anything else.
    fileprivate var sharedRetagging: BulkEdit? {
        guard count > 1, let change = first?.change, case .retag(let add, let remove) = change,
            allSatisfy({ $0.change == change })
        else { return nil }
        return .retag(add: add, remove: remove)
    }
}

extension Snapshot {
    /// The number of a contact that had another one in an earlier state.
    ///
    /// - Throws: `.unknown` or `.ambiguous` where it cannot be told, `.overwritten` where what it
    ///   was is not there any more.
    fileprivate func number(_ number: Int32, of seen: Snapshot) throws(StoreError) -> Int32 {
        let place = ContactKey.place(number, reading: seen.reading)
        if seen.reading == reading {
            guard holds(number) else { throw .unknown(place) }
            return number
        }
        let row = seen.row(number)
        if row.flaws.contains(.unreadable) { try seen.base.text.check() }
        return try self.number(of: row.key ?? place)
    }

    /// Carries out one commit: all of its changes, or none.
    fileprivate mutating func perform(
        _ request: CommitRequest, at time: String
    ) throws(StoreError) -> (receipts: [Receipt], written: [RecordChange]) {
        let changes = request.changes.map(located)
        for change in changes {
            try checkOriginal(of: change)
            if request.onlyNew { try checkIsNew(change.key) }
        }
        let before = self
        var receipts: [Receipt] = []
        var written: [RecordChange] = []
        do throws(StoreError) {
            for change in changes {
                let done = try perform(change, at: time)
                if let record = done.written { written.append(record) }
                receipts.append(Receipt(contact: done.contact, outcome: done.outcome))
            }
        } catch {
            self = before
            throw error
        }
        return (receipts, written)
    }
}

extension Step {
    /// A step of this user, or of another author.
    init(
        _ changes: [RecordChange], time: String, by author: String = Signature.author
    ) throws(StoreError) {
        self.init(
            id: try Signature.randomHex(8), time: time, author: author, undoes: nil, redoes: nil,
            changes: changes)
    }
}
