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
        guard current == stamp, log?.inode == journalStamp?.inode,
            log?.size ?? 0 >= journalEnd
        else {
            try load()
            return true
        }
        guard let journal, let log, log.size > journalEnd else { return false }
        let bytes = try journal.read(from: journalEnd, limit: options.sizeLimit)
        let reading = JournalText.read(bytes)
        guard reading.flaw == nil, !journalLacksLineFeed else {
            try load()
            return true
        }
        let found = reading.entries.compactMap { entry -> Step? in
            if case .step(let step) = entry { step } else { nil }
        }
        journalEnd += reading.end
        journalSize = journalEnd
        journalLacksLineFeed = reading.lacksLineFeed
        take(found)
        return !found.isEmpty
    }

    /// Reads everything again where a file has changed; for stores that cannot lock.
    mutating func reloadIfChanged() throws(StoreError) -> Bool {
        guard !isCurrent else { return false }
        try load()
        return true
    }

    mutating func commit(
        _ changes: [ContactChange], expecting: Expectation
    ) throws(StoreError) -> [Receipt] {
        _ = try catchUp()
        for change in changes { try snapshot.check(change, expecting) }
        var working = snapshot
        var receipts: [Receipt] = []
        var recorded: [RecordChange] = []
        let time = Timestamp.now()
        for change in changes {
            let done = try working.perform(change, at: time)
            if let written = done.written { recorded.append(written) }
            receipts.append(Receipt(contact: done.contact, outcome: done.outcome))
        }
        guard !recorded.isEmpty else { return receipts }
        try append([try Step(recorded, time: time)])
        snapshot = working
        return receipts
    }

    /// Carries out those of many changes that can be made, as one step.
    ///
    /// - Parameter progress: told now and then how many changes were tried; false ends it there.
    mutating func apply(
        _ changes: [ContactChange], progress: (Int) -> Bool
    ) throws(StoreError) -> BulkOutcome {
        _ = try catchUp()
        var working = snapshot
        var outcome = BulkOutcome()
        var recorded: [RecordChange] = []
        let time = Timestamp.now()
        for (index, change) in changes.enumerated() {
            if index % StoreState.changesBetweenReports == 0, !progress(index) { break }
            do throws(StoreError) {
                let done = try working.perform(change, at: time)
                if let written = done.written { recorded.append(written) }
                if done.written == nil { outcome.unchanged += 1 } else { outcome.changed += 1 }
            } catch {
                outcome.failures.append(BulkOutcome.Failure(index: index, error: error))
            }
            outcome.reached = index + 1
        }
        guard !recorded.isEmpty else { return outcome }
        try append([try Step(recorded, time: time)])
        snapshot = working
        return outcome
    }

    private static let changesBetweenReports = 64

    /// Writes steps: durable when this returns.
    mutating func append(_ new: [Step]) throws(StoreError) {
        var bytes: [UInt8] = []
        if journal == nil {
            let file = try openJournal(creating: true)
            try file?.takeMode(of: paths.base)
            journal = file
            journalStamp = FileStamp.current(of: paths.journal)
            journalEnd = 0
            try syncFolder()
        }
        if journalEnd == 0 { bytes += JournalText.line(.header(snapshot.base.mark)) }
        if journalLacksLineFeed { bytes.append(0x0A) }
        for step in new { bytes += JournalText.line(.step(step)) }
        guard let journal else { throw .readOnly(path: paths.base, .folder) }
        do {
            try journal.write(bytes)
            try journal.syncData()
        } catch {
            withdraw(journal)
            throw error
        }
        journalEnd += bytes.count
        journalSize = journalEnd
        journalLacksLineFeed = false
        steps += new
    }

    /// After a failed write nothing the descriptor says can be trusted: what was begun is cut
    /// off, and the next commit reads everything again.
    private mutating func withdraw(_ file: OpenFile) {
        try? file.truncate(to: journalEnd)
        journal = nil
        stamp = nil
    }
}

extension Step {
    /// A step of this user.
    init(
        _ changes: [RecordChange], time: String, undoes: String? = nil, redoes: String? = nil
    ) throws(StoreError) {
        self.init(
            id: try Signature.randomHex(8), time: time, author: Signature.author, undoes: undoes,
            redoes: redoes, changes: changes)
    }
}
